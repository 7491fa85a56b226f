"""Stimuli: input pins on every clock, from a seeded generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liquidgate.golden import Golden, timeline_of
from liquidgate.golden.events import Timeline
from liquidgate.spec import Design, Schedule

Bits = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Stalls:
    """How the two sides of a circuit behave.

    ``idle``: the input pauses, in runs of all lengths. ``backpressure``: the output blocks, now
    and then for longer than a step. ``clears``, ``resets``: pulses a step, on average.
    """

    idle: bool = False
    backpressure: bool = False
    clears: float = 0.0
    resets: float = 0.0


STALLS = {
    "none": Stalls(),
    "random": Stalls(idle=True, backpressure=True, clears=0.1),
    "worst": Stalls(backpressure=True, clears=0.1, resets=0.1),
}
"""By name. "none": both sides always willing. "random": both sides pause and go on at random.
"worst": the input never pauses, the output blocks, and clear and reset strike in mid-run."""


def stalls_of(name: str) -> Stalls:
    """Raises ValueError for an unknown name."""
    if name not in STALLS:
        raise ValueError(f"stalls must be one of {', '.join(STALLS)}, not {name!r}")
    return STALLS[name]


def random_inputs(design: Design, steps: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Raw inputs, steps x inputs: uniform, with runs of both extremes (saturation corners)."""
    fmt = design.input.format
    inputs = rng.integers(fmt.raw_min, fmt.raw_max, (steps, design.inputs), endpoint=True)
    corner = rng.random(steps) < 0.1
    inputs[corner] = rng.choice([fmt.raw_min, fmt.raw_max], (int(corner.sum()), design.inputs))
    return inputs


def held_inputs(design: Design, steps: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Raw inputs, steps x inputs: of each channel a value (one in three an extreme) for eight
    steps on average, so that slow states come to rest anywhere, at their ends too."""
    fmt = design.input.format
    shape = (steps, design.inputs)
    values = rng.integers(fmt.raw_min, fmt.raw_max, shape, endpoint=True)
    extremes = rng.choice([fmt.raw_min, fmt.raw_max], shape)
    values = np.where(rng.random(shape) < 1 / 3, extremes, values)
    starts = np.where(rng.random(shape) < 1 / 8, np.arange(steps)[:, None], 0)
    return np.take_along_axis(values, np.maximum.accumulate(starts, axis=0), axis=0)


def stimulus(
    design: Design, schedule: Schedule, inputs: Any, *, stalls: Stalls, rng: np.random.Generator
) -> dict[str, Any]:
    """Pins that take every row of ``inputs`` (steps x inputs, raw) through the circuit once, and
    wait until the last output has left; see ``trace`` for the names. A reset swallows the steps
    it strikes; none strikes after the last transfer."""
    step = schedule.interval + schedule.latency + _longest_work(design, schedule, inputs)
    inputs = np.asarray(inputs)
    clocks, taken = schedule.clear + (len(inputs) + 2) * step, np.zeros(0, dtype=np.int64)
    while len(taken) < len(inputs):
        pins = _pins(clocks, schedule, step, stalls, rng)
        taken = timeline_of(design, schedule, inputs, **pins).steps.taken
        clocks *= 2
    last = int(taken[len(inputs) - 1]) + 1
    tail = np.zeros(3 * step + 16, dtype=bool)
    pins = {name: np.concatenate((pin[:last], tail)) for name, pin in pins.items()}
    pins["o_ready"][last:] = True
    if stalls.backpressure:
        pins["o_ready"][last : last + step] = rng.random(step) < 0.1
    return {**pins, "i_data": inputs}


def _longest_work(design: Design, schedule: Schedule, inputs: Any) -> int:
    """Clocks of WORK, of the longest of the first steps of ``inputs``."""
    if not schedule.plan.waits or not len(inputs):
        return 0
    trace = Golden(design, lanes=schedule.lanes).run(inputs[:50], trace=True)
    return int(trace.work.max())


def _pins(
    clocks: int, schedule: Schedule, step: int, stalls: Stalls, rng: np.random.Generator
) -> dict[str, Bits]:
    return {
        "rst": _pulses(clocks, stalls.resets / step, rng),
        "clear": _pulses(clocks, stalls.clears / step, rng),
        "i_valid": _runs(clocks, (1, 3, schedule.interval), rng)
        if stalls.idle else np.ones(clocks, dtype=bool),
        "o_ready": _runs(clocks, (1, 3, step), rng)
        if stalls.backpressure else np.ones(clocks, dtype=bool),
    }


def _pulses(clocks: int, rate: float, rng: np.random.Generator) -> Bits:
    """Pulses of one clock, some of them held for a few."""
    pulses = rng.random(clocks) < rate
    held = pulses & (rng.random(clocks) < 0.3)
    for _ in range(3):
        held = np.concatenate(([False], held[:-1]))
        pulses |= held
    return pulses


def _runs(clocks: int, means: tuple[int, ...], rng: np.random.Generator) -> Bits:
    """Runs of ones and zeros by turns, geometric, of a mean length drawn for each run."""
    lengths: list[int] = []
    total = 0
    while total < clocks:
        length = int(rng.geometric(1 / float(rng.choice(means))))
        lengths.append(length)
        total += length
    ones = np.arange(len(lengths)) % 2 == int(rng.integers(2))
    return np.repeat(ones, lengths)[:clocks]


def sweep(design: Design, schedule: Schedule, rng: np.random.Generator) -> dict[str, Any]:
    """Pins that strike in every clock of the life of a step: a reset, then time to show its harm,
    then a clear, each of them once with the output free and once with it waiting. The input never
    pauses, so this walks through every count of every phase."""
    work = _longest_work(design, schedule, random_inputs(design, 50, rng))
    life = schedule.clear + 2 * (schedule.interval + work) + schedule.latency
    watch = life + schedule.interval + work
    parts: list[dict[str, Bits]] = []
    for pin in ("rst", "clear"):
        for ready in (True, False):
            for clock in range(life):
                length = clock + 1 + watch
                part = {name: np.zeros(length, dtype=bool) for name in ("rst", "clear")}
                part["i_valid"] = np.ones(length, dtype=bool)
                part["o_ready"] = np.ones(length, dtype=bool)
                part["o_ready"][: clock + 1 + (schedule.interval >> 1)] = ready
                part[pin][clock] = True
                part["rst"][-1] = True
                parts.append(part)
    pins = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    steps = len(Timeline(schedule, **pins).steps.taken)  # WORK can only make them fewer
    return {**pins, "i_data": random_inputs(design, steps, rng)}
