"""Plants mutants into a text: one for good, or many of which the bench chooses one.

With many in one text, one build serves them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from liquidgate.tb.mutants import Mutant
from liquidgate.tb.player import TOP
from liquidgate.tb.verilog_text import Module, modules

CHOICE = f"{TOP}.mutant"


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
