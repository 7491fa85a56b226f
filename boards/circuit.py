"""A flat circuit: what drives every bit.

A *bit* is an integer; 0 and 1 are the constants (an x is a 0).
"""

from __future__ import annotations

from dataclasses import dataclass, field

Bits = tuple[int, ...]


@dataclass
class Body:
    """Statements in their order: assignments of bits, and switches."""

    statements: list[dict[int, int] | Switch] = field(default_factory=list)
    written: set[int] = field(default_factory=set)


@dataclass
class Switch:
    """The first case that matches ``select``; a pattern has its most significant bit first."""

    select: Bits
    cases: list[tuple[tuple[str, ...], Body]] = field(default_factory=list)


@dataclass
class Cell:
    """An operator, a register or a port of a memory, of its kind in Yosys without the ``$``."""

    kind: str
    parameters: dict[str, str]
    pins: dict[str, Bits]

    def number(self, name: str) -> int:
        text = self.parameters.get(name, "0")
        return int(text) if "'" not in text else int(text.split("'")[1], 2)


@dataclass
class Circuit:
    """A flat circuit.

    drivers : of each driven bit: another bit, the process it is a target of, or a cell with the pin
        and the index in it. memories : (width, words) by name. contents : bits of their first
        words, the last word first. blocks : those that ask for block RAM. outputs : the top's bits.
        bits : how many there are.
    """

    drivers: dict[int, int | Body | tuple[Cell, str, int]] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    memories: dict[str, tuple[int, int]] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    blocks: set[str] = field(default_factory=set)
    outputs: list[int] = field(default_factory=list)
    bits: int = 2


OUTPUTS = frozenset({"Y", "Q", "DATA"})
