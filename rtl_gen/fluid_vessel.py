"""The mass of a vessel, and its pressure."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half, saturate, with_half
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Fluid


class Vessel(wiring.Component):
    """m' = m - outflow + inflow + drive - loss; p' = m' / rho: one vessel a clock, in order.

    Latency ``NODE`` = 8 clocks; to the mass 5. Cast points 6 and 7. Masses wrap on the way, and
    fit at the end.

    Parameters
    ----------
    fluid : formats, and the vessels' constants.

    Members
    -------
    valid : In(1), a vessel is fetched. left, inflow, driven, old : In, a clock later; its mass
    without what flowed out, what flowed in, the drive, the old pressure; all raw.
    losing : Out(1), and viscosity : Out, beside old. product : In, a clock later; that of the two.
    valid_loss, loss, valid_mass, mass, valid_pressure, pressure : Out, raw.
    """

    latency = 8

    def __init__(self, *, fluid: Fluid, inflow_width: int) -> None:
        self.fluid = fluid
        self.viscosities = SequenceRom(values=fluid.viscosity, lazy=True)
        viscosity = Shape.cast(self.viscosities.data.shape())
        mass, flow = signed(fluid.mass_width), signed(fluid.flow.width)
        pressure = signed(fluid.pressure.width)
        super().__init__({
            "valid": In(1),
            "left": In(mass),
            "inflow": In(signed(inflow_width)),
            "driven": In(flow),
            "old": In(pressure),
            "losing": Out(1),
            "viscosity": Out(viscosity),
            "product": In(signed(viscosity.width + fluid.pressure.width)),
            "valid_loss": Out(1),
            "loss": Out(flow),
            "valid_mass": Out(1),
            "mass": Out(mass),
            "valid_pressure": Out(1),
            "pressure": Out(pressure),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        fluid = self.fluid
        valids = Signal(self.latency)
        m.d.sync += valids.eq(Cat(self.valid, valids))
        m.d.comb += [
            self.valid_loss.eq(valids[3]),
            self.valid_mass.eq(valids[4]),
            self.valid_pressure.eq(valids[7]),
        ]

        # What flowed, and the drive: none into a full vessel, none out of an empty one.
        total = Signal.like(self.left)
        accepted = Signal.like(self.driven)
        refused = Signal()
        carried = Signal.like(self.left)
        waiting = Signal.like(self.left)
        m.d.comb += refused.eq(Mux(self.driven[-1], self.old == fluid.pressure.raw_min,
                                   self.old == fluid.pressure.raw_max))
        m.d.sync += [
            total.eq(self.left + self.inflow),
            accepted.eq(Mux(refused, 0, self.driven)),
            carried.eq(total + accepted),
            waiting.eq(carried),
        ]

        # Cast point 6, loss.
        m.submodules.viscosity = viscosity = self.viscosities
        exact = Signal(with_half(len(self.product), fluid.viscosity_shift))
        m.d.comb += [
            viscosity.next.eq(self.valid),
            self.viscosity.eq(viscosity.data),
            self.losing.eq(valids[0]),
        ]
        m.d.sync += [
            exact.eq(self.product + half(fluid.viscosity_shift)),
            self.loss.eq(saturate(exact >> fluid.viscosity_shift, fluid.flow)),
            self.mass.eq(waiting - self.loss),
        ]

        # Cast point 7, pressure.
        m.submodules.inverse = inverse = SequenceRom(
            values=fluid.inverse_density, lazy=True)
        scaled = Signal(signed(len(inverse.data) + len(self.mass)))
        rounded = Signal(with_half(len(scaled), fluid.pressure_shift))
        m.d.comb += inverse.next.eq(self.valid_loss)
        m.d.sync += [
            scaled.eq(self.mass * inverse.data),
            rounded.eq(scaled + half(fluid.pressure_shift)),
            self.pressure.eq(saturate(rounded >> fluid.pressure_shift, fluid.pressure)),
        ]
        return m
