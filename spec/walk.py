"""The words of a step and their clocks; and what of the readout idle lanes do. docs/timing.md.

Rows that are shorter than a word leave lanes idle, since one row a clock is all that a neuron
pipeline takes; and all lanes are idle while the last states are on their way. There the readout
begins with the states that are known already, in *rounds*: in each round a part of every output,
one after the other, so that no output waits for states that another does not need yet.
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
    rounds : how many parts of every output the neuron words do.
    """

    neuron_words: tuple[Word, ...]
    segments: tuple[tuple[int, int], ...]
    readout_words: tuple[Word, ...]
    gate: int
    rounds: int = 0

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
        """The readout in idle lanes as far as it goes; None when it does not even begin there."""
        if self.plan.segments != ((0, len(self.plan.words)),):
            return None
        gap = max(0, max(self.known) - self.plan.issued)
        free = sum(word.idle for word in self.plan.words) + gap * self.lanes
        most = min(free // len(self.rows), len(self.rows[0]) - 1) // self.lanes
        return next(filter(None, map(self._rounds, range(most, 0, -1))), None)

    def _rounds(self, rounds: int) -> Walk | None:
        """As many rounds in idle lanes, if there is room."""
        done = rounds * self.lanes
        # Parts of the only output follow each other: they are one.
        size = self.lanes if len(self.rows) > 1 else done
        parts = [list(row[k : k + size]) for k in range(0, done, size) for row in self.rows]
        parts.reverse()
        rest = [row[done:] for row in self.rows]
        end = self._after(self.plan.words, self.plan.segments, rest).gate
        words: list[Word] = []
        for word in self.plan.words:
            words.append(self._early(word, parts, len(words)))
        while parts and len(words) < end:
            empty = Word((None,) * self.lanes, last=False, split=0)
            words.append(self._early(empty, parts, len(words)))
            if not words[-1].early:
                return None
        if parts:
            return None
        found = self._after(tuple(words), ((0, len(words)),), rest)
        return replace(found, rounds=rounds)

    def _early(self, word: Word, parts: list[list[Product]], clock: int) -> Word:
        """``word`` with what can be done of the next part."""
        taken: list[Product] = []
        idle = word.idle
        while len(taken) < idle and parts and parts[-1] and self.known[parts[-1][0][0]] <= clock:
            taken.append(parts[-1].pop(0))
        if not taken:
            return word
        ends = not parts[-1]
        if ends:
            parts.pop()
        padding = (None,) * (idle - len(taken))
        products = (*word.products[: word.split], *taken, *padding)
        return replace(word, products=products, early=True, ends=ends)

    def _after(
        self, words: tuple[Word, ...], segments: tuple[tuple[int, int], ...], rows: Rows
    ) -> Walk:
        """The readout of ``rows`` when these words have issued, as early as its sources allow."""
        readout = tuple(pack(rows, self.lanes))
        gate = sum(idle + count for idle, count in segments)
        for t, word in enumerate(readout):
            for product in word.products:
                if product is not None:
                    gate = max(gate, self.known[product[0]] - t)
        return Walk(words, segments, readout, gate)
