"""docs/timing.md, "Words", a second time."""

from __future__ import annotations


def begun_of(rows: list[list[int]], p: int) -> tuple[list[int], list[int]]:
    """For each row the number of its words, and how many products the word before begins."""
    counts, free = [], 0
    for row in rows:
        left = max(0, len(row) - free)
        counts.append(max(1, (left + p - 1) // p))
        free = counts[-1] * p - left
    begun = [0] * (len(rows) + 1)
    for r in range(len(rows) - 1, -1, -1):
        begun[r] = max(0, len(rows[r]) + begun[r + 1] - counts[r] * p)
    return counts, begun


def words_of(rows: list[list[int]], p: int) -> tuple[list[list[int]], list[int]]:
    """All words, without their idle lanes, and for each row the number of the word in which it
    ends."""
    words, ends = [], []
    counts, begun = begun_of(rows, p)
    for r, row in enumerate(rows):
        places = range(begun[r], begun[r] + counts[r] * p, p)
        words += [row[place : place + p] for place in places]
        if r + 1 < len(rows):
            words[-1] = words[-1] + rows[r + 1][: begun[r + 1]]
        ends.append(len(words) - 1)
    return words, ends


def idle_of(rows: list[list[int]], p: int) -> list[int]:
    """Lanes that a word leaves for the readout."""
    words, ends = words_of(rows, p)
    begun = begun_of(rows, p)[1]
    idle = [0] * len(words)
    for r, end in enumerate(ends):
        if not begun[r + 1]:
            idle[end] = p - len(words[end])
    return idle
