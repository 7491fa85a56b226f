"""The activation as a table of line segments with odd symmetry."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half
from liquidgate.spec import Table


class TableActivation(wiring.Component):
    """g = sign(z) * (base[segment] + round(slope[segment] * offset / 2**shift)), cast point 2.

    Latency 5 clocks, one value a clock: magnitude and ROM, register, product, sum, sign.

    Parameters
    ----------
    table : segments and formats.
    odd : z may be negative; else neither magnitude nor sign takes logic.

    Members
    -------
    valid_in, z : In; the raw pre-activation. valid_out, g : Out; the raw activation.
    """

    latency = 5

    def __init__(self, *, table: Table, odd: bool = True) -> None:
        self.table, self.odd = table, odd
        super().__init__({
            "valid_in": In(1),
            "z": In(signed(table.input.width)),
            "valid_out": Out(1),
            "g": Out(signed(table.output.width)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        table = self.table
        width, offset_bits = table.input.width - 1, table.offset_bits

        magnitude = Signal(width)
        if self.odd:
            absolute = Signal(width + 1)
            m.d.comb += [
                absolute.eq(Mux(self.z[-1], -self.z, self.z)),
                magnitude.eq(Mux(absolute[-1], table.input.raw_max, absolute[:width])),
            ]
        else:
            m.d.comb += magnitude.eq(self.z[:width])

        base_bits = max(1, max(table.base).bit_length())
        slope_bits = max(1, max(table.slope).bit_length())
        m.submodules.rom = rom = Memory(
            shape=unsigned(base_bits + slope_bits),
            depth=max(2, 1 << table.segment_bits),
            init=[b | s << base_bits for b, s in zip(table.base, table.slope)],
        )
        port = rom.read_port()
        offset = Signal(max(1, offset_bits))
        offset_delayed = Signal.like(offset)
        base = Signal(base_bits)
        slope = Signal(slope_bits)
        m.d.comb += port.addr.eq(magnitude[offset_bits:])
        m.d.sync += offset.eq(magnitude[:offset_bits])

        m.d.sync += [Cat(base, slope).eq(port.data), offset_delayed.eq(offset)]

        product = Signal(slope_bits + offset_bits)
        base_delayed = Signal(base_bits)
        m.d.sync += [product.eq(slope * offset_delayed), base_delayed.eq(base)]

        size = Signal(table.output.width - 1)
        m.d.sync += size.eq(base_delayed + ((product + half(table.shift)) >> table.shift))

        valids = Signal(self.latency)
        m.d.sync += [valids.eq(Cat(self.valid_in, valids)), self.g.eq(size)]
        if self.odd:
            signs = Signal(self.latency - 1)
            m.d.sync += signs.eq(Cat(self.z[-1], signs))
            with m.If(signs[-1]):
                m.d.sync += self.g.eq(-size)
        m.d.comb += self.valid_out.eq(valids[-1])
        return m
