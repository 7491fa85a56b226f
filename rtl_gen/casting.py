"""Casts as circuits: round half up, saturate (docs/arithmetic.md)."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value

from liquidgate.spec import QFormat


def equals(value: Value, constant: int) -> Value:
    """value == constant. An emitted comparison with 0 is a negation, of which lint expects one bit
    alone."""
    return value == constant if constant else ~value.any()


def half(shift: int) -> int:
    """The constant that turns the floor of a right shift into round half up."""
    return (1 << shift) >> 1


def net(m: Module, value: Value, name: str) -> Signal:
    """``value``, of its own shape, as a net: emitted once, however often it is used."""
    signal = Signal(value.shape(), name=name)
    m.d.comb += signal.eq(value)
    return signal


def saturate(value: Value, fmt: QFormat) -> Value:
    """``value`` (signed) limited to the raw range of ``fmt``; no rounding.

    A signed format overflows when the bits above its sign are not all equal to it: no comparator.
    """
    if fmt.signed:
        if len(value) <= fmt.width:
            return value
        top = value[fmt.width - 1 :]
        limit = Cat((~value[-1]).replicate(fmt.width - 1), value[-1])
        return Mux(top.all() | ~top.any(), value[: fmt.width], limit).as_signed()
    size = value[:-1]
    if len(size) > fmt.width:
        size = Mux(size[fmt.width :].any(), fmt.raw_max, size[: fmt.width])
    return Mux(value[-1], 0, size)
