"""Frames from bytes."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.crc.catalog import CRC16_IBM_3740
from amaranth.lib.wiring import In, Out

from liquidgate.boards.frames import SYNC, request_sizes
from liquidgate.spec import Design


class Deframer(wiring.Component):
    """Requests from a stream of bytes; whatever is no frame is skipped.

    ``done`` comes 2 clocks after the last byte of a frame. A frame whose checksum is wrong, that
    holds a byte without a stop bit, or that stops for ``timeout`` clocks, ends with ``good`` = 0;
    the hunt for a sync byte goes on with the byte that follows.

    Parameters
    ----------
    design : gives the size of a sample. readout : "ram" where one can be loaded.
    timeout : clocks without a byte after which a begun frame is given up; rounded up to a power
        of two.

    Members
    -------
    data, valid, error : In, from the receiver.
    done : Out(1), a pulse. good : Out(1). kind : Out(3), the type. number : Out(8).
    payload : Out, its last byte in the most significant bits; stays until the next payload.
    """

    def __init__(self, *, design: Design, timeout: int, readout: str = "rom") -> None:
        self.sizes = request_sizes(design, readout)
        self.timeout = timeout
        super().__init__({
            "data": In(8), "valid": In(1), "error": In(1),
            "done": Out(1), "good": Out(1), "kind": Out(3), "number": Out(8),
            "payload": Out(8 * max(self.sizes.values())),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.crc = crc = CRC16_IBM_3740(data_width=8).create()
        m.d.comb += [crc.data.eq(self.data), crc.valid.eq(self.valid)]

        # Silence: up to a power of two, so that one reset serves all bits of the carry chain.
        silence = Signal((self.timeout - 1).bit_length() + 1)
        late = silence[-1]
        m.d.sync += silence.eq(silence + ~late)
        with m.If(self.valid):
            m.d.sync += silence.eq(0)

        size = Signal(range(max(self.sizes.values()) + 1))
        left = Signal.like(size)
        broken = self.error | late
        is_type = Signal()
        with m.Switch(self.data):
            for code, count in self.sizes.items():
                with m.Case(code):
                    m.d.comb += [is_type.eq(1), size.eq(count)]

        with m.FSM():
            with m.State("HUNT"):
                with m.If(self.valid & (self.data == SYNC)):
                    m.next = "TYPE"
            with m.State("TYPE"):
                m.d.comb += crc.start.eq(1)
                m.d.sync += [self.kind.eq(self.data[:3]), left.eq(size)]
                with m.If(self.valid & is_type):
                    m.next = "NUMBER"
                with m.Elif(broken | (self.valid & (self.data != SYNC))):
                    m.next = "HUNT"
            with m.State("NUMBER"):
                with m.If(broken):
                    m.next = "BROKEN"
                with m.Elif(self.valid):
                    m.d.sync += self.number.eq(self.data)
                    with m.If(left == 0):
                        m.next = "HIGH"
                    with m.Else():
                        m.next = "PAYLOAD"
            with m.State("PAYLOAD"):
                with m.If(broken):
                    m.next = "BROKEN"
                with m.Elif(self.valid):
                    m.d.sync += [
                        self.payload.eq(Cat(self.payload[8:], self.data)), left.eq(left - 1),
                    ]
                    with m.If(left == 1):
                        m.next = "HIGH"
            with m.State("HIGH"):
                with m.If(broken):
                    m.next = "BROKEN"
                with m.Elif(self.valid):
                    m.next = "LOW"
            with m.State("LOW"):
                with m.If(broken):
                    m.next = "BROKEN"
                with m.Elif(self.valid):
                    m.next = "END"
            with m.State("END"):
                m.d.comb += [self.done.eq(1), self.good.eq(crc.match_detected)]
                m.next = "HUNT"
            with m.State("BROKEN"):
                m.d.comb += self.done.eq(1)
                m.next = "HUNT"
        return m
