"""Statements of a circuit as gates: assignments, and switches that choose between them."""

from __future__ import annotations

from collections.abc import Callable

from liquidgate.boards.circuit import Bits, Body, Switch
from liquidgate.boards.gate_table import GateTable


class Processes:
    """Values that statements give to bits.

    Parameters
    ----------
    table : takes the gates. bit : the gate or leaf that a bit of the circuit is.
    """

    def __init__(self, table: GateTable, bit: Callable[[int], int]) -> None:
        self._table, self._bit = table, bit

    def value(self, body: Body, bit: int, before: int = 0) -> int:
        """Of ``bit`` after the statements."""
        for statement in body.statements:
            if isinstance(statement, Switch):
                before = self._switch(statement, bit, before)
            elif bit in statement:
                before = self._bit(statement[bit])
        return before

    def _switch(self, switch: Switch, bit: int, before: int) -> int:
        if not any(bit in body.written for _, body in switch.cases):
            return before
        chosen: list[tuple[int, int]] = []
        otherwise = before
        for patterns, body in switch.cases:
            value = self.value(body, bit, before) if bit in body.written else before
            if not patterns:
                otherwise = value
                break
            matches = [self._match(switch.select, pattern) for pattern in patterns]
            chosen.append((self._table.tree("or", matches), value))
        for match, value in reversed(chosen):
            otherwise = self._table.mux(match, otherwise, value)
        return otherwise

    def _match(self, select: Bits, pattern: str) -> int:
        return self._table.tree("and", [
            self._bit(bit) if digit == "1" else self._table.invert(self._bit(bit))
            for bit, digit in zip(select, reversed(pattern)) if digit != "-"
        ])
