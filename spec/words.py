"""Words: rows of products packed for P multiply-accumulate lanes. docs/timing.md.

Rows flow through P lanes as one stream of products. A *word* is P products wide; at most one row
ends in a word, and the lanes behind its end already work on the row that follows. So rows are
never padded to a multiple of the lanes, and leave one a clock at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Product = tuple[int, int]
"""(source, weight)"""

FETCH = 3
"""Clocks from issue to the operands: ROM read, RAM read, operand register."""
MULTIPLY = 1
ACCUMULATE = 1


@dataclass(frozen=True)
class Word:
    """One clock's work: ``products[:split]`` end or continue a row, the rest begin the next.

    ``last`` : the row of the first ``split`` products ends here. ``split`` is P when it does not.
    """

    products: tuple[Product | None, ...]
    last: bool
    split: int


def mac_latency(lanes: int) -> int:
    """Clocks from the issue of a row's last word to its exact sum."""
    return FETCH + MULTIPLY + (lanes - 1).bit_length() + ACCUMULATE


def pack(rows: Sequence[Sequence[Product]], lanes: int) -> list[Word]:
    """Greedy: a word ends at most one row, and fills its free lanes from the next one."""
    words: list[Word] = []
    done = 0
    for index, row in enumerate(rows):
        left = row[done:]
        while len(left) > lanes:
            words.append(Word(tuple(left[:lanes]), last=False, split=lanes))
            left = left[lanes:]
        free = lanes - len(left)
        begun = rows[index + 1][:free] if index + 1 < len(rows) else ()
        padding: list[Product | None] = [None] * (free - len(begun))
        words.append(Word((*left, *begun, *padding), last=True, split=len(left)))
        done = len(begun)
    return words
