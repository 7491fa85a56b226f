"""A Wishbone master in Amaranth's simulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from amaranth.sim import Simulator


def simulate(top: Any, bench: Callable[[Any], Any]) -> None:
    sim = Simulator(top)
    sim.add_clock(1e-6)
    sim.add_testbench(bench)
    sim.run()


class Bus:
    """A Wishbone master of the simulator."""

    def __init__(self, ctx: Any, top: Any, patience: int = 8) -> None:
        self.ctx, self.top, self.patience = ctx, top, patience
        self.address = {r.name: r.index for r in top.registers}

    async def access(self, index: int, data: int | None, sel: int = 15) -> int | None:
        """The data read (of a write: 0), or None when the slave refuses."""
        ctx, top = self.ctx, self.top
        for pin, value in ((top.wb_cyc, 1), (top.wb_stb, 1), (top.wb_we, data is not None),
                           (top.wb_adr, index), (top.wb_dat_w, data or 0), (top.wb_sel, sel)):
            ctx.set(pin, int(value))
        for _ in range(self.patience):
            await ctx.tick()
            if ctx.get(top.wb_ack) or ctx.get(top.wb_err):
                break
        else:
            raise AssertionError("no answer")
        found = None if ctx.get(top.wb_err) else ctx.get(top.wb_dat_r)
        assert ctx.get(top.wb_ack) != ctx.get(top.wb_err)
        ctx.set(top.wb_stb, 0)
        ctx.set(top.wb_cyc, 0)
        await ctx.tick()
        assert not ctx.get(top.wb_ack) and not ctx.get(top.wb_err)
        return found

    async def read(self, name: str) -> int:
        value = await self.access(self.address[name], None)
        assert value is not None
        return value

    async def write(self, name: str, value: int, sel: int = 15) -> bool:
        return await self.access(self.address[name], value & 0xFFFFFFFF, sel) is not None
