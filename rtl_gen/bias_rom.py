"""The biases of a readout that can be exchanged."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.blocks import BLOCK
from liquidgate.rtl_gen.exchange import Exchange
from liquidgate.rtl_gen.images import Image


class BiasRom(wiring.Component):
    """A memory that walks through the biases in a circle, in ``exchange.reads`` words each.

    ``data`` is the first bias some clocks after a reset, and the next one ``reads`` + 2 clocks
    after a ``next``. With no reads it is the next one in the clock after, straight from the
    memory.

    Parameters
    ----------
    exchange : widths, and how many. contents : of the memory.

    Members
    -------
    next : In(1). data : Out(signed).
    """

    def __init__(self, *, exchange: Exchange, contents: Image) -> None:
        self.exchange, self.contents = exchange, contents
        super().__init__({"next": In(1), "data": Out(signed(exchange.exact_width - 1))})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        reads = self.exchange.reads
        last = len(self.exchange.map.offsets) * max(1, reads) - 1
        m.submodules.rom = rom = Memory(
            shape=unsigned(self.contents.width), depth=len(self.contents.words),
            init=self.contents.words, attrs=BLOCK,
        )
        port = rom.read_port()
        place = Signal(range(last + 2))
        following = Mux(place == last, 0, place + 1)
        if not reads:
            m.d.comb += [port.addr.eq(Mux(self.next, following, place)), self.data.eq(port.data)]
            m.d.sync += place.eq(port.addr)
            return m

        # The words of a bias are asked for, come a clock later, and stand in a register then.
        left = Signal(range(reads + 1), init=reads)
        came = Signal()
        m.d.comb += port.addr.eq(place)
        m.d.sync += came.eq(left != 0)
        with m.If(left != 0):
            m.d.sync += [left.eq(left - 1), place.eq(following)]
        with m.If(came):
            m.d.sync += self.data.eq(Cat(self.data, port.data)[self.contents.width:])
        with m.If(self.next):
            m.d.sync += left.eq(reads)
        return m
