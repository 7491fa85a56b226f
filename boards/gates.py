"""A circuit as gates of one bit: constants folded, equal gates shared, dead ones never made."""

from __future__ import annotations

import sys

from liquidgate.boards.gate_table import GateTable
from liquidgate.boards.rtlil import OUTPUTS, Bits, Body, Cell, Circuit, Switch

CHAINS = frozenset({"add", "sub", "neg", "lt", "le", "gt", "ge"})
"""Cells that become carry chains."""
OPERATORS = frozenset({
    "not", "reduce_and", "reduce_or", "reduce_xor", "reduce_bool", "and", "or", "xor", "mux", "eq",
    "ne", "shl", "shr", "sshr",
})
"""Cells that become gates."""


class Gates(GateTable):
    """Everything that the outputs of a circuit need.

    gates : as of GateTable. All other bits are leaves: registers, memories, products, carry chains,
        pins.
    registers : of each register's bit, the bit that it takes: without the multiplexers that are its
        enable and its reset.
    controls : bits that are enables and resets.
    chains, products : cells, and how many bits of their results are needed.
    reads : ports of each memory that is read. used : the bits that are needed of each.
    """

    def __init__(self, circuit: Circuit) -> None:
        super().__init__(1 + max(circuit.drivers, default=1) + 1_000_000)
        self.circuit = circuit
        self.roots: list[int] = []
        self.registers: dict[int, int] = {}
        self.controls: set[int] = set()
        self.chains: dict[int, tuple[Cell, int]] = {}
        self.products: dict[int, tuple[Cell, int]] = {}
        self.reads: dict[str, list[Cell]] = {}
        self.used: dict[int, set[int]] = {}
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
                self.registers[bit] = self._register(bit, self.bit(cell.pins["D"][index]))
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
                        self.roots += [self.bit(b) for b in cell.pins["DATA"] + cell.pins["ADDR"]]
                        self.controls |= {self.bit(b) for b in cell.pins.get("EN", ())}
            for ports in list(self.reads.values()):
                for cell in list(ports):
                    if id(cell) not in done:
                        done.add(id(cell))
                        names.append("")
                        self.roots += [self.bit(b) for b in cell.pins["ADDR"]]
                        self.controls |= {self.bit(b) for b in cell.pins.get("EN", ())}
            if not (self._todo or fresh or names):
                return

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

    def _register(self, own: int, given: int) -> int:
        """What a register takes when it is neither reset nor held."""
        gate = self.gates.get(given)
        if gate and gate[0] == "mux":
            select, low, high = gate[1]
            if low < 2 or high < 2:
                self.controls.add(select)
                given = high if low < 2 else low
        return self._held(own, given)

    def _held(self, own: int, given: int) -> int:
        gate = self.gates.get(given)
        if not gate or gate[0] != "mux":
            return given
        select, low, high = gate[1]
        if low == own:
            self.controls.add(select)
            return high
        if high == own:
            self.controls.add(select)
            return low
        if self._holds(own, low):
            self.controls.add(select)
            rest = self._held(own, low)
            return self._mux(select, rest, high)
        if self._holds(own, high):
            self.controls.add(select)
            rest = self._held(own, high)
            return self._mux(select, low, rest)
        return given

    def _holds(self, own: int, given: int) -> bool:
        gate = self.gates.get(given)
        return bool(gate) and gate[0] == "mux" and (  # type: ignore[index]
            own in gate[1][1:] or any(self._holds(own, side) for side in gate[1][1:]))  # type: ignore

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
            return self._process(driver, bit, None)
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

    def _process(self, body: Body, bit: int, value: int | None) -> int:
        """The value of a bit after the statements; None where it has none yet."""
        for statement in body.statements:
            if isinstance(statement, Switch):
                value = self._switch(statement, bit, value)
            elif bit in statement:
                value = self.bit(statement[bit])
        return 0 if value is None else value

    def _switch(self, switch: Switch, bit: int, before: int | None) -> int | None:
        if not any(bit in body.written for _, body in switch.cases):
            return before
        chosen: list[tuple[int, int]] = []
        otherwise = 0 if before is None else before
        for patterns, body in switch.cases:
            value = self._process(body, bit, before) if bit in body.written else (
                0 if before is None else before)
            if not patterns:
                otherwise = value
                break
            matches = [self._match(switch.select, pattern) for pattern in patterns]
            chosen.append((self._tree("or", matches), value))
        for match, value in reversed(chosen):
            otherwise = self._mux(match, otherwise, value)
        return otherwise

    def _match(self, select: Bits, pattern: str) -> int:
        return self._tree("and", [
            self.bit(bit) if digit == "1" else self._not(self.bit(bit))
            for bit, digit in zip(select, reversed(pattern)) if digit != "-"
        ])

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
            self.roots += [self.bit(b) for pin, bits in cell.pins.items() if pin not in OUTPUTS
                           for b in bits]
            return bit
        a = self._pin(cell, "A")
        if kind == "not":
            return self._not(_at(a, index, cell))
        if kind.startswith("reduce_"):
            return self._reduced(kind, a) if index == 0 else 0
        b = self._pin(cell, "B")
        if kind in ("and", "or", "xor"):
            return self._gate(kind, _at(a, index, cell), _at(b, index, cell, "B"))
        if kind == "mux":
            return self._mux(self.bit(cell.pins["S"][0]), a[index], b[index])
        if kind in ("eq", "ne"):
            if index:
                return 0
            width = max(len(a), len(b))
            differ = [self._gate("xor", _at(a, k, cell), _at(b, k, cell, "B"))
                      for k in range(width)]
            found = self._tree("or", differ)
            return found if kind == "ne" else self._not(found)
        return self._shifted(cell, a, b)[index]

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

    def _reduced(self, kind: str, a: list[int]) -> int:
        return self._tree({"reduce_and": "and", "reduce_xor": "xor"}.get(kind, "or"), a)

    def _shifted(self, cell: Cell, a: list[int], b: list[int]) -> list[int]:
        width = cell.number("Y_WIDTH")
        signed = cell.number("A_SIGNED")
        fill = a[-1] if signed else 0
        now = (a + [fill] * width)[: max(width, len(a))]
        for k, select in enumerate(b):
            by = 1 << k
            if select == 0:
                continue
            moved = ([0] * by + now)[: len(now)] if cell.kind == "shl" else (
                (now[by:] + [fill if cell.kind == "sshr" else 0] * by)[: len(now)])
            now = [self._mux(select, low, high) for low, high in zip(now, moved)]
        return now[:width]

    def _chain(self, cell: Cell, index: int, bit: int) -> int:
        """A bit of a sum; below the lowest bit that is added it is the other operand's."""
        if cell.kind in ("add", "sub") and index < cell.number("Y_WIDTH"):
            a, b = cell.pins["A"], cell.pins["B"]
            if cell.kind == "add" and all(self._zero(a, k) for k in range(index + 1)):
                return _at(self._pin(cell, "B"), index, cell, "B")
            if all(self._zero(b, k) for k in range(index + 1)):
                return _at(self._pin(cell, "A"), index, cell)
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


def _at(bits: list[int], index: int, cell: Cell, pin: str = "A") -> int:
    """Bit ``index`` of an operand that is extended."""
    if index < len(bits):
        return bits[index]
    return bits[-1] if cell.number(f"{pin}_SIGNED") and bits else 0
