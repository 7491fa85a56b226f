"""How a conductivity follows its flow."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half, saturate
from liquidgate.spec import Adaptive, Fluid
from liquidgate.spec.liquid import expect


class Adaptation(wiring.Component):
    """g' = (1 - decay) * g + growth * min(|q|, limit) - drying, one edge a clock.

    Latency ``ADAPT`` = 4 clocks. Cast point 5. Tero, Kobayashi, Nakagaki 2007.

    Parameters
    ----------
    fluid : formats, and the rule.

    Members
    -------
    valid, old, flow : In; an edge's conductivity, and its flow, raw.
    valid_conductivity, conductivity : Out, raw.
    """

    latency = 4

    def __init__(self, *, fluid: Fluid) -> None:
        self.fluid = fluid
        conductivity = unsigned(fluid.conductivity.width)
        super().__init__({
            "valid": In(1),
            "old": In(conductivity),
            "flow": In(signed(fluid.flow.width)),
            "valid_conductivity": Out(1),
            "conductivity": Out(conductivity),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        rule = expect(Adaptive, self.fluid.adaptation)
        keep = (1 << rule.shift) - rule.decay

        absolute = Signal(len(self.flow))
        size = Signal(len(self.flow))
        old = Signal.like(self.old)
        m.d.comb += absolute.eq(Mux(self.flow[-1], -self.flow, self.flow))
        m.d.sync += [
            size.eq(Mux(absolute > rule.limit, rule.limit, absolute)),
            old.eq(self.old),
        ]

        kept = Signal(max(1, len(old) + keep.bit_length()))
        grown = Signal(max(1, len(size) + rule.growth.bit_length()))
        m.d.sync += [kept.eq(old * keep), grown.eq(size * rule.growth)]

        constant = half(rule.shift) - rule.drying
        width = max(len(kept), len(grown), abs(constant).bit_length()) + 3
        exact = Signal(signed(width))
        valids = Signal(self.latency - 1)
        m.d.sync += [
            exact.eq(kept + grown + constant),
            self.conductivity.eq(saturate(exact >> rule.shift, self.fluid.conductivity)),
            valids.eq(Cat(self.valid, valids)),
            self.valid_conductivity.eq(valids[-1]),
        ]
        return m
