"""Registers in a row."""

from __future__ import annotations

from amaranth.hdl import Module, Signal


def later(m: Module, value: Signal, clocks: int, name: str) -> Signal:
    """``value`` of so many clocks ago."""
    for k in range(clocks):
        before, value = value, Signal.like(value, name=f"{name}_later{k}")
        m.d.sync += value.eq(before)
    return value
