"""Operators of a circuit as gates."""

from __future__ import annotations

from collections.abc import Callable

from liquidgate.boards.circuit import Cell
from liquidgate.boards.gate_table import GateTable

OPERATORS = frozenset({
    "not", "reduce_and", "reduce_or", "reduce_xor", "reduce_bool", "and", "or", "xor", "mux", "eq",
    "ne", "shl", "shr", "sshr",
})
"""Cells that become gates."""
REDUCTIONS = {"reduce_and": "and", "reduce_xor": "xor"}


def operator(table: GateTable, cell: Cell, index: int, pin: Callable[[str], list[int]]) -> int:
    """Bit ``index`` of the result of one of OPERATORS; ``pin`` gives the gates at a pin."""
    kind = cell.kind
    a = pin("A")
    if kind == "not":
        return table.invert(extended(a, index, cell))
    if kind.startswith("reduce_"):
        return table.tree(REDUCTIONS.get(kind, "or"), a) if index == 0 else 0
    b = pin("B")
    if kind in ("and", "or", "xor"):
        return table.gate(kind, extended(a, index, cell), extended(b, index, cell, "B"))
    if kind == "mux":
        return table.mux(pin("S")[0], a[index], b[index])
    if kind in ("eq", "ne"):
        return _compared(table, cell, a, b) if index == 0 else 0
    return _shifted(table, cell, a, b)[index]


def extended(bits: list[int], index: int, cell: Cell, pin: str = "A") -> int:
    """Bit ``index`` of an operand that is extended."""
    if index < len(bits):
        return bits[index]
    return bits[-1] if cell.number(f"{pin}_SIGNED") and bits else 0


def _compared(table: GateTable, cell: Cell, a: list[int], b: list[int]) -> int:
    differ = [table.gate("xor", extended(a, k, cell), extended(b, k, cell, "B"))
              for k in range(max(len(a), len(b)))]
    found = table.tree("or", differ)
    return found if cell.kind == "ne" else table.invert(found)


def _shifted(table: GateTable, cell: Cell, a: list[int], b: list[int]) -> list[int]:
    width = cell.number("Y_WIDTH")
    fill = a[-1] if cell.number("A_SIGNED") else 0
    now = (a + [fill] * width)[: max(width, len(a))]
    for k, select in enumerate(b):
        by = 1 << k
        if select == 0:
            continue
        moved = ([0] * by + now)[: len(now)] if cell.kind == "shl" else (
            (now[by:] + [fill if cell.kind == "sshr" else 0] * by)[: len(now)])
        now = [table.mux(select, low, high) for low, high in zip(now, moved)]
    return now[:width]
