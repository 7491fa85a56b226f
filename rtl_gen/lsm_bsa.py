"""Ben's spiker algorithm: a delay line and a sum of clamped samples a channel."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.spec.lsm_encoders import Bsa
from liquidgate.spec.port import Port


class LsmBsa(wiring.Component):
    """The spikes of one sample channel after the other, with all delay lines in one memory.

    For an entry s of a line and h > 0 of the filter, |s| - |s - h| is twice s clamped to 0..h,
    less h; so sums of clamped entries meet half of the margin and of the filter's sum.
    Latency 2 clocks from ``address`` to ``spike``, which is not registered; one channel a clock,
    and a channel again after 3 clocks at least. The clock that gives the spike adds as many terms
    as the filter is long.

    Parameters
    ----------
    encoder : filter and margin.  port : of the samples.  places : that CLEAR walks through.

    Members
    -------
    zero, place : clears the line of a channel.
    address : the channel; value : its sample, in the clock after; valid : In(1), beside value.
    spike : Out(1), in the clock after value.
    """

    def __init__(self, *, encoder: Bsa, port: Port, places: int) -> None:
        self.encoder, self.port = encoder, port
        super().__init__({
            "zero": In(1),
            "place": In(range(max(2, places))),
            "address": In(range(max(2, len(port.channels)))),
            "value": In(Shape(port.width + 1, True)),
            "valid": In(1),
            "spike": Out(1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        encoder, width = self.encoder, self.encoder.line(self.port).width
        length = len(encoder.filter)
        m.submodules.lines = lines = Memory(
            shape=width * (length - 1), depth=max(2, len(self.port.channels)), init=[]
        )
        read, write = lines.read_port(), lines.write_port()
        m.d.comb += read.addr.eq(self.address)
        at = [Signal.like(self.address, name=f"at{k}") for k in (1, 2)]
        m.d.sync += [at[0].eq(self.address), at[1].eq(at[0])]

        # The line without its oldest entry and with its new sample, and all that clamped.
        newest = Signal(signed(width))
        m.d.comb += newest.eq(self.value - self.port.format.raw_min)
        entries = [read.data.word_select(k, width).as_signed() for k in range(length - 1)]
        moved: list[Signal] = []
        clamped = []
        for k, (entry, h) in enumerate(zip([*entries, newest], encoder.filter)):
            clamped.append(Signal(range(h + 1), name=f"clamped{k}"))
            m.d.sync += clamped[k].eq(Mux(entry[-1], 0, Mux(entry > h, h, entry)))
            if k:
                moved.append(Signal(signed(width), name=f"moved{k}"))
                m.d.sync += moved[-1].eq(entry)
        valid = Signal()
        m.d.sync += valid.eq(self.valid)

        # Spike; the line without what it stands for.
        total = Signal(range(sum(encoder.filter) + 1))
        m.d.comb += [
            total.eq(sum(clamped[1:], start=clamped[0])),
            self.spike.eq(total >= -(-(encoder.margin + sum(encoder.filter)) // 2)),
            write.en.eq(self.zero | valid),
            write.addr.eq(Mux(self.zero, self.place, at[1])),
            write.data.eq(Mux(self.zero, 0, Cat(
                (old - Mux(self.spike, h, 0))[:width]
                for old, h in zip(moved, encoder.filter[1:])
            ))),
        ]
        return m
