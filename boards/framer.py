"""Bytes from answers."""

from __future__ import annotations

from amaranth.hdl import Array, Cat, Const, Module, Mux, Signal, Value, unsigned
from amaranth.lib import wiring
from amaranth.lib.crc.catalog import CRC16_IBM_3740
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.boards.frames import (
    ANSWER,
    COMMIT,
    ERROR,
    IDENTIFY,
    SAMPLE,
    SYNC,
    answer_sizes,
)
from liquidgate.spec import Design
from liquidgate.spec.readout_map import DIGEST_BYTES


class Framer(wiring.Component):
    """Answers as frames of bytes.

    A byte takes three clocks to prepare while the one before it is on the line.

    Parameters
    ----------
    design : gives the size of an answer.
    identity : bytes of the answer to IDENTIFY; they stand in a ROM.
    loadable : they stand in a RAM of two banks, whose digests can be written.

    Members
    -------
    start : In(1), taken when ``idle``. kind : In(3), type of the request, 0 for an error.
    number : In(8). code : In(3), payload of an error.
    payload : In, of an answer to a sample, the first byte in the least significant bits.
    bank, digest_en, digest_place, digest_data : In, when loadable: the bank that is told, and a
        byte of the digest for the other one.
    idle : Out(1). data, valid : Out, ready : In, to the transmitter.
    """

    def __init__(self, *, design: Design, identity: bytes, loadable: bool = False) -> None:
        self.sizes = answer_sizes(design)
        self.identity, self.loadable = identity, loadable
        own = {
            "bank": In(1), "digest_en": In(1), "digest_place": In(range(DIGEST_BYTES)),
            "digest_data": In(8),
        }
        super().__init__((own if loadable else {}) | {
            "start": In(1), "kind": In(3), "number": In(8), "code": In(3),
            "payload": In(8 * self.sizes[SAMPLE | ANSWER]),
            "idle": Out(1), "data": Out(8), "valid": Out(1), "ready": In(1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.crc = crc = CRC16_IBM_3740(data_width=8).create()
        kind = Signal(3)
        number = Signal(8)
        code = Signal(3)
        answer = Signal(8 * self.sizes[SAMPLE | ANSWER])
        left = Signal(range(max(self.sizes.values()) + 1))
        place = Signal(range(len(self.identity)))
        identity = self._identity(m, place)
        m.d.comb += crc.data.eq(self.data)

        # One flip-flop a field of the frame.
        names = ("sync", "type", "number", "payload", "high", "low")
        field = {name: Signal(name=f"in_{name}") for name in names}
        contents = {
            "sync": Const(SYNC, 8),
            "type": Mux(kind == 0, ERROR, ANSWER | kind),
            "number": number,
            "payload": Array([code, identity, 0, answer[:8]])[kind],
            "high": crc.crc[8:],
            "low": crc.crc[:8],
        }
        byte = 0
        for name in names:
            byte |= Mux(field[name], contents[name], 0)
        counts = [self.sizes[ERROR], *(self.sizes[ANSWER | k] for k in range(IDENTIFY, COMMIT + 1))]

        with m.FSM():
            with m.State("IDLE"):
                m.d.comb += [self.idle.eq(1), crc.start.eq(1)]
                m.d.sync += [
                    kind.eq(self.kind), number.eq(self.number), code.eq(self.code), place.eq(0),
                    field["sync"].eq(1), answer.eq(self.payload),
                ]
                with m.If(self.start):
                    m.next = "LOAD"
            with m.State("LOAD"):
                m.d.sync += self.data.eq(byte)
                with m.If(field["sync"]):
                    m.d.sync += left.eq(Array(counts)[kind])
                m.next = "OFFER"
            with m.State("OFFER"):
                m.d.comb += self.valid.eq(1)
                with m.If(self.ready):
                    m.next = "FEED"
            with m.State("FEED"):
                checked = field["type"] | field["number"] | field["payload"]
                m.d.comb += crc.valid.eq(checked)
                with m.If(field["payload"]):
                    m.d.sync += [
                        left.eq(left - 1), place.eq(place + 1), answer.eq(answer >> 8),
                    ]
                end = (field["number"] & (left == 0)) | (field["payload"] & (left == 1))
                inner = (field["number"] | field["payload"]) & ~end
                m.d.sync += [
                    field["sync"].eq(0), field["type"].eq(field["sync"]),
                    field["number"].eq(field["type"]), field["payload"].eq(inner),
                    field["high"].eq(end), field["low"].eq(field["high"]),
                ]
                m.next = "READ"
                with m.If(field["low"]):
                    m.next = "IDLE"
            with m.State("READ"):
                m.next = "LOAD"  # the ROM and the checksum have the next byte from here on
        return m

    def _identity(self, m: Module, place: Signal) -> Value:
        """The byte of the identity at ``place``, a clock later."""
        if not self.loadable:
            m.submodules.rom = rom = Memory(
                shape=unsigned(8), depth=len(self.identity), init=self.identity,
                attrs={"rom_style": "block"},
            )
            port = rom.read_port()
            m.d.comb += port.addr.eq(place)
            return port.data
        bank_bytes = self.identity.ljust(1 << len(place), b"\0")
        m.submodules.ram = ram = Memory(
            shape=unsigned(8), depth=2 * len(bank_bytes), init=bank_bytes * 2
        )
        port, write = ram.read_port(), ram.write_port()
        digest = Signal.like(place)
        m.d.comb += [
            digest.eq(self.digest_place + 1),  # behind the version
            port.addr.eq(Cat(place, self.bank)), write.addr.eq(Cat(digest, ~self.bank)),
            write.data.eq(self.digest_data), write.en.eq(self.digest_en),
        ]
        return port.data
