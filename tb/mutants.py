"""Mutants: one-token damages of an emitted Verilog text, to prove that the bench sees them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liquidgate.tb.verilog_text import Module, modules

KINDS = ("operator", "constant", "enable", "rom", "address", "stage")
OPERATORS = {
    " + ": " - ", " - ": " + ", " * ": " + ", " & ": " | ", " | ": " & ", " ^ ": " | ",
    " > ": " >= ", " < ": " <= ", " == ": " != ", "= ~ ": "= ", "= ! ": "= ", "= - ": "= ",
    "$signed(": "$unsigned(",
}
CONSTANT = re.compile(r"(\d+)'h([0-9a-f]+)")


@dataclass(frozen=True)
class Mutant:
    """One damage: ``before`` becomes ``after`` in line ``line`` (from 0) of the text.

    ``place`` : for a ROM word its memory, number and bit, as "weights[3] bit 5"; else the net or
    register.
    """

    kind: str
    module: str
    line: int
    place: str
    before: str
    after: str

    def __str__(self) -> str:
        return (f"{self.kind} in {self.module}, line {self.line + 1}, {self.place}: "
                f"{self.before.strip()} -> {self.after.strip()}")


def mutants(text: str, rng: np.random.Generator) -> list[Mutant]:
    """Every place that can be damaged, each with one damage (where there is a choice: drawn).

    The resets of registers that carry data are left out: only flags, counters and output pins
    promise a value after a reset (docs/timing.md), and a flag says when data are valid.
    """
    found: list[Mutant] = []
    for module in modules(text):
        found += _statements(module, rng)
        found += _conditions(module, rng)
        found += _memories(module, rng)
        found += _stages(module)
    return found


def _statements(module: Module, rng: np.random.Generator) -> list[Mutant]:
    """Operators and constants on right-hand sides of nets that somebody reads."""
    found = []
    for line, name, source in module.assignments:
        if name not in module.read or _idle_reset(module, line, name):
            continue
        for old, new in OPERATORS.items():
            whole = f"= {source}"
            for match in re.finditer(re.escape(old), whole):
                after = whole[: match.start()] + new + whole[match.end() :]
                found.append(Mutant("operator", module.name, line, name, source, after[2:]))
        if " ? " in source:
            condition, rest = source.split(" ? ", 1)
            after = f"!({condition}) ? {rest}"
            found.append(Mutant("operator", module.name, line, name, source, after))
        for match in CONSTANT.finditer(source):
            after = source[: match.start()] + _flip(match, rng) + source[match.end() :]
            found.append(Mutant("constant", module.name, line, name, source, after))
    return found


def _flip(match: re.Match[str], rng: np.random.Generator) -> str:
    """The constant with one bit changed."""
    width, digits = int(match[1]), match[2]
    return f"{width}'h{int(digits, 16) ^ 1 << int(rng.integers(width)):0{len(digits)}x}"


def _conditions(module: Module, rng: np.random.Generator) -> list[Mutant]:
    return [
        Mutant("enable", module.name, line, name, condition, f"1'h{int(rng.integers(2))}")
        for line, name, condition in module.conditions
        if not _idle_reset(module, line, name)
    ]


def _idle_reset(module: Module, line: int, net: str) -> bool:
    if line not in module.resets:
        return False
    pins = any(name.startswith("o__") and net in source for _, name, source in module.registers)
    return module.carries_data(net) and not pins


def _memories(module: Module, rng: np.random.Generator) -> list[Mutant]:
    """A bit of every address; a bit of every word of the memories that nobody writes."""
    found = []
    for line, memory, index in module.accesses:
        bits = max(1, (module.depth[memory] - 1).bit_length())
        for bit in range(bits):
            after = f"({index}) ^ {bits}'h{1 << bit:x}"
            found.append(Mutant("address", module.name, line, memory, index, after))
    for line, memory, number, word in module.words:
        match = CONSTANT.fullmatch(word)
        if match and memory not in module.stored:
            bit = int(rng.integers(int(match[1])))
            after = f"{match[1]}'h{int(match[2], 16) ^ 1 << bit:0{len(match[2])}x}"
            place = f"{memory}[{number}] bit {bit}"
            found.append(Mutant("rom", module.name, line, place, word, after))
    return found


def _stages(module: Module) -> list[Mutant]:
    """Registers that do not feed themselves, replaced by a wire."""
    return [
        Mutant("stage", module.name, line, name, f"{name} <= {source}", f"{name} = {source}")
        for line, name, source in module.registers
        if name not in module.cone(source)
    ]


def choose(
    found: Sequence[Mutant], count: int, rng: np.random.Generator
) -> list[Mutant]:
    """``count`` of them: kinds, and modules within a kind, take turns."""
    order = [found[k] for k in rng.permutation(len(found))]
    queues: dict[str, dict[str, list[Mutant]]] = {kind: {} for kind in KINDS}
    for mutant in order:
        queues[mutant.kind].setdefault(mutant.module, []).append(mutant)
    chosen: list[Mutant] = []
    while len(chosen) < count and any(any(q.values()) for q in queues.values()):
        for kind in KINDS:
            queue = queues[kind]
            name = next((name for name, waiting in queue.items() if waiting), None)
            if name is not None and len(chosen) < count:
                chosen.append(queue[name].pop())
                queue[name] = queue.pop(name)  # to the end of the line
    return chosen
