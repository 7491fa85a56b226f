"""When things happen: the control of the folded circuit, jumping from event to event."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from liquidgate.golden.casts import Ints
from liquidgate.spec import Schedule

Bits = NDArray[np.bool_]


class Steps(NamedTuple):
    """Per input transfer, clocks (-1: never) and place; each (steps,). See ``Trace``."""

    taken: Ints
    gate: Ints
    valid: Ints
    given: Ints
    sequence: Ints
    index: Ints  # type: ignore[assignment]  # hides tuple.index, which nobody calls


class Marks:
    """The clocks on which a pin is 1, for look-ups in constant time."""

    def __init__(self, pin: Bits) -> None:
        self.never = len(pin)
        self._clocks = np.flatnonzero(pin).tolist()
        self._before = [0, *np.cumsum(pin).tolist()]

    def nth(self, clock: int, n: int) -> int:
        """The n-th (from 0) marked clock from ``clock`` on; ``never`` when there is none."""
        if clock >= self.never:
            return self.never
        place = self._before[clock] + n
        return self._clocks[place] if place < len(self._clocks) else self.never


Work = Callable[[int, bool], int]
"""(transfer, whether it is the first of its sequence) -> clocks of WORK; asked in order."""


def no_work(transfer: int, first: bool) -> int:
    """Of a liquid whose work does not depend on the data."""
    return 0


class Timeline:
    """Plays the control of docs/timing.md between resets, one step of Python per time step.

    Members: ``steps``; ``ready_from``/``ready_to`` and ``valid_from``/``valid_to``, the intervals
    of clocks (both ends in) with i__ready and o__valid at 1; ``ends``, per step, the last clock
    before the next reset takes effect; ``resets``, the clocks that begin in the first state
    because of a reset.
    """

    def __init__(
        self, schedule: Schedule, work: Work = no_work, /, *, rst: Bits, clear: Bits,
        i_valid: Bits, o_ready: Bits,
    ) -> None:
        self._work = work
        self.ready_from: list[int] = []
        self.ready_to: list[int] = []
        self.valid_from: list[int] = []
        self.valid_to: list[int] = []
        self._rows: list[tuple[int, int, int, int, int]] = []
        self._ends: list[int] = []
        self._sequence = 0
        self._clear_clocks = schedule.clear
        self._load, self._gate, self._run = schedule.load, schedule.gate, schedule.run
        self._output = schedule.output_clocks[-1]
        self._clears, self._valids, self._readies = Marks(clear), Marks(i_valid), Marks(o_ready)
        clocks = len(rst)
        last = np.flatnonzero(rst)
        self.resets: Ints = last + 1
        starts = [0, *self.resets.tolist()]
        stops = [*last.tolist(), clocks - 1]
        for start, stop in zip(starts, stops):
            if stop - start >= schedule.clear:  # else the circuit never leaves its first CLEAR
                self._play(start, stop)
        self.ends: Ints = np.array(self._ends, dtype=np.int64)
        self.steps = self._table()

    def _play(self, start: int, stop: int) -> None:
        """Clocks start..stop, in which no reset takes effect; CLEAR begins at ``start``."""
        load = start + self._clear_clocks
        self._sequence += 1
        pulse = self._clears.nth(start, 0)  # the earliest clear not yet honoured
        given = start - 1  # the clock of the last output transfer
        while load <= stop:
            taken = self._valids.nth(load, self._load - 1)
            leave = max(load, pulse + 1)  # LOAD leaves for CLEAR here, unless it transfers before
            if self._load == 1:
                ready = load
            else:
                ready = self._valids.nth(load, self._load - 2) + 1
            shown = min(taken, leave - 1, stop)
            if ready <= shown:
                self.ready_from.append(ready)
                self.ready_to.append(shown)
            if taken > leave - 1:
                load = leave + 1 + self._clear_clocks
                pulse = self._clears.nth(leave, 0)
                self._sequence += 1
                continue
            if taken > stop:
                return
            first = not self._rows or self._rows[-1][-1] != self._sequence
            work = self._work(len(self._rows), first)
            gate = max(taken + 1 + work + self._gate, given + 1)
            load = gate + self._run - self._gate
            given = self._finish(taken, gate, stop)

    def _finish(self, taken: int, gate: int, stop: int) -> int:
        """Notes one step; returns the clock of its output's transfer (past the end: never)."""
        valid = gate + self._output
        given = self._readies.nth(valid, 0)
        if valid <= stop:
            self.valid_from.append(valid)
            self.valid_to.append(min(given, stop))
        self._rows.append((
            taken,
            gate if gate <= stop else -1,
            valid if valid <= stop else -1,
            given if given <= stop else -1,
            self._sequence,
        ))
        self._ends.append(stop)
        return given

    def _table(self) -> Steps:
        rows = np.array(self._rows, dtype=np.int64).reshape(-1, 5)
        taken, gate, valid, given, sequence = rows.T
        first = np.flatnonzero(np.diff(sequence, prepend=-1))
        index = np.arange(len(rows)) - np.repeat(first, np.diff(first, append=len(rows)))
        return Steps(taken, gate, valid, given, sequence, index)
