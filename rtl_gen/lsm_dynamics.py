"""What the spikes of a liquid state machine are worth, neuron after neuron."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.rtl_gen.walk_ram import WalkRam
from liquidgate.spec.lsm_dynamics import Dynamics


class LsmDynamics(wiring.Component):
    """Utilisation, efficacy and spent resources: see ``Dynamics``.

    Latency 4 clocks from ``next`` to the utilisation (products, leaks, rise, sum) and 6 to the
    efficacy (product, cast), one neuron a clock.

    Parameters
    ----------
    dynamics : constants. leak_shift : fraction bits of the decays. places : that CLEAR walks
    through.

    Members
    -------
    ahead : In(1), a clock before next. next, spike : In(1), a neuron's turn, and whether it spikes.
    valid_utilisation, utilisation, valid_efficacy, efficacy, valid_spent, spent : Out; in units
    of 2**-bits.
    zero, place : In; CLEAR.
    """

    def __init__(self, *, dynamics: Dynamics, leak_shift: int, places: int) -> None:
        self.dynamics, self.leak_shift, self.places = dynamics, leak_shift, places
        shape = unsigned(dynamics.format.width)
        points = ("utilisation", "efficacy", "spent")
        super().__init__({
            "ahead": In(1), "next": In(1), "spike": In(1), "zero": In(1),
            "place": In(range(places)),
            **{name: Out(shape) for name in points},
            **{f"valid_{name}": Out(1) for name in points},
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        given, n = self.dynamics, self.leak_shift
        one, shape = 1 << given.bits, self.efficacy.shape()
        valids, spikes = Signal(6), Signal(5)
        m.submodules.use = use = SequenceRom(values=given.use, lazy=True)
        m.d.comb += use.next.eq(self.next)
        m.d.sync += [valids.eq(Cat(self.next, valids)), spikes.eq(Cat(self.spike, spikes))]

        # Leaks: of what is above the use, and of what is spent.
        leaked = {}
        rams = {}
        for name, values in (("raised", given.facilitation), ("tired", given.recovery)):
            m.submodules[name] = ram = WalkRam(
                depth=len(given.use), shape=shape, places=self.places
            )
            m.submodules[f"{name}_decay"] = decay = SequenceRom(values=values, lazy=True)
            kept = Signal(len(ram.data) + len(decay.data), name=f"{name}_kept")
            after = Signal(shape, name=f"{name}_leaked")
            m.d.comb += [
                ram.next.eq(self.next), decay.next.eq(self.ahead),
                ram.zero.eq(self.zero), ram.place.eq(self.place),
            ]
            m.d.sync += [kept.eq(ram.data * decay.data), after.eq((kept + half(n)) >> n)]
            rams[name], leaked[name] = ram, after

        # Utilisation.
        uses = [Signal.like(use.data, name=f"use{k}") for k in (2, 3, 4)]
        base = Signal(shape)
        m.d.sync += [after.eq(before) for before, after in zip([use.data, *uses], uses)]
        m.d.comb += base.eq(leaked["raised"] + uses[0])
        rise = Signal(len(use.data) + len(base))
        bases = Signal.like(base)
        m.d.sync += [
            rise.eq(uses[0] * (one - base)[: len(base)]),
            bases.eq(base),
            self.utilisation.eq(bases + Mux(spikes[2], (rise + half(given.bits)) >> given.bits, 0)),
        ]
        m.d.comb += [
            self.valid_utilisation.eq(valids[3]),
            rams["raised"].write.eq(valids[3]),
            rams["raised"].value.eq(self.utilisation - uses[2]),
        ]

        # Efficacy, and what it spends.
        tired = [leaked["tired"], *(Signal(shape, name=f"tired{k}") for k in (3, 4, 5, 6))]
        left = Signal(shape)
        share = Signal(len(left) + len(self.utilisation))
        m.d.sync += [
            *(after.eq(before) for before, after in zip(tired, tired[1:])),
            left.eq(one - tired[1]),
            share.eq(self.utilisation * left),
            self.efficacy.eq(Mux(spikes[4], (share + half(given.bits)) >> given.bits, 0)),
        ]
        m.d.comb += [
            self.spent.eq(tired[-1] + self.efficacy),
            self.valid_efficacy.eq(valids[5]),
            self.valid_spent.eq(valids[5]),
            rams["tired"].write.eq(valids[5]),
            rams["tired"].value.eq(self.spent),
        ]
        return m
