"""A new readout, entry by entry, into the bank that is not in use."""

from __future__ import annotations

from amaranth.hdl import Array, Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.boards.frames import DIGEST_BYTES, HISTORY, entry_bytes
from liquidgate.rtl_gen.readout_ram import write_signature
from liquidgate.spec.readout_map import ReadoutMap

POLYNOMIAL = 0xEDB88320
"""Of CRC-32/ISO-HDLC, reflected: bytes come with their least significant bit first."""


class Loader(wiring.Component):
    """Weights, biases, then the digest of their design; docs/link.md.

    It knows what must come next, and the checksum of all that has come. The bank in use survives a
    reset, as the memories do.

    Parameters
    ----------
    readout : addresses and widths.

    Members
    -------
    begin : In(1), forgets what has come. start : In(1), takes ``entry`` when its number is in
        turn; a clock a bit and 4 more go by before the next one.
    number : In(8), of an entry. unexpected : Out(1), 2 clocks later: it is neither the one that
        comes next nor one of the last 64. expected : Out(8), the number that comes next.
    checksum : In(32). refused : Out(1), 2 clocks later: not all has come, or this is not its sum.
    switch : In(1), the other bank is used from now on; only once for each ``begin``.
    bank : Out(1), in use. write : Out, to the core. digest_en, digest_place, digest_data : Out, a
        byte of the digest, for the other bank.
    """

    def __init__(self, *, readout: ReadoutMap) -> None:
        self.readout = readout
        self.size = entry_bytes(readout.schedule.design)
        super().__init__({
            "begin": In(1), "start": In(1), "entry": In(8 * self.size), "number": In(8),
            "unexpected": Out(1), "expected": Out(8),
            "checksum": In(32), "refused": Out(1), "switch": In(1), "bank": Out(1),
            "write": Out(write_signature(readout)),
            "digest_en": Out(1), "digest_place": Out(range(DIGEST_BYTES)), "digest_data": Out(8),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        readout = self.readout
        sizes = (readout.weights, readout.biases, DIGEST_BYTES)
        begun = Signal()
        switched = Signal()
        part = Signal(2)  # 3: everything has come
        index = Signal(range(max(sizes)))
        last = Signal()
        entry = Signal(8 * self.size)
        left = Signal(range(8 * self.size))
        crc = Signal(32)
        bank = Signal(reset_less=True)

        # Numbers and checksum.
        age = Signal(8)
        in_turn = Signal()
        same = Signal()
        ready = begun & (part != 3)
        m.d.sync += [
            last.eq(index == Array([size - 1 for size in sizes] + [0])[part]),
            age.eq(self.expected - self.number),
            in_turn.eq(ready & (age == 0)),
            self.unexpected.eq(~Mux(age == 0, ready, begun & (age <= HISTORY))),
            same.eq(crc == ~self.checksum),
            self.refused.eq(~(begun & (part == 3) & same)),
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
        m.d.sync += asked.eq(Cat(self.begin, self.start & in_turn, self.switch))
        begin, start, switch = asked
        with m.FSM():
            with m.State("WAIT"):
                m.d.sync += left.eq(8 * self.size - 1)
                with m.If(start):
                    m.d.sync += entry.eq(self.entry)
                    m.next = "SUM"
            with m.State("SUM"):
                m.d.sync += [
                    crc.eq((crc >> 1) ^ Mux(crc[0] ^ entry[0], POLYNOMIAL, 0)),
                    entry.eq(entry.rotate_right(1)), left.eq(left - 1),
                ]
                with m.If(left == 0):
                    m.next = "WRITE"
            with m.State("WRITE"):
                m.d.comb += [self.write.en.eq(~part[1]), self.digest_en.eq(part == 2)]
                m.d.sync += [index.eq(index + 1), self.expected.eq(self.expected + 1)]
                with m.If(last):
                    m.d.sync += [index.eq(0), part.eq(part + 1)]
                m.next = "WAIT"

        with m.If(begin):
            m.d.sync += [
                begun.eq(1), switched.eq(0), part.eq(0), index.eq(0), self.expected.eq(0),
                crc.eq(~0),
            ]
        with m.If(switch & ~switched):
            m.d.sync += [bank.eq(~bank), switched.eq(1)]
        return m
