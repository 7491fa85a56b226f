"""A value a neuron, remembered from step to step."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Shape, Signal
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out


class WalkRam(wiring.Component):
    """A RAM that is read and written place after place, in a circle each.

    ``data`` is the value of place 0 after a reset, and that of the next place in the clock after
    each ``next``. A place may be read again two clocks after it was written.

    Parameters
    ----------
    depth : places. shape : of a value.

    Members
    -------
    next : In(1). data : Out. write, value : In; a new value, for the next place in turn.
    zero, place : In; a zero for this place (modulo a power of two), while nobody writes.
    """

    def __init__(self, *, depth: int, shape: Shape, places: int) -> None:
        self.depth, self.shape = depth, shape
        super().__init__({
            "next": In(1), "data": Out(shape), "write": In(1), "value": In(shape),
            "zero": In(1), "place": In(range(places)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        last = self.depth - 1
        m.submodules.ram = ram = Memory(shape=self.shape, depth=max(2, self.depth), init=[])
        read, write = ram.read_port(), ram.write_port()

        place = Signal.like(read.addr)
        m.d.comb += [
            read.addr.eq(Mux(self.next, Mux(place == last, 0, place + 1), place)),
            self.data.eq(read.data),
        ]
        m.d.sync += place.eq(read.addr)

        written = Signal.like(write.addr)
        m.d.comb += [
            write.en.eq(self.write | self.zero),
            write.addr.eq(Mux(self.zero, self.place, written)),
            write.data.eq(Mux(self.zero, 0, self.value)),
        ]
        with m.If(self.write):
            m.d.sync += written.eq(Mux(written == last, 0, written + 1))
        return m
