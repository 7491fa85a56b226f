"""Plain ports: a pulse starts a step, one port a channel."""

from __future__ import annotations

import re

from amaranth.hdl import Module, Shape, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.core import readout_members
from liquidgate.rtl_gen.interfaces.stepper import Stepper
from liquidgate.rtl_gen.readout import payload
from liquidgate.spec import Design, Port


def port_names(prefix: str, port: Port) -> list[str]:
    """One Verilog name a channel: its own, other characters as _, with its number when two
    would be equal."""
    names = [prefix + re.sub(r"[^0-9A-Za-z_]", "_", c.name) for c in port.channels]
    if len(set(names)) < len(names):
        names = [f"{prefix}{k}_{name[len(prefix):]}" for k, name in enumerate(names)]
    return names


class Bare(wiring.Component):
    """A core with one port a channel, in the timing of ``Stepper``.

    Parameters
    ----------
    design : the design. lanes : of its core. readout : see ``Core``.

    Members
    -------
    step, clear, busy, done : see ``Stepper``. i_NAME : In, a channel, taken with ``step``.
    o_NAME : Out, a channel, from ``done`` to the next step taken.
    bank : In(1), of the readout, taken with ``step``. write : In, its entries; see ``Core``.
    """

    def __init__(self, *, design: Design, lanes: int, readout: str = "rom") -> None:
        self.stepper = Stepper(design=design, lanes=lanes, readout=readout)
        self.inputs = port_names("i_", design.input)
        self.outputs = port_names("o_", design.output)
        shapes = [Shape(p.width, p.signed) for p in (design.input, design.output)]
        self.meanings = {
            "clk": "rising edge",
            "rst": "synchronous reset, active high",
            "step": "a pulse: take all inputs now; ignored while busy",
            "clear": "a pulse: the steps taken from this clock on begin a new sequence",
            "busy": "from the clock after step to that of done",
            "done": "for one clock: the outputs are new",
        }
        for names, port in ((self.inputs, design.input), (self.outputs, design.output)):
            sign = "signed" if port.signed else "unsigned"
            self.meanings |= {name: f"{port.width} bits {sign}" for name in names}
        super().__init__(readout_members(self.stepper.readout) | {
            "step": In(1), "clear": In(1), "busy": Out(1), "done": Out(1),
            **{name: In(shapes[0]) for name in self.inputs},
            **{name: Out(shapes[1]) for name in self.outputs},
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.stepper = stepper = self.stepper
        m.d.comb += [
            stepper.step.eq(self.step),
            stepper.clear.eq(self.clear),
            self.busy.eq(stepper.busy),
            self.done.eq(stepper.done),
        ]
        held = Signal(payload(self.stepper.core.design.input))
        m.d.comb += stepper.inputs.eq(held)
        with m.If(self.step & ~self.busy):
            m.d.sync += [held[k].eq(getattr(self, name)) for k, name in enumerate(self.inputs)]
        if stepper.readout is not None:
            bank = Signal(name="held_bank")
            m.d.comb += stepper.bank.eq(bank)
            with m.If(self.step & ~self.busy):
                m.d.sync += bank.eq(self.bank)
            wiring.connect(m, wiring.flipped(self.write), stepper.write)
        m.d.comb += [
            getattr(self, name).eq(stepper.outputs[k]) for k, name in enumerate(self.outputs)
        ]
        return m
