"""Gates into tables of four inputs, greedily: how much logic a circuit takes."""

from __future__ import annotations

from dataclasses import dataclass

from liquidgate.boards.gates import Gates

INPUTS = 4


@dataclass(frozen=True)
class Logic:
    """Counts of a circuit's logic, whatever the chip.

    tables : of four inputs. chains : bits of sums; compares : bits of comparisons. registers :
        bits; alone : those that no table or sum of their own feeds.
    """

    tables: int
    chains: int
    compares: int
    registers: int
    alone: int


def cover(found: Gates) -> Logic:
    """Every gate with one reader goes into its reader's table when there is room."""
    gates = found.gates
    roots = [bit for bit in (*found.roots, *found.registers.values()) if bit > 1]
    order, readers = _reached(found, roots)
    support: dict[int, frozenset[int]] = {}
    outputs = {bit for bit in roots if bit in gates}
    for gate in order:
        kind, inputs = gates[gate]
        own = dict.fromkeys(_plain(gates, bit) for bit in inputs)
        own.pop(0, None)
        own.pop(1, None)
        taken = {bit: support[bit] if bit in gates and readers[bit] == 1 and bit not in outputs
                 else frozenset({bit}) for bit in own}
        union = frozenset().union(*taken.values()) if taken else frozenset()
        while len(union) > INPUTS:
            widest = max(taken, key=lambda bit: len(taken[bit]))
            taken[widest] = frozenset({widest})
            outputs.add(widest)
            union = frozenset().union(*taken.values())
        for bit in taken:
            if bit in gates and taken[bit] == {bit}:
                outputs.add(bit)
        support[gate] = union
    tables = sum(gates[bit][0] != "not" for bit in outputs)
    sums = [(cell, n) for cell, n in found.chains.values() if cell.kind in ("add", "sub", "neg")]
    compares = [cell for cell, _ in found.chains.values() if cell.kind in ("lt", "le", "gt", "ge")]
    summed = {cell.pins["Y"][k] for cell, n in sums for k in range(n)}
    alone = sum(
        not (readers.get(bit, 0) == 1 and (bit in gates or bit in summed))
        for bit in (_plain(gates, bit) for bit in found.registers.values())
    )
    return Logic(
        tables=tables, chains=sum(n for _, n in sums),
        compares=sum(max(len(cell.pins["A"]), len(cell.pins["B"])) for cell in compares),
        registers=len(found.registers), alone=alone,
    )


def _plain(gates: dict, bit: int) -> int:
    """A bit without its inverter."""
    gate = gates.get(bit)
    return gate[1][0] if gate and gate[0] == "not" else bit


def _reached(found: Gates, roots: list[int]) -> tuple[list[int], dict[int, int]]:
    """Gates that are needed, inputs first, and how many read each bit."""
    gates = found.gates
    readers: dict[int, int] = {}
    order: list[int] = []
    seen: set[int] = set()
    for root in roots:
        bit = _plain(gates, root)
        readers[bit] = readers.get(bit, 0) + 1
        stack = [(bit, False)]
        while stack:
            now, closed = stack.pop()
            if closed:
                order.append(now)
                continue
            if now in seen or now not in gates:
                continue
            seen.add(now)
            stack.append((now, True))
            for given in {_plain(gates, given) for given in gates[now][1]}:
                if given > 1:
                    readers[given] = readers.get(given, 0) + 1
                    stack.append((given, False))
    return order, readers
