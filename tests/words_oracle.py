"""docs/timing.md, "Words", a second time."""

from __future__ import annotations


def words_of(rows: list[list[int]], p: int) -> tuple[list[list[int]], list[int]]:
    """All words, and for each row the number of the word in which it ends."""
    words: list[list[int]] = []
    ends, begun = [], 0
    for row, following in zip(rows, [*rows[1:], []]):
        left = row[begun:]
        while len(left) > p:
            words.append(left[:p])
            left = left[p:]
        begun = min(p - len(left), len(following))
        ends.append(len(words))
        words.append(left + following[:begun])
    return words, ends
