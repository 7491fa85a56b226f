"""docs/timing.md, transcribed clock by clock: slow and plain, the oracle of the fast model."""

from __future__ import annotations

from typing import Any

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design, Schedule


def play(design: Design, schedule: Schedule, rst: Any, clear: Any, i_valid: Any, i_data: Any,
         o_ready: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """i__ready, o__valid and the payload's raws on every clock."""
    golden = Golden(design, lanes=schedule.lanes)
    phase, count, pending, outstanding, o_valid, work = "CLEAR", 0, 0, 0, 0, 0
    payload = [0] * design.outputs
    flight: list[tuple[int, int, int]] = []  # (clock, channel, value) to come
    result: Any = np.zeros(0, dtype=np.int64)
    q = 0
    pins: tuple[list, list, list] = ([], [], [])
    for c in range(len(rst)):
        for event in [event for event in flight if event[0] == c]:
            payload[event[1]] = event[2]
            o_valid = 1 if event[1] == design.outputs - 1 else o_valid
            flight.remove(event)
        i_ready = int(phase == "LOAD" and count == schedule.load - 1 and not pending)
        for pin, value in zip(pins, (i_ready, o_valid, list(payload))):
            pin.append(value)
        transfer, given = i_ready and i_valid[c], o_valid and o_ready[c]
        taken, q = q, q + bool(transfer)
        if rst[c]:
            phase, count, pending, outstanding, o_valid = "CLEAR", 0, 0, 0, 0
            payload, flight = [0] * design.outputs, []
            golden.reset()
            continue
        leaves = False
        if given:
            outstanding_next, o_valid = 0, 0
        else:
            outstanding_next = outstanding
        if phase == "CLEAR":
            golden.reset()
            phase, count = ("LOAD", 0) if count == schedule.clear - 1 else (phase, count + 1)
        elif phase == "LOAD":
            if pending:
                phase, count, leaves = "CLEAR", 0, True
            elif i_valid[c]:
                phase, count = ("WORK", 0) if transfer else (phase, count + 1)
                result, work = golden.timed_step(i_data[taken]) if transfer else (result, work)
                phase = "RUN" if phase == "WORK" and not schedule.plan.waits else phase
        elif phase == "WORK":
            phase, count = ("RUN", 0) if count == work - 1 else (phase, count + 1)
        elif not (count == schedule.gate and outstanding):
            if count == schedule.gate:
                outstanding_next = 1
                flight += [(c + schedule.output_clocks[k], k, int(result[k]))
                           for k in range(design.outputs)]
            phase, count = ("LOAD", 0) if count == schedule.run - 1 else (phase, count + 1)
        pending = 1 if clear[c] else 0 if leaves else pending
        outstanding = outstanding_next
    return np.array(pins[0]), np.array(pins[1]), np.array(pins[2]).reshape(-1, design.outputs)
