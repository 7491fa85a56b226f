"""The flow of a pipe between two vessels."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.activation_clip import ClipActivation
from liquidgate.rtl_gen.activation_table import TableActivation
from liquidgate.rtl_gen.casting import half, saturate, with_half
from liquidgate.spec import Fluid, Table


class FlowLane(wiring.Component):
    """q = g * phi(p_tail - p_head): the flows of the edges, one a clock.

    Latency ``GRADIENT + activation + FLOW`` clocks. Cast points 2 to 4.

    Parameters
    ----------
    fluid : formats.

    Members
    -------
    valid, tail, head : In; old pressures, raw.
    product : In; in the clock after ``activation``, that times the edge's conductivity.
    valid_gradient, gradient, valid_activation, activation, valid_flow, flow : Out, raw.
    """

    def __init__(self, *, fluid: Fluid) -> None:
        self.fluid = fluid
        phi = fluid.activation
        self.activation_unit: TableActivation | ClipActivation = (
            TableActivation(table=phi) if isinstance(phi, Table) else ClipActivation(clip=phi)
        )
        pressure = signed(fluid.pressure.width)
        super().__init__({
            "valid": In(1),
            "tail": In(pressure),
            "head": In(pressure),
            "product": In(signed(phi.output.width + fluid.conductivity.width)),
            "valid_gradient": Out(1),
            "gradient": Out(signed(phi.input.width)),
            "valid_activation": Out(1),
            "activation": Out(signed(phi.output.width)),
            "valid_flow": Out(1),
            "flow": Out(signed(fluid.flow.width)),
        })

    @property
    def latency(self) -> int:
        return 2 + self.activation_unit.latency + 3

    def elaborate(self, platform: object) -> Module:
        m = Module()
        fluid = self.fluid

        # Cast point 2, gradient.
        difference = Signal(with_half(fluid.pressure.width + 1, fluid.gradient_shift))
        valid_difference = Signal()
        m.d.sync += [
            difference.eq(self.tail - self.head + half(fluid.gradient_shift)),
            valid_difference.eq(self.valid),
            self.gradient.eq(saturate(difference >> fluid.gradient_shift, fluid.activation.input)),
            self.valid_gradient.eq(valid_difference),
        ]

        # Cast point 3, activation.
        m.submodules.activation = phi = self.activation_unit
        m.d.comb += [
            phi.valid_in.eq(self.valid_gradient),
            phi.z.eq(self.gradient),
            self.valid_activation.eq(phi.valid_out),
            self.activation.eq(phi.g),
        ]

        # Cast point 4, flow.
        exact = Signal(with_half(len(self.product), fluid.flow_shift))
        valids = Signal(2)
        m.d.sync += [
            exact.eq(self.product + half(fluid.flow_shift)),
            self.flow.eq(saturate(exact >> fluid.flow_shift, fluid.flow)),
            valids.eq(Cat(self.valid_activation, valids)),
            self.valid_flow.eq(valids[-1]),
        ]
        return m
