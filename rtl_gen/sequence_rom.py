"""Constants of the rows, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Const, Module, Mux, Shape, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.blocks import late_in_logic
from liquidgate.spec.formats import signed_width


class SequenceRom(wiring.Component):
    """A ROM that walks through its values in a circle.

    ``data`` is ``values[0]`` after a reset, and the next value in the clock after each ``next``.
    The memory is read a value ahead, so ``data`` comes from registers: what a block RAM gives is
    late in its clock. For the first value after the first, that takes a clock without a ``next``
    after a reset. A ``lazy`` one gives a value in the clock after its ``next``, the first one's
    too, straight from the memory. Values that are all equal take no memory.

    Parameters
    ----------
    values : the integers. lazy : see above. block : in block RAM, unless so few that logic is as
        fast.

    Members
    -------
    next : In(1). data : Out, just wide enough.
    """

    def __init__(self, *, values: Sequence[int], lazy: bool = False,
                 block: bool = False) -> None:
        self.values, self.lazy, self.block = tuple(values), lazy, block
        low, high = min(self.values), max(self.values)
        shape = unsigned(max(1, high.bit_length())) if low >= 0 else signed(signed_width(low, high))
        super().__init__({"next": In(1), "data": Out(shape)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        shape = Shape.cast(self.data.shape())
        if len(set(self.values)) == 1:
            m.d.comb += self.data.eq(Const(self.values[0], shape))
            return m

        count = len(self.values)
        place = Signal(range(count), init=0 if self.lazy else 1)
        step = Signal()
        with m.If(step):
            m.d.sync += place.eq(Mux(place == count - 1, 0, place + 1))

        m.submodules.rom = rom = Memory(
            shape=shape, depth=count, init=self.values,
            attrs=late_in_logic(count) if self.block else {},
        )
        port = rom.read_port()
        m.d.comb += port.addr.eq(place)
        if self.lazy:
            m.d.comb += [step.eq(self.next), self.data.eq(port.data)]
            return m

        # Beside the value that is shown the memory holds the next one, from the first clock on.
        data = Signal(shape, init=self.values[0])
        holds = Signal()
        m.d.comb += [
            step.eq(self.next | ~holds), port.en.eq(step), self.data.eq(data),
        ]
        m.d.sync += holds.eq(1)
        with m.If(self.next):
            m.d.sync += data.eq(port.data)
        return m
