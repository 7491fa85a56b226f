"""Treacherous memories: a read in the clock that writes the same word gives it inverted.

Block RAM reads anything it likes then; boards are built on this (``-no-rw-check``), which saves the
logic that would forward or hold the old value. So no circuit may use what it reads then.
"""

from __future__ import annotations

from liquidgate.tb.verilog_text import FORMS, modules


def treacherous(text: str) -> str:
    """An emitted text whose memories that are written give inverted words on a collision."""
    lines = text.splitlines(keepends=True)
    for module in modules(text):
        writes: dict[str, list[str]] = {}
        for line, memory, index in module.accesses:
            if FORMS["store"].fullmatch(lines[line].rstrip("\n")):
                enable = FORMS["condition"].fullmatch(lines[line - 1].rstrip("\n"))
                assert enable, f"line {line + 1} writes without an enable"
                writes.setdefault(memory, []).append(f"({enable[1]}) && ({index}) == ")
        for line, memory, index in module.accesses:
            read = FORMS["register"].fullmatch(lines[line].rstrip("\n"))
            if read and memory in writes:
                hit = " || ".join(f"{write}({index})" for write in writes[memory])
                flip = f" ^ {{{module.width[read[1]]}{{{hit}}}}}"
                lines[line] = lines[line].rstrip().rstrip(";") + f"{flip};\n"
    return "".join(lines)
