"""The activation as a clip (hard tanh)."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half
from liquidgate.spec import Clip


class ClipActivation(wiring.Component):
    """g = min(max(round(z / 2**shift), -limit), limit), cast point 2.

    Latency 2 clocks, one value a clock: round, clip.

    Parameters
    ----------
    clip : formats.

    Members
    -------
    valid_in, z : In; the raw pre-activation. valid_out, g : Out; the raw activation.
    """

    latency = 2

    def __init__(self, *, clip: Clip) -> None:
        self.clip = clip
        super().__init__({
            "valid_in": In(1),
            "z": In(signed(clip.input.width)),
            "valid_out": Out(1),
            "g": Out(signed(clip.output.width)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        limit = self.clip.limit

        rounded = Signal(signed(self.clip.input.width + 1))
        m.d.sync += rounded.eq((self.z + half(self.clip.shift)) >> self.clip.shift)

        valids = Signal(self.latency)
        m.d.sync += [
            self.g.eq(Mux(rounded > limit, limit, Mux(rounded < -limit, -limit, rounded))),
            valids.eq(Cat(self.valid_in, valids)),
        ]
        m.d.comb += self.valid_out.eq(valids[-1])
        return m
