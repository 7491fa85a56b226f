"""The cycle-exact golden model: every output pin on every clock. docs/timing.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liquidgate.golden.casts import Ints
from liquidgate.golden.events import Steps, Timeline
from liquidgate.golden.exchange import Exchanges, Pieces
from liquidgate.golden.model import Golden
from liquidgate.spec import Design, Schedule

Bits = NDArray[np.bool_]
Change = tuple[int, str, int]
"""(clock, pin, value): the pin has this value from this clock on."""


@dataclass(frozen=True)
class Trace:
    """Output pins on clocks 0..clocks - 1, and where each step is.

    ``i_ready``, ``o_valid`` : (clocks,) booleans. ``o_payload`` : clocks x outputs, raw.
    ``steps`` : per input transfer q (which carried row q of ``i_data``), clocks: ``taken``
    (transfer), ``gate`` (first readout word), ``valid`` (o__valid rises), ``given`` (output
    transfer), each -1 when it did not happen; ``sequence`` and ``index`` within it.
    ``outputs`` : steps x outputs, the raw outputs of each step, shown or not. ``pieces``: of the
    steps, with a golden model for each.
    """

    design: Design
    schedule: Schedule
    clocks: int
    i_ready: Bits
    o_valid: Bits
    o_payload: Ints
    steps: Steps
    outputs: Ints
    pieces: Pieces

    def packed(self, raws: Any) -> int:
        """The word of o__payload for one raw value a channel."""
        width = self.design.output.width
        mask = (1 << width) - 1
        return sum((int(raw) & mask) << (k * width) for k, raw in enumerate(raws))

    def changes(self) -> list[Change]:
        """Every pin's value at clock 0, then every change, by clock; payload as one word."""
        events: list[Change] = []
        for pin, bits in (("i__ready", self.i_ready), ("o__valid", self.o_valid)):
            values = bits.view(np.int8)
            clocks = np.flatnonzero(np.diff(values, prepend=2))
            events += zip(clocks.tolist(), [pin] * len(clocks), values[clocks].tolist())
        payload = self.o_payload
        different = np.ones(self.clocks, dtype=bool)
        different[1:] = (payload[1:] != payload[:-1]).any(axis=1)
        clocks = np.flatnonzero(different)
        events += [
            (clock, "o__payload", self.packed(raws))
            for clock, raws in zip(clocks.tolist(), payload[clocks].tolist())
        ]
        return sorted(events)

    def step_at(self, clock: int) -> int:
        """The last step whose readout began at ``clock`` or before; -1 when there is none."""
        gate = self.steps.gate
        begun = np.flatnonzero((gate >= 0) & (gate <= clock))
        return int(begun[-1]) if len(begun) else -1


class Clocked:
    """The design on ``lanes`` folded lanes, clock by clock.

    Raises
    ------
    TypeError, ValueError : when lanes is not legal.
    """

    def __init__(self, design: Design, *, lanes: int) -> None:
        self.design = design
        self.schedule = Schedule(design, lanes)

    def trace(self, **stimulus: Any) -> Trace:
        """``trace`` of this circuit."""
        return trace(self.design, self.schedule, **stimulus)


def trace(
    design: Design, schedule: Schedule, *, rst: Any, clear: Any, i_valid: Any, i_data: Any,
    o_ready: Any, exchanges: Exchanges | None = None,
) -> Trace:
    """What the pins show for input pins given on each clock.

    The circuit is in its first state at clock 0, as after a reset.

    Parameters
    ----------
    rst, clear, i_valid, o_ready : (clocks,) of 0 and 1.
    i_data : queue x inputs raw; the first untransferred row is on i__payload whenever i__valid
        is 1. A transfer that a reset swallows counts as one.
    exchanges : of a readout in RAM; without them the one of ``design`` stays.

    Raises
    ------
    ValueError : when the pins differ in length, or the queue is shorter than the transfers.
    """
    pins = [_pin(name, values) for name, values in
            (("rst", rst), ("clear", clear), ("i_valid", i_valid), ("o_ready", o_ready))]
    clocks = len(pins[0])
    if any(len(pin) != clocks for pin in pins):
        raise ValueError(f"pins must have one length, not {[len(pin) for pin in pins]}")
    data = np.asarray(i_data)
    timeline = timeline_of(design, schedule, data, rst=pins[0], clear=pins[1], i_valid=pins[2],
                           o_ready=pins[3])
    steps = timeline.steps
    count = len(steps.taken)
    if count > len(data):
        raise ValueError(
            f"i_data must have a row for every input transfer, not {len(data)}: "
            f"one more transfers in clock {steps.taken[len(data)]}"
        )
    pieces = Pieces(design, steps, exchanges)
    outputs = np.zeros((count, design.outputs), dtype=np.int64)
    for piece, golden in pieces:
        outputs[piece] = golden.run(data[piece])
    return Trace(
        design=design, schedule=schedule, clocks=clocks,
        i_ready=_levels(clocks, timeline.ready_from, timeline.ready_to),
        o_valid=_levels(clocks, timeline.valid_from, timeline.valid_to),
        o_payload=_payload(clocks, schedule, steps, outputs, timeline.ends, timeline.resets),
        steps=steps, outputs=outputs, pieces=pieces,
    )


def timeline_of(design: Design, schedule: Schedule, i_data: Any, **pins: Bits) -> Timeline:
    """When things happen; transfers beyond the rows of ``i_data`` carry its last one."""
    if not schedule.plan.waits:
        return Timeline(schedule, **pins)
    golden = Golden(design, lanes=schedule.lanes)

    def work(transfer: int, first: bool) -> int:
        if first:
            golden.reset()
        return golden.timed_step(i_data[min(transfer, len(i_data) - 1)])[1]

    return Timeline(schedule, work, **pins)


def _pin(name: str, values: Any) -> Bits:
    array = np.asarray(values)
    if array.ndim != 1 or not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name} must be a vector of 0 and 1")
    return array.astype(bool)


def _levels(clocks: int, first: list[int], last: list[int]) -> Bits:
    """True on every clock of the intervals first..last, which do not overlap."""
    edges = np.zeros(clocks + 1, dtype=np.int8)
    np.add.at(edges, first, 1)
    np.add.at(edges, np.array(last, dtype=np.int64) + 1, -1)
    return np.cumsum(edges[:clocks], dtype=np.int8).astype(bool)


def _payload(
    clocks: int, schedule: Schedule, steps: Steps, outputs: Ints, ends: Ints, resets: Ints
) -> Ints:
    """Each channel holds its last write; a write is lost when a reset comes before it."""
    result = np.zeros((clocks, outputs.shape[1]), dtype=np.int64)
    gone = resets[resets < clocks]
    for k, delay in enumerate(schedule.output_clocks):
        written = steps.gate + delay
        shown = (steps.gate >= 0) & (written <= ends)
        at = np.concatenate((written[shown], gone))
        values = np.concatenate((outputs[shown, k], np.zeros(len(gone), dtype=np.int64)))
        order = np.argsort(at, kind="stable")
        at, values = at[order], values[order]
        at = np.concatenate(([0], at, [clocks]))
        values = np.concatenate(([0], values))
        result[:, k] = np.repeat(values, np.diff(at))
    return result
