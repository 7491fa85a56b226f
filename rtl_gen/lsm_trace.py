"""A leaky sum of spikes, a value a neuron."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.rtl_gen.walk_ram import WalkRam
from liquidgate.spec.lsm_taps import SpikeTrace


class LsmTrace(wiring.Component):
    """x' = saturate(round(decay * x / 2**leak_shift) + jump * spike), neuron after neuron.

    Latency 3 clocks from ``next``, one value a clock: product, leak, cast. Cast point 5, and 6.

    Parameters
    ----------
    trace : constants. leak_shift : fraction bits of the decays.

    Members
    -------
    ahead : In(1), a clock before next.
    next : In(1), the turn of the next neuron. old : Out, its value so far.
    spike : In(1), two clocks after next, whether it spiked.
    valid, value : Out; the new value.
    zero, place : In; CLEAR.
    """

    def __init__(self, *, trace: SpikeTrace, leak_shift: int, places: int) -> None:
        self.trace, self.leak_shift, self.places = trace, leak_shift, places
        shape = unsigned(trace.format.width)
        super().__init__({
            "ahead": In(1), "next": In(1), "old": Out(shape), "spike": In(1), "valid": Out(1),
            "value": Out(shape), "zero": In(1), "place": In(range(places)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        trace, n = self.trace, self.leak_shift
        valids = Signal(3)
        m.submodules.values = values = WalkRam(
            depth=len(trace.decay), shape=self.value.shape(), places=self.places
        )
        m.submodules.decay = decay = SequenceRom(values=trace.decay, lazy=True)
        m.submodules.jump = jump = SequenceRom(values=trace.jump, lazy=True)
        m.d.comb += [
            values.next.eq(self.next),
            decay.next.eq(self.ahead),
            jump.next.eq(valids[0]),
            self.old.eq(values.data),
            values.zero.eq(self.zero),
            values.place.eq(self.place),
        ]

        kept = Signal(len(values.data) + len(decay.data))
        leaked = Signal(len(kept) + 1)
        width = trace.format.width
        total = Signal(max(len(leaked), len(jump.data)) + 1)
        m.d.sync += [
            kept.eq(values.data * decay.data),
            leaked.eq(kept + half(n)),
            self.value.eq(Mux(total[width:].any(), trace.format.raw_max, total[:width])),
            valids.eq(Cat(self.next, valids)),
        ]
        m.d.comb += [
            total.eq((leaked >> n) + Mux(self.spike, jump.data, 0)),
            self.valid.eq(valids[-1]),
            values.write.eq(self.valid),
            values.value.eq(self.value),
        ]
        return m
