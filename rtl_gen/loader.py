"""A new readout, entry by entry, into the bank that is not in use."""

from __future__ import annotations

from amaranth.hdl import Array, Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import equals
from liquidgate.rtl_gen.readout_ram import write_signature
from liquidgate.spec.readout_map import DIGEST_BYTES, ReadoutMap

POLYNOMIAL = 0xEDB88320
"""Of CRC-32/ISO-HDLC, reflected: bytes come with their least significant bit first."""


class Loader(wiring.Component):
    """Weights, biases, then the digest of their design: ``ReadoutMap.load``.

    It knows what must come next, and the checksum of all that has come. The bank in use survives a
    reset, as the memories do.

    Parameters
    ----------
    readout : addresses and widths.

    Members
    -------
    begin : In(1), forgets what has come. begun : Out(1), there was one since the reset.
    ready : Out(1), something is still to come. start : In(1), takes ``entry``, as it is a clock
        later; not while busy.
    busy : Out(1), from the clock after begin, start or switch on; of an entry a clock a bit and 2
        more.
    stored : Out(1), an entry has got its place.
    checksum : In(32). refused : Out(1), 2 clocks later: not all has come, or this is not its sum.
    switch : In(1), the other bank is used from now on; only once for each ``begin``. switched :
        Out(1), it was. bank : Out(1), in use.
    write : Out, to the core. digest_en, digest_place, digest_data : Out, a byte of the digest, for
        the other bank.
    """

    def __init__(self, *, readout: ReadoutMap) -> None:
        self.readout = readout
        super().__init__({
            "begin": In(1), "begun": Out(1), "ready": Out(1), "start": In(1),
            "entry": In(8 * readout.entry_bytes), "busy": Out(1), "stored": Out(1),
            "checksum": In(32), "refused": Out(1), "switch": In(1), "switched": Out(1),
            "bank": Out(1), "write": Out(write_signature(readout)),
            "digest_en": Out(1), "digest_place": Out(range(DIGEST_BYTES)), "digest_data": Out(8),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        readout = self.readout
        sizes = (readout.weights, readout.biases, DIGEST_BYTES)
        part = Signal(2)  # 3: everything has come
        index = Signal(range(max(sizes)))
        last = Signal()
        entry = Signal.like(self.entry)
        left = Signal(range(len(entry)))
        crc = Signal(32)
        bank = Signal(reset_less=True)

        # What has come, and its checksum.
        same = Signal()
        m.d.comb += self.ready.eq(self.begun & (part != 3))
        m.d.sync += [
            last.eq(index == Array([size - 1 for size in sizes] + [0])[part]),
            same.eq(crc == ~self.checksum),
            self.refused.eq(~(self.begun & (part == 3) & same)),
        ]

        # An entry goes through the checksum bit by bit, and is then as it was.
        m.d.comb += [
            self.bank.eq(bank),
            self.write.addr.eq(index[:readout.index_width]
                               | (part[0] << readout.index_width)
                               | (~bank << (readout.index_width + 1))),
            self.write.data.eq(entry),
            self.digest_place.eq(index), self.digest_data.eq(entry),
        ]
        asked = Signal(3)
        m.d.sync += asked.eq(Cat(self.begin, self.start & self.ready, self.switch))
        begin, start, switch = asked
        summing = Signal()
        m.d.comb += [
            self.busy.eq(asked.any() | summing | self.stored),
            self.write.en.eq(self.stored & ~part[1]), self.digest_en.eq(self.stored & (part == 2)),
        ]
        m.d.sync += self.stored.eq(summing & equals(left, 0))
        with m.If(start):
            m.d.sync += [entry.eq(self.entry), left.eq(len(entry) - 1), summing.eq(1)]
        with m.If(summing):
            m.d.sync += [
                crc.eq((crc >> 1) ^ Mux(crc[0] ^ entry[0], POLYNOMIAL, 0)),
                entry.eq(entry.rotate_right(1)), left.eq(left - 1), summing.eq(left.any()),
            ]
        with m.If(self.stored):
            m.d.sync += index.eq(index + 1)
            with m.If(last):
                m.d.sync += [index.eq(0), part.eq(part + 1)]

        with m.If(begin):
            m.d.sync += [
                self.begun.eq(1), self.switched.eq(0), part.eq(0), index.eq(0), crc.eq(~0),
            ]
        with m.If(switch & ~self.switched):
            m.d.sync += [bank.eq(~bank), self.switched.eq(1)]
        return m
