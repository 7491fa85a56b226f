"""Exchanges of a readout in RAM, at random and while the circuit runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from liquidgate.golden import timeline_of
from liquidgate.golden.exchange import Contents, Exchanges
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap


def random_readout(design: Design, rng: np.random.Generator) -> Design:
    """The design with another readout of its formats: now and then the one with the greatest sums,
    else one of about the design's own."""
    old = design.readout
    shape = (design.outputs, old.taps)
    if rng.random() < 0.3:
        top = 1 << (old.weight_width - 1)
        ends = rng.choice([-top, top - 1], (design.outputs, 1))
        weights = np.broadcast_to(ends, shape)
    else:
        top = max(1, max(abs(w) for row in old.weights for w in row))
        weights = rng.integers(-top, top, shape)
    reach = 1 + max(abs(b) for b in old.bias)
    bias = rng.integers(-reach, reach, design.outputs, endpoint=True)
    return replace(design, readout=replace(
        old, weights=tuple(tuple(row) for row in weights.tolist()), bias=tuple(bias.tolist())))


def random_exchanges(
    design: Design, schedule: Schedule, pins: dict[str, Any], rng: np.random.Generator
) -> Exchanges:
    """One readout after the other, written as soon as no step uses the bank, at any pace, in any
    order, over whatever stood there before, and used from any clock on. The bank's pin is random
    between transfers. ``pins``: as ``trace`` takes them."""
    given = {name: pins[name] for name in ("rst", "clear", "i_valid", "o_ready")}
    timeline = timeline_of(design, schedule, pins["i_data"], **given)
    taken, clocks = timeline.steps.taken, len(pins["rst"])
    finished = timeline.steps.given
    # a step that a reset struck is gone; one whose output never leaves is on its way for ever
    struck = np.where(np.isin(timeline.ends + 1, timeline.resets), timeline.ends, clocks)
    done = np.where(finished >= 0, finished, struck)
    banks = np.zeros(clocks, dtype=bool)
    contents: list[Contents] = []
    writes: dict[int, tuple[int, int]] = {}
    bank, clock = 0, 0
    while clock < clocks:
        busy = done[taken < clock]  # all of them, of either bank, but the last ones decide
        begin = max(clock, int(busy.max(initial=-1))) + 1
        fresh = random_readout(design, rng)
        clock = _write(writes, begin, ReadoutMap(Schedule(fresh, schedule.lanes)), 1 - bank, rng)
        if clock >= clocks:
            break
        contents.append(Contents(clock, 1 - bank, fresh))
        bank, clock = 1 - bank, clock + int(rng.geometric(2 / schedule.interval))
        banks[clock:] = bank
    other = np.ones(clocks, dtype=bool)
    other[taken] = False
    banks[other] = rng.random(int(other.sum())) < 0.5
    writes = {at: write for at, write in writes.items() if at < clocks}
    return Exchanges(banks, tuple(contents), writes)


def _write(
    writes: dict[int, tuple[int, int]], clock: int, readout: ReadoutMap, bank: int,
    rng: np.random.Generator,
) -> int:
    """All entries into a bank from ``clock`` on, and junk before; returns the last clock."""
    pause = float(rng.choice([0.0, 0.6]))
    entries = [readout.entries[k] for k in rng.permutation(len(readout.entries))]
    junk = [(address, raw ^ int(rng.integers(1, 1 << readout.schedule.design.readout.weight_width)))
            for address, raw in entries[: len(entries) // 2]]
    top = readout.address(bank, 0, 0)
    mask = (1 << readout.entry_width) - 1
    for address, raw in (*junk, *entries):
        while rng.random() < pause:
            clock += 1
        writes[clock] = (address | top, raw & mask)
        clock += 1
    return clock - 1
