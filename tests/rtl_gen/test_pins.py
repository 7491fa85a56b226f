"""Every output pin on every clock against golden, in Amaranth's simulator, under pin storms."""

from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import ClockDomain, Module
from amaranth.sim import Simulator
from designs import random_design, random_inputs

from liquidgate.golden import Clocked
from liquidgate.rtl_gen import Core


@pytest.mark.parametrize("seed", range(16))
def test_every_pin_on_every_clock(seed: int) -> None:
    rng = np.random.default_rng(seed)
    clocks = 700
    lanes = 1 << (seed % 5)
    design = random_design(rng, neurons=int(rng.integers(1, 12)))
    rates = {"rst": rng.choice([0, 0.004]), "clear": rng.choice([0, 0.01, 0.1]),
             "i_valid": rng.choice([0.05, 0.5, 1]), "o_ready": rng.choice([0.05, 0.5, 1])}
    pins = {name: rng.random(clocks) < rate for name, rate in rates.items()}
    data = random_inputs(rng, design, clocks)
    trace = Clocked(design, lanes=lanes).trace(i_data=data, **pins)

    core = Core(design=design, lanes=lanes)
    m = Module()
    m.domains.sync = domain = ClockDomain()
    m.submodules.core = core

    async def bench(ctx) -> None:
        step = 0
        for clock in range(clocks):
            ctx.set(domain.rst, int(pins["rst"][clock]))
            ctx.set(core.clear, int(pins["clear"][clock]))
            ctx.set(core.i.valid, int(pins["i_valid"][clock]))
            ctx.set(core.o.ready, int(pins["o_ready"][clock]))
            ctx.set(core.i.payload, [int(x) for x in data[step]])
            ready, valid = ctx.get(core.i.ready), ctx.get(core.o.valid)
            payload = [ctx.get(core.o.payload[k]) for k in range(design.outputs)]
            shown = (ready, valid, payload)
            expected = (int(trace.i_ready[clock]), int(trace.o_valid[clock]),
                        trace.o_payload[clock].tolist())
            assert shown == expected, f"clock {clock}"
            step += int(pins["i_valid"][clock] and ready)
            await ctx.tick()

    sim = Simulator(m)
    sim.add_clock(1e-6)
    sim.add_testbench(bench)
    sim.run()
