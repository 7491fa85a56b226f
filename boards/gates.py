"""A circuit as gates of one bit: constants folded, equal gates shared, dead ones never made."""

from __future__ import annotations

import sys

from liquidgate.boards.circuit import OUTPUTS, Bits, Body, Cell, Circuit
from liquidgate.boards.gate_table import GateTable
from liquidgate.boards.holding import taken
from liquidgate.boards.operators import OPERATORS, extended, operator
from liquidgate.boards.processes import Processes

CHAINS = frozenset({"add", "sub", "neg", "lt", "le", "gt", "ge"})
"""Cells that become carry chains."""


class Gates(GateTable):
    """Everything that the outputs of a circuit need.

    gates : as of GateTable. All other bits are leaves: registers, memories, products, carry chains,
        pins. roots : those that something else than a gate needs, or a register beside its data.
    registers : of each register's bit, the bit that it takes: without the multiplexers that are its
        enable and its reset.
    chains, products : cells, and how many bits of their results are needed.
    reads : ports of each memory that is read. used : the bits that are needed of each.
    """

    def __init__(self, circuit: Circuit) -> None:
        super().__init__(circuit.bits)
        self.circuit = circuit
        self.roots: list[int] = []
        self.registers: dict[int, int] = {}
        self.chains: dict[int, tuple[Cell, int]] = {}
        self.products: dict[int, tuple[Cell, int]] = {}
        self.reads: dict[str, list[Cell]] = {}
        self.used: dict[int, set[int]] = {}
        self._processes = Processes(self, self.bit)
        self._constants: dict[str, dict[int, int]] = {}
        self._merged: dict[int, Cell] = {}
        self._same: dict[tuple[object, ...], Cell] = {}
        self._known: dict[int, int] = {0: 0, 1: 1}
        self._todo: list[int] = []
        self._ports: dict[str, list[Cell]] = {}
        for cell in circuit.cells:
            if cell.kind.startswith("mem"):
                self._ports.setdefault(cell.parameters["MEMID"], []).append(cell)
        self._seen_memories: set[str] = set()
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, 20_000))
        try:
            for bit in circuit.outputs:
                self.roots.append(self.bit(bit))
            self._close()
        finally:
            sys.setrecursionlimit(limit)

    # -- what is needed --------------------------------------------------------------------------

    def _close(self) -> None:
        """Follows registers, chains, products and memories until nothing new is needed."""
        done: set[int] = set()
        while True:
            while self._todo:
                bit = self._todo.pop()
                cell, _, index = self.circuit.drivers[bit]  # type: ignore[misc]
                self.registers[bit] = -1
                self.registers[bit], controls = taken(self, bit, self.bit(cell.pins["D"][index]))
                self.roots += controls
            fresh = [(cell, n) for cell, n in (*self.chains.values(), *self.products.values())
                     if (id(cell), n) not in done]
            for cell, n in fresh:
                done.add((id(cell), n))  # type: ignore[arg-type]
                width = n if cell.kind in ("add", "sub", "neg", "mul") else 1 << 30
                for pin in ("A", "B"):
                    for bit in cell.pins.get(pin, ())[:width]:
                        self.roots.append(self.bit(bit))
            names = [name for name in self._ports if name not in self._seen_memories
                     and name in self.reads]
            for name in names:
                self._seen_memories.add(name)
                for cell in self._ports[name]:
                    if cell.kind == "memwr_v2":
                        self._need(cell, "DATA", "ADDR", "EN")
            for ports in list(self.reads.values()):
                for cell in list(ports):
                    if id(cell) not in done:
                        done.add(id(cell))
                        names.append("")
                        self._need(cell, "ADDR", "EN")
            if not (self._todo or fresh or names):
                return

    def _need(self, cell: Cell, *pins: str) -> None:
        self.roots += [self.bit(bit) for pin in pins for bit in cell.pins.get(pin, ())]

    def writes(self, name: str) -> list[Cell]:
        return [cell for cell in self._ports[name] if cell.kind == "memwr_v2"]

    def _columns(self, name: str) -> dict[int, int]:
        """Bits of a ROM that are the same in every word."""
        found = self._constants.get(name)
        if found is None:
            found = self._constants[name] = {}
            width, _ = self.circuit.memories[name]
            text = self.circuit.contents.get(name, "")
            if text and not self.writes(name):
                words = [text[k : k + width] for k in range(0, len(text), width)]
                for k, column in enumerate(zip(*words)):
                    if len(set(column)) == 1:
                        found[width - 1 - k] = int(column[0] == "1")
        return found

    # -- one bit ----------------------------------------------------------------------------------

    def bit(self, bit: int) -> int:
        """The gate or leaf that a bit of the circuit is."""
        found = self._known.get(bit)
        if found is None:
            found = self._known[bit] = self._made(bit)
        return found

    def _made(self, bit: int) -> int:
        driver = self.circuit.drivers.get(bit)
        if driver is None:
            return bit  # a pin
        if isinstance(driver, int):
            return self.bit(driver)
        if isinstance(driver, Body):
            return self._processes.value(driver, bit)
        cell, pin, index = driver
        if cell.kind == "dff":
            self._known[bit] = bit  # what it feeds back to itself is no constant
            given = self.bit(cell.pins["D"][index])
            if given < 2:
                return given
            self._todo.append(bit)
            return bit
        if cell.kind == "memrd_v2":
            name = cell.parameters["MEMID"]
            constant = self._columns(name).get(index)
            if constant is not None:
                return constant
            ports = self.reads.setdefault(name, [])
            if not any(port is cell for port in ports):
                ports.append(cell)
            self.used.setdefault(id(cell), set()).add(index)
            return bit
        return self._operator(cell, index, bit)

    # -- operators --------------------------------------------------------------------------------

    def _operator(self, cell: Cell, index: int, bit: int) -> int:
        kind = cell.kind
        if kind == "mul" or kind in CHAINS:
            first = self._first(cell)
            if first is not cell:
                return self.bit(first.pins["Y"][index])
        if kind == "mul":
            _, most = self.products.get(id(cell), (cell, 0))
            self.products[id(cell)] = (cell, max(most, index + 1))
            return bit
        if kind in CHAINS:
            return self._chain(cell, index, bit)
        if kind not in OPERATORS:
            # What it does not know counts nothing: an estimate must not stop a build.
            self._known[bit] = bit
            self._need(cell, *(pin for pin in cell.pins if pin not in OUTPUTS))
            return bit
        return operator(self, cell, index, lambda pin: self._pin(cell, pin))

    def _first(self, cell: Cell) -> Cell:
        """The first cell that computes the same."""
        found = self._merged.get(id(cell))
        if found is None:
            pins = tuple(tuple(self._pin(cell, pin)) for pin in ("A", "B") if pin in cell.pins)
            key = (cell.kind, pins, cell.number("A_SIGNED"), len(cell.pins["Y"]))
            found = self._merged[id(cell)] = self._same.setdefault(key, cell)
        return found

    def _pin(self, cell: Cell, name: str) -> list[int]:
        return [self.bit(bit) for bit in cell.pins[name]]

    def _chain(self, cell: Cell, index: int, bit: int) -> int:
        """A bit of a sum; below the lowest bit that is added it is the other operand's."""
        if cell.kind in ("add", "sub") and index < cell.number("Y_WIDTH"):
            a, b = cell.pins["A"], cell.pins["B"]
            if cell.kind == "add" and all(self._zero(a, k) for k in range(index + 1)):
                return extended(self._pin(cell, "B"), index, cell, "B")
            if all(self._zero(b, k) for k in range(index + 1)):
                return extended(self._pin(cell, "A"), index, cell)
            top = max(len(a), len(b))
            signed = cell.number("A_SIGNED") and cell.number("B_SIGNED")
            if signed and index > top:
                return self.bit(cell.pins["Y"][top])
        if cell.kind in ("lt", "le", "gt", "ge") and index:
            return 0
        _, most = self.chains.get(id(cell), (cell, 0))
        self.chains[id(cell)] = (cell, max(most, index + 1))
        return bit

    def _zero(self, pins: Bits, index: int) -> bool:
        return index < len(pins) and pins[index] == 0
