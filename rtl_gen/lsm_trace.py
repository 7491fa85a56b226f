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

    Latency 3 clocks from ``next``, one value a clock: product, sum, cast. Cast point 5, and 6.

    Parameters
    ----------
    trace : constants. leak_shift : fraction bits of the decays.

    Members
    -------
    next : In(1), the turn of the next neuron. old : Out, its value so far.
    spike : In(1), a clock after next, whether it spikes.
    valid, value : Out; the new value.
    zero, place : In; CLEAR.
    """

    def __init__(self, *, trace: SpikeTrace, leak_shift: int, places: int) -> None:
        self.trace, self.leak_shift, self.places = trace, leak_shift, places
        shape = unsigned(trace.format.width)
        super().__init__({
            "next": In(1), "old": Out(shape), "spike": In(1), "valid": Out(1),
            "value": Out(shape), "zero": In(1), "place": In(range(places)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        trace, n = self.trace, self.leak_shift
        valids = Signal(3)
        m.submodules.values = values = WalkRam(
            depth=len(trace.decay), shape=self.value.shape(), places=self.places
        )
        m.submodules.decay = decay = SequenceRom(values=trace.decay)
        m.submodules.jump = jump = SequenceRom(values=trace.jump)
        m.d.comb += [
            values.next.eq(self.next),
            decay.next.eq(self.next),
            jump.next.eq(valids[0]),
            self.old.eq(values.data),
            values.zero.eq(self.zero),
            values.place.eq(self.place),
        ]

        kept = Signal(len(values.data) + len(decay.data))
        exact = Signal(max(len(kept), len(jump.data) + n) + 2)
        rounded = exact[n:]
        width = trace.format.width
        m.d.sync += [
            kept.eq(values.data * decay.data),
            exact.eq(kept + (Mux(self.spike, jump.data, 0) << n) + half(n)),
            self.value.eq(Mux(rounded[width:].any(), trace.format.raw_max, rounded[:width])),
            valids.eq(Cat(self.next, valids)),
        ]
        m.d.comb += [
            self.valid.eq(valids[-1]),
            values.write.eq(self.valid),
            values.value.eq(self.value),
        ]
        return m
