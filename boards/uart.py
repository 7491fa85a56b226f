"""The UART: 8 data bits, no parity, one stop bit."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

MIN_DIVISOR = 4
"""Clocks a bit below which the majority of three clocks is no longer the middle of a bit."""


def check_divisor(divisor: int) -> None:
    """Raises TypeError or ValueError unless it is an integer of at least 4."""
    if type(divisor) is not int:
        raise TypeError(f"divisor must be an integer, not {divisor!r}")
    if divisor < MIN_DIVISOR:
        raise ValueError(f"divisor must be at least {MIN_DIVISOR} clocks a bit, not {divisor}")


class UartReceiver(wiring.Component):
    """Bytes from a line.

    Each bit is the majority of three clocks at its middle; a start bit shorter than half a bit is
    noise. A byte is given about half a stop bit before its end, so that the next start bit may
    come up to 5 % of a byte early.

    Parameters
    ----------
    divisor : clocks a bit.

    Members
    -------
    rx : In(1), the line, asynchronous. data : Out(8).
    valid : Out(1), a pulse: ``data`` is a byte. error : Out(1), a pulse: the stop bit was low.

    Raises
    ------
    TypeError, ValueError : when the divisor is no integer of at least 4.
    """

    def __init__(self, *, divisor: int) -> None:
        check_divisor(divisor)
        self.divisor = divisor
        super().__init__({
            "rx": In(1, init=1), "data": Out(8), "valid": Out(1), "error": Out(1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()

        # Two registers against metastability, then three clocks to vote.
        line = Signal(5, init=0b11111)
        level = Signal(init=1)
        before = Signal(init=1)
        a, b, c = line[2:]
        m.d.sync += [
            line.eq(Cat(self.rx, line)),
            level.eq((a & b) | (b & c) | (a & c)),
            before.eq(level),
        ]

        timer = Signal(range(self.divisor))
        bits = Signal(10)
        left = Signal(range(11))
        m.d.comb += self.data.eq(bits[1:9])
        m.d.sync += [self.valid.eq(0), self.error.eq(0), timer.eq(timer + 1)]
        with m.If((left == 0) | (timer == self.divisor - 1)):
            m.d.sync += timer.eq(0)
        with m.If((left == 0) & before & ~level):
            m.d.sync += left.eq(10)
        with m.If((left != 0) & (timer == self.divisor // 2 - 1)):
            m.d.sync += [bits.eq(Cat(bits[1:], level)), left.eq(left - 1)]
            with m.If((left == 10) & level):
                m.d.sync += left.eq(0)
            with m.If(left == 1):
                m.d.sync += [self.valid.eq(level), self.error.eq(~level)]
        return m


class UartTransmitter(wiring.Component):
    """Bytes to a line, back to back when they come in time: 10 * divisor clocks a byte.

    Parameters
    ----------
    divisor : clocks a bit.

    Members
    -------
    data : In(8). valid : In(1). ready : Out(1), the byte is taken. tx : Out(1), the line.

    Raises
    ------
    TypeError, ValueError : when the divisor is no integer of at least 4.
    """

    def __init__(self, *, divisor: int) -> None:
        check_divisor(divisor)
        self.divisor = divisor
        super().__init__({
            "data": In(8), "valid": In(1), "ready": Out(1), "tx": Out(1, init=1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        bits = Signal(10, init=(1 << 10) - 1)
        left = Signal(range(10))
        timer = Signal(range(self.divisor))
        ended = Signal()
        m.d.comb += [
            self.tx.eq(bits[0]), ended.eq(timer == self.divisor - 1),
            self.ready.eq(ended & (left == 0)),
        ]
        with m.If(~ended):
            m.d.sync += timer.eq(timer + 1)
        with m.Elif(left != 0):
            m.d.sync += [
                bits.eq(Cat(bits[1:], Const(1, 1))), left.eq(left - 1), timer.eq(0),
            ]
        with m.Elif(self.valid):
            m.d.sync += [
                bits.eq(Cat(Const(0, 1), self.data, Const(1, 1))), left.eq(9), timer.eq(0),
            ]
        return m
