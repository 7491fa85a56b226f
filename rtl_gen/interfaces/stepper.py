"""The stepper: a core that takes one step at a time, on demand."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.core import Core, readout_members
from liquidgate.rtl_gen.readout import payload
from liquidgate.spec import Design, Schedule


def step_clocks(schedule: Schedule) -> tuple[int, int]:
    """(interval, latency): clocks a step when each is asked for as early as possible; clocks from
    ``step`` to ``done`` when the core is ready. Where the liquid waits, WORK comes on top."""
    latency = schedule.load + schedule.latency
    return max(schedule.interval, latency + 1), latency


class Stepper(wiring.Component):
    """One step for each ``step`` that comes while ``busy`` is 0; others are ignored.

    Its clocks are those of ``step_clocks``.

    Parameters
    ----------
    design : the design. lanes : of its core. readout : see ``Core``.

    Members
    -------
    step : In(1), a pulse. clear : In(1), a pulse: the steps taken from this clock on begin a new
    sequence. inputs : In, all channels; they must be stable from the clock after ``step`` while
    ``busy``. busy : Out(1), from the clock after ``step`` to that of ``done``. done : Out(1), for
    one clock. outputs : Out, all channels, from ``done`` to the next step.
    bank : In(1), of the readout, stable as ``inputs``. write : In, its entries; see ``Core``.
    """

    def __init__(self, *, design: Design, lanes: int, readout: str = "rom") -> None:
        self.core = Core(design=design, lanes=lanes, readout=readout)
        self.readout = self.core.readout
        super().__init__(readout_members(self.readout) | {
            "step": In(1), "clear": In(1), "inputs": In(payload(design.input)),
            "busy": Out(1), "done": Out(1), "outputs": Out(payload(design.output)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.core = core = self.core
        offered = Signal()
        fresh = Signal()
        m.d.comb += [
            core.i.payload.eq(self.inputs),
            core.i.valid.eq(offered),
            core.o.ready.eq(1),
            self.outputs.eq(core.o.payload),
            self.done.eq(core.o.valid),
        ]
        if self.readout is not None:
            m.d.comb += core.bank.eq(self.bank)
            wiring.connect(m, wiring.flipped(self.write), core.write)

        # A step.
        with m.If(self.done):
            m.d.sync += self.busy.eq(0)
        with m.If(core.i.ready):
            m.d.sync += offered.eq(0)
        with m.If(self.step & ~self.busy):
            m.d.sync += [self.busy.eq(1), offered.eq(1)]

        # A clear that comes during a step must not reach an input that is still offered.
        m.d.comb += core.clear.eq((self.clear | fresh) & ~self.busy)
        m.d.sync += fresh.eq((self.clear | fresh) & self.busy)
        return m
