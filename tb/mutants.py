"""Mutants: one-token damages of an emitted Verilog text, to prove that the bench sees them.

All of them fit into one text in which the bench chooses, so one build serves them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liquidgate.tb.player import TOP
from liquidgate.tb.verilog_text import Module, modules

KINDS = ("operator", "constant", "enable", "rom", "address", "stage")
OPERATORS = {
    " + ": " - ", " - ": " + ", " * ": " + ", " & ": " | ", " | ": " & ", " ^ ": " | ",
    " > ": " >= ", " < ": " <= ", " == ": " != ", "= ~ ": "= ", "= ! ": "= ", "= - ": "= ",
    "$signed(": "$unsigned(",
}
CONSTANT = re.compile(r"(\d+)'h([0-9a-f]+)")
CHOICE = f"{TOP}.mutant"


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


def plant(text: str, mutant: Mutant) -> str:
    """The text with this one damage."""
    lines = text.splitlines(keepends=True)
    k = mutant.line
    if mutant.kind == "stage":
        lines[k - 1] = lines[k - 1].replace("@(posedge clk)", "@*")
        lines[k] = lines[k].replace(" <= ", " = ", 1)
    else:
        lines[k] = _damaged(lines[k], mutant)
    return "".join(lines)


def _damaged(line: str, mutant: Mutant) -> str:
    head, found, tail = line.rpartition(mutant.before)
    assert found, f"line {mutant.line + 1} does not hold {mutant.before}"
    return head + mutant.after + tail


def selectable(text: str, planted: Sequence[Mutant]) -> str:
    """One text with all of ``planted``; the bench's ``mutant`` is K to plant number K (from 1)."""
    lines = text.splitlines(keepends=True)
    known = {module.name: module for module in modules(text)}
    by_line: dict[int, list[tuple[int, Mutant]]] = {}
    for number, mutant in enumerate(planted, 1):
        line = mutant.line
        if mutant.kind == "rom":
            memory = mutant.place.split("[")[0]
            line = next(at for at, name, _ in known[mutant.module].accesses if name == memory)
        by_line.setdefault(line, []).append((number, mutant))
    for line, here in by_line.items():
        module = known[here[0][1].module]
        if here[0][1].kind == "stage":
            (number, mutant), = here
            _stage(lines, line, number, mutant, module)
            continue
        words = [pair for pair in here if pair[1].kind == "rom"]
        plain = [pair for pair in here if pair[1].kind != "rom"]
        if plain:
            lines[line] = _choice(lines[line], plain, module)
        for number, mutant in words:
            index = next(index for at, _, index in module.accesses if at == line)
            lines[line] = _word(lines[line], number, mutant, index)
    return "".join(lines)


def _choice(line: str, here: list[tuple[int, Mutant]], module: Module) -> str:
    """Statements or conditions with alternatives; each statement keeps its own width and sign."""
    before = here[0][1].before
    if here[0][1].kind in ("enable", "address"):
        chain = "".join(f"{CHOICE} == {number} ? {mutant.after} : " for number, mutant in here)
        head, _, tail = line.rpartition(before)
        return f"{head}({chain}{before}){tail}"
    name = here[0][1].place
    if line.lstrip().startswith("assign"):
        nets = "".join(
            f"  wire [{module.width[name] - 1}:0] mutant_{number} = {mutant.after};\n"
            for number, mutant in here
        ) + f"  wire [{module.width[name] - 1}:0] original_{here[0][0]} = {before};\n"
        chain = "".join(f"{CHOICE} == {number} ? mutant_{number} : " for number, _ in here)
        return f"{nets}  assign {name} = {chain}original_{here[0][0]};\n"
    chain = "".join(
        f"if ({CHOICE} == {number}) {name} = {mutant.after}; else " for number, mutant in here
    )
    return f"{chain}{line.lstrip()}"


def _word(line: str, number: int, mutant: Mutant, index: str) -> str:
    """``REGISTER <= MEMORY[INDEX]...;`` with a word that the choice changes."""
    match = re.fullmatch(r"(\s*\S+ <= )(.*);\n", line)
    place = re.fullmatch(r"(\S+)\[(\d+)\] bit (\d+)", mutant.place)
    assert match and place
    width = mutant.before.split("'")[0]
    bit = 1 << int(place[3])
    return (f"{match[1]}{match[2]} ^ ({CHOICE} == {number} && ({index}) == {place[2]} ? "
            f"{width}'h{bit:x} : {width}'h0);\n")


def _stage(
    lines: list[str], line: int, number: int, mutant: Mutant, module: Module
) -> None:
    """The register under another name, and its own name for register or wire."""
    name = mutant.place
    source = mutant.before.split(" <= ", 1)[1]
    declared = module.declared[name]
    match = re.fullmatch(r"(\s*reg .*?)( = .*)?;\n", lines[declared])
    assert match
    lines[declared] = f"{match[1]};\n"
    initial = match[2] or ""
    register = f"  reg [{module.width[name] - 1}:0] stage_{number}{initial};\n"
    lines[line - 1] = register + lines[line - 1]
    lines[line] = (f"    stage_{number} <= {source};\n"
                   f"  always @* {name} = {CHOICE} == {number} ? {source} : stage_{number};\n")
