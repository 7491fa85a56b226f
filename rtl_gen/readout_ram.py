"""A readout in RAM: two banks, of which one can be written while the other one is in use."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.images import Image
from liquidgate.spec.readout_map import ReadoutMap


def write_signature(readout: ReadoutMap) -> wiring.Signature:
    """The port that writes entries; Out for who writes them."""
    return wiring.Signature({
        "en": Out(1), "addr": Out(readout.address_width), "data": Out(readout.entry_width),
    })


class WeightRam(wiring.Component):
    """The words of the readout, a memory a lane. Latency 1 clock, as of a ROM.

    Parameters
    ----------
    readout : addresses and widths. image : what both banks hold at first. lanes : of a word.

    Members
    -------
    tap, bank : In, the word that is wanted. data : Out, as in the image, a clock later.
    write : In, entries; those of weights are taken.
    """

    def __init__(self, *, readout: ReadoutMap, image: Image, lanes: int) -> None:
        self.readout, self.image, self.lanes = readout, image, lanes
        self.word_bits = max(1, (len(image.words) - 1).bit_length())
        super().__init__({
            "tap": In(self.word_bits), "bank": In(1), "data": Out(image.width),
            "write": In(write_signature(readout)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        width, size = self.image.width // self.lanes, 1 << self.word_bits
        lane_bits = (self.lanes - 1).bit_length()
        index = Signal(self.readout.index_width)
        is_bias, bank = self.write.addr[-2], self.write.addr[-1]
        word = Signal(self.word_bits)
        m.d.comb += [index.eq(self.write.addr), word.eq(index >> lane_bits)]
        for p in range(self.lanes):
            bank_words = [w >> (width * p) & ((1 << width) - 1) for w in self.image.words]
            bank_words += [0] * (size - len(bank_words))
            m.submodules[f"lane{p}"] = memory = Memory(
                shape=unsigned(width), depth=2 * size, init=bank_words * 2
            )
            read, write = memory.read_port(), memory.write_port()
            mine = index[:lane_bits] == p if lane_bits else 1
            m.d.comb += [
                read.addr.eq(Cat(self.tap, self.bank)),
                self.data.word_select(p, width).eq(read.data),
                write.addr.eq(Cat(word, bank)), write.data.eq(self.write.data),
                write.en.eq(self.write.en & ~is_bias & mine),
            ]
        return m


FEW = 2
"""Biases that are cheaper in registers than in block RAMs."""


class BiasRam(wiring.Component):
    """The biases of the readout, one after the other.

    ``data`` is the first bias of ``bank`` 2 clocks after ``begin``, and the next one in the clock
    after each ``next``; it comes from a register, as that of a SequenceRom.

    Parameters
    ----------
    readout : addresses and widths, and what both banks hold at first.

    Members
    -------
    begin, bank, next : In(1). data : Out. write : In, entries; those of biases are taken.
    """

    def __init__(self, *, readout: ReadoutMap) -> None:
        self.readout = readout
        super().__init__({
            "begin": In(1), "bank": In(1), "next": In(1),
            "data": Out(signed(readout.bias_width)), "write": In(write_signature(readout)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        values = list(self.readout.offsets)
        count = len(values)
        bits = max(1, (count - 1).bit_length())
        values += [0] * ((1 << bits) - count)
        m.submodules.ram = ram = Memory(
            shape=signed(self.readout.bias_width), depth=2 << bits, init=values * 2,
            attrs={"ram_style": "logic"} if count <= FEW else {},
        )
        read, write = ram.read_port(), ram.write_port()
        m.d.comb += [
            write.addr.eq(Cat(self.write.addr[:bits], self.write.addr[-1])),
            write.data.eq(self.write.data),
            write.en.eq(self.write.en & self.write.addr[-2]),
        ]

        # The memory is read a value ahead; a beginning reads the first two.
        ahead = Signal(bits)
        following = Signal(bits)
        bank = Signal()
        first = Signal()
        take = self.next | first
        m.d.comb += following.eq(
            Mux(self.begin, 0, Mux(take, Mux(ahead == count - 1, 0, ahead + 1), ahead))
        )
        m.d.comb += read.addr.eq(Cat(following, Mux(self.begin, self.bank, bank)))
        m.d.sync += [ahead.eq(following), first.eq(self.begin)]
        with m.If(self.begin):
            m.d.sync += bank.eq(self.bank)
        with m.If(take):
            m.d.sync += self.data.eq(read.data)
        return m
