"""Words: rows of products packed for P multiply-accumulate lanes. docs/timing.md.

Rows flow through P lanes as one stream of products. A *word* is P products wide; at most one row
ends in a word, and the lanes behind its end may already work on the row that follows. So rows are
never padded to a multiple of the lanes, and leave one a clock at most. What lanes are idle then may
work for the readout (``walk.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Product = tuple[int, int]
"""(source, weight). Sources are numbered: taps (their values of the step before), inputs, fed-back
outputs; and ``new_tap`` is the value of this step."""

FETCH = 3
"""Clocks from issue to the operands: ROM read, RAM read, operand register."""
MULTIPLY = 1
ACCUMULATE = 1


def new_tap(tap: int) -> int:
    """The source that is a tap's value of this step. Its own inverse."""
    return -1 - tap


@dataclass(frozen=True)
class Word:
    """One clock's work: ``products[:split]`` end or continue a row, the rest begin the next.

    ``last`` : the row of the first ``split`` products ends here. ``split`` is P when it does not,
    or 0 when only the readout works.
    ``early`` : the products from ``split`` on are the readout's, a part of one output.
    """

    products: tuple[Product | None, ...]
    last: bool
    split: int
    early: bool = False

    @property
    def idle(self) -> int:
        """Lanes without work, in a word whose lanes behind ``split`` have none."""
        return 0 if any(self.products[self.split:]) else len(self.products) - self.split


def mac_latency(lanes: int) -> int:
    """Clocks from the issue of a row's last word to its exact sum."""
    return FETCH + MULTIPLY + (lanes - 1).bit_length() + ACCUMULATE


def pack(rows: Sequence[Sequence[Product]], lanes: int) -> list[Word]:
    """As few words as can be, of which each ends a row at most; and the word before a row begins
    no more of it than that takes."""
    counts: list[int] = []
    free = 0
    for row in rows:
        left = max(0, len(row) - free)
        counts.append(max(1, -(-left // lanes)))
        free = counts[-1] * lanes - left
    begun = [0]
    for row, count in zip(reversed(rows), reversed(counts)):
        begun.append(max(0, len(row) + begun[-1] - count * lanes))
    begun.reverse()

    words: list[Word] = []
    for k, (row, count) in enumerate(zip(rows, counts)):
        own = row[begun[k]:]
        for w in range(count - 1):
            words.append(Word(tuple(own[w * lanes : (w + 1) * lanes]), last=False, split=lanes))
        tail = own[(count - 1) * lanes :]
        head = rows[k + 1][: begun[k + 1]] if k + 1 < len(rows) else ()
        padding: list[Product | None] = [None] * (lanes - len(tail) - len(head))
        words.append(Word((*tail, *head, *padding), last=True, split=len(tail)))
    return words
