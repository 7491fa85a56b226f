"""A new readout over plain pins against golden, in Amaranth's simulator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from designs import random_inputs
from kinds import LIVELY
from wishbone_bus import simulate

from liquidgate.golden import Golden
from liquidgate.rtl_gen.interfaces import INTERFACES
from liquidgate.spec import Schedule
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.tb.exchange import random_readout


@pytest.mark.parametrize("name", ["clip", "shared"])
def test_entries_come_during_steps(name: str) -> None:
    """The port of docs/timing.md; a step takes the bank that stands there with it."""
    rng = np.random.default_rng(6)
    design, lanes = LIVELY[name][0](), LIVELY[name][1]
    other = random_readout(design, rng)
    readout = ReadoutMap(Schedule(other, lanes))
    u, golden = random_inputs(rng, design, 30), Golden(design)
    top: Any = INTERFACES["bare"](design=design, lanes=lanes, readout="ram")

    async def bench(ctx: Any) -> None:
        waiting = [(readout.address(1, 0, 0) | address, raw) for address, raw in readout.entries]
        others = 0
        for t, row in enumerate(u):
            ready = not waiting and t % 3 > 0
            others += ready
            golden.exchange(other if ready else design)
            for pin, value in zip(top.inputs, row):
                ctx.set(getattr(top, pin), int(value))
            ctx.set(top.bank, int(ready))
            ctx.set(top.step, 1)
            await ctx.tick()
            ctx.set(top.bank, int(not ready))
            ctx.set(top.step, 0)
            while not ctx.get(top.done):  # entries come during the steps
                ctx.set(top.write.en, bool(waiting))
                if waiting:
                    address, raw = waiting.pop()
                    ctx.set(top.write.addr, address)
                    ctx.set(top.write.data, raw)
                await ctx.tick()
            shown = [ctx.get(getattr(top, pin)) for pin in top.outputs]
            assert shown == golden.run(row[None])[0].tolist(), f"step {t}"
            await ctx.tick()
        assert others > 5

    simulate(top, bench)
