"""The core against the oracle in Amaranth's simulator: values, stalls, latencies."""

from __future__ import annotations

import numpy as np
import pytest
import step_oracle
from amaranth.hdl import Fragment
from amaranth.sim import Simulator
from designs import random_design

from liquidgate.rtl_gen import Core, emit


def simulate(core: Core, inputs: np.ndarray, rng: np.random.Generator, stalls: bool):
    """Streams the inputs through; returns outputs, transfer clocks in, valid clocks out."""
    outputs, taken, shown = [], [], []
    limit = 200 + 6 * len(inputs) * (core.schedule.interval + core.schedule.latency)

    async def bench(ctx):
        sent, offered, clock = 0, False, 0
        while len(outputs) < len(inputs):
            offered = offered or not stalls or rng.random() < 0.3
            ready = not stalls or rng.random() < 0.3
            ctx.set(core.i.valid, int(offered and sent < len(inputs)))
            if sent < len(inputs):
                ctx.set(core.i.payload, [int(x) for x in inputs[sent]])
            ctx.set(core.o.ready, int(ready))
            valid = ctx.get(core.o.valid)
            if valid and (len(shown) == len(outputs)):
                shown.append(clock)
            if valid and ready:
                outputs.append([ctx.get(core.o.payload[k]) for k in range(core.design.outputs)])
            if ctx.get(core.i.valid) and ctx.get(core.i.ready):
                taken.append(clock)
                sent, offered = sent + 1, False
            await ctx.tick()
            clock += 1
            assert clock < limit, "watchdog"

    sim = Simulator(core)
    sim.add_clock(1e-6)
    sim.add_testbench(bench)
    sim.run()
    return outputs, taken, shown


@pytest.mark.parametrize("seed", range(12))
def test_core_equals_oracle(seed: int) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=int(rng.integers(1, 20)))
    fmt = design.input.format
    inputs = rng.integers(fmt.raw_min, fmt.raw_max + 1, (8, design.inputs))
    core = Core(design=design, lanes=1 << (seed % 5))
    outputs, taken, shown = simulate(core, inputs, rng, stalls=bool(seed % 2))
    assert outputs == [step["output"] for step in step_oracle.run(design, inputs)]
    if seed % 2 == 0:
        assert shown[0] - taken[0] == core.schedule.latency


@pytest.mark.parametrize("lanes", [1, 2, 4, 8, 16])
def test_component_latencies_add_up_to_the_schedule(lanes: int) -> None:
    design = random_design(np.random.default_rng(lanes))
    core = Core(design=design, lanes=lanes)
    Fragment.get(core, None)
    assert core.lanes.latency == core.schedule.mac_latency
    schedule = core.schedule
    first = next(t for t, word in enumerate(schedule.neuron_words) if word.last)
    assert first + core.lanes.latency + core.liquid.latency + 1 == schedule.plan.ready[0]
    assert core.output_stage.latency == core.schedule.output_latency


def test_same_design_same_text() -> None:
    design = random_design(np.random.default_rng(5), neurons=6)
    assert emit(design, 2) == emit(design, 2)
