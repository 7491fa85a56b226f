"""Registers without the multiplexers that are their enables and resets."""

from __future__ import annotations

from liquidgate.boards.gate_table import GateTable


def taken(table: GateTable, own: int, given: int) -> tuple[int, list[int]]:
    """What the register ``own`` takes of ``given`` when it is neither reset nor held, and the bits
    that reset and hold it."""
    controls: list[int] = []
    gate = table.gates.get(given)
    if gate and gate[0] == "mux":
        select, low, high = gate[1]
        if low < 2 or high < 2:
            controls.append(select)
            given = high if low < 2 else low
    return _held(table, own, given, controls), controls


def _held(table: GateTable, own: int, given: int, controls: list[int]) -> int:
    gate = table.gates.get(given)
    if not gate or gate[0] != "mux" or not _holds(table, own, given):
        return given
    select, low, high = gate[1]
    controls.append(select)
    if low == own:
        return high
    if high == own:
        return low
    if _holds(table, own, low):
        return table.mux(select, _held(table, own, low, controls), high)
    return table.mux(select, low, _held(table, own, high, controls))


def _holds(table: GateTable, own: int, given: int) -> bool:
    """Whether a multiplexer, or one that it chooses from, gives the register its own value."""
    gate = table.gates.get(given)
    if not gate or gate[0] != "mux":
        return False
    _, low, high = gate[1]
    return own in (low, high) or _holds(table, own, low) or _holds(table, own, high)
