"""Casts as circuits: round half up, saturate (docs/arithmetic.md)."""

from __future__ import annotations

from amaranth.hdl import Const, Module, Mux, Shape, Signal, Value, signed

from liquidgate.spec import QFormat, Table
from liquidgate.spec.formats import signed_width


def equals(value: Value, constant: int) -> Value:
    """value == constant. An emitted comparison with 0 is a negation, of which lint expects one bit
    alone."""
    return value == constant if constant else ~value.any()


def half(shift: int) -> int:
    """The constant that turns the floor of a right shift into round half up."""
    return (1 << shift) >> 1


def with_half(bits: int, shift: int) -> Shape:
    """Of a signed value of so many bits and half(shift), which may be beyond them all."""
    return signed(max(bits, shift + 1) + 1)


def left_shape(value: Value, table: Table, odd: bool, shift: int) -> Shape:
    """Of value - g value + half(shift) in fraction bits of g, which ``table`` gives; without
    ``odd`` no g is negative."""
    one = 1 << table.output.f_bits
    most = one + table.limit if odd else max(one, table.limit - one)
    reach = (most << len(value) - 1) + half(shift)
    return signed(signed_width(-reach, reach))


def net(m: Module, value: Value, name: str) -> Signal:
    """``value``, of its own shape, as a net: emitted once, however often it is used."""
    signal = Signal(value.shape(), name=name)
    m.d.comb += signal.eq(value)
    return signal


def saturate(value: Value, fmt: QFormat) -> Value:
    """``value`` limited to the raw range of ``fmt``; no rounding.

    A value that is not signed can only be too large. A signed one overflows a signed format when
    the bits above its sign are not all equal to it: no comparator.
    """
    if not value.shape().signed:
        bits = fmt.width - fmt.signed
        return value if len(value) <= bits else Mux(value[bits:].any(), fmt.raw_max, value[:bits])
    if fmt.signed:
        if len(value) <= fmt.width:
            return value
        top = value[fmt.width - 1 :]
        least, most = (Const(raw, signed(fmt.width)) for raw in (fmt.raw_min, fmt.raw_max))
        fits = top.all() | ~top.any()
        return Mux(fits, value[: fmt.width].as_signed(), Mux(value[-1], least, most))
    return Mux(value[-1], 0, saturate(value[:-1], fmt))
