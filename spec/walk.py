"""The words of a step and their clocks; and what of the readout idle lanes do. docs/timing.md.

Rows that are shorter than a word leave lanes idle, since one row a clock is all that a neuron
pipeline takes; and all lanes are idle while the last states are on their way. There the readout
begins with the states that are known already: a *part* of one output a word, the outputs taking
turns, so that no output waits for states that another does not need yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from liquidgate.spec.liquid import Plan
from liquidgate.spec.words import Product, Word, pack

Rows = Sequence[Sequence[Product]]


@dataclass(frozen=True)
class Walk:
    """The words of a step, and the clocks of RUN in which they issue.

    neuron_words : the liquid's; some with products of the readout, and words of nothing else.
    segments : (idle clocks, neuron words that follow them).
    readout_words : what is left of the readout, from clock ``gate`` on, one a clock.
    parts : how many parts of outputs the neuron words do: none, or one of every output at least.
    """

    neuron_words: tuple[Word, ...]
    segments: tuple[tuple[int, int], ...]
    readout_words: tuple[Word, ...]
    gate: int
    parts: int = 0

    @property
    def issued(self) -> int:
        """The clock of RUN after the last neuron word's."""
        return sum(idle + count for idle, count in self.segments)


@dataclass(frozen=True)
class Walks:
    """What the walk of a step is made of.

    plan : the liquid's. rows : each output's products, in the order of the memory.
    known : for each source, the clock from which on a word of the readout may use it.
    """

    plan: Plan
    rows: Rows
    known: Sequence[int]
    lanes: int

    def plain(self) -> Walk:
        """The readout after the liquid."""
        return self._after(self.plan.words, self.plan.segments, self.rows)

    def shared(self) -> Walk | None:
        """The readout in idle lanes as far as it goes; None when not all outputs begin there."""
        outputs = len(self.rows)
        if self.plan.segments != ((0, len(self.plan.words)),):
            return None
        words, rest = self._filled(sum(map(len, self.rows)))
        parts = sum(word.early for word in words)
        if parts % outputs == 1:  # output 0's sum would be read in the clock it is written in
            parts -= 1
            words, rest = self._filled(parts)
        if parts < outputs:
            return None
        return replace(self._after(tuple(words), ((0, len(words)),), rest), parts=parts)

    def _filled(self, most: int) -> tuple[list[Word], Rows]:
        """The neuron words with ``most`` parts or fewer, and what they leave of each row."""
        rest = [list(row) for row in self.rows]
        words: list[Word] = []
        parts = 0
        empty = Word((None,) * self.lanes, last=False, split=0)
        while len(words) < len(self.plan.words) or len(words) < self._gate(pack(rest, self.lanes)):
            own = self.plan.words[len(words) :][:1]
            word = own[0] if own else empty
            if parts < most:
                word = self._early(word, rest[parts % len(rest)], len(words))
            if not own and not word.early:
                break
            words.append(word)
            parts += word.early
        return words, rest

    def _early(self, word: Word, row: list[Product], clock: int) -> Word:
        """``word`` with what its idle lanes can do of ``row``, of which one product stays."""
        idle, count = word.idle, 0
        while count < min(idle, len(row) - 1) and self.known[row[count][0]] <= clock:
            count += 1
        if not count:
            return word
        products = (*word.products[: word.split], *row[:count], *(None,) * (idle - count))
        del row[:count]
        return replace(word, products=products, early=True)

    def _after(
        self, words: tuple[Word, ...], segments: tuple[tuple[int, int], ...], rows: Rows
    ) -> Walk:
        """The readout of ``rows`` when these words have issued, as early as its sources allow."""
        readout = tuple(pack(rows, self.lanes))
        issued = sum(idle + count for idle, count in segments)
        return Walk(words, segments, readout, max(issued, self._gate(readout)))

    def _gate(self, readout: Sequence[Word]) -> int:
        """The clock from which on all these words, one a clock, find what they use."""
        return max(
            self.known[product[0]] - t
            for t, word in enumerate(readout) for product in word.products if product is not None
        )
