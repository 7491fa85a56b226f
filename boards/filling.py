"""Contents of block memory in a placed circuit, by icebram and ecpbram."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from liquidgate.boards import tools
from liquidgate.boards.family import Family
from liquidgate.rtl_gen.images import Image, concatenate

DIGIT = 4
"""Columns of the tools' files: whole hexadecimal digits."""
MEMORY = re.compile(r"^\.(?:ram_data|bram_init) (.*)\n((?:[0-9a-f ]+\n)*)", re.M)
Column = tuple[int, ...]


def fill(
    family: Family, held: Mapping[str, Image], contents: Mapping[str, Image], folder: Path
) -> None:
    """family.PLACED to family.CONFIG: ``contents`` in place of ``held``, by the memory's name.

    Raises
    ------
    ToolError : also when the memories are not all found, each once.
    """
    assert family.FILLER is not None
    tool, rows = family.FILLER
    pairs = [
        pair for name in held
        for pair in zip(_columns(held[name], rows), _columns(contents[name], rows))
    ]
    # What is left over goes first, beside columns that become themselves: they are found again.
    whole = len(pairs) - len(pairs) % DIGIT
    left = pairs[whole:]
    placed = (folder / family.PLACED).read_text()
    text = placed
    if left:
        text = _run(tool, [*left, *((a, a) for a, _ in pairs[: DIGIT - len(left)])], text, folder)
    text = _run(tool, pairs[:whole], text, folder)
    wanted = sum(a != b for old, new in pairs for a, b in zip(old, new))
    found = _differences(placed, text)
    if found != wanted:
        raise tools.ToolError(f"{tool} failed: {wanted} bits were to change, not {found}")
    (folder / family.CONFIG).write_text(text)


def _columns(image: Image, rows: int) -> list[Column]:
    """The bits of a memory, a column of so many words after the other."""
    words = image.words + (0,) * (-len(image.words) % rows)
    return [
        tuple(word >> bit & 1 for word in words[at : at + rows])
        for at in range(0, len(words), rows) for bit in range(image.width)
    ]


def _hex(columns: list[Column]) -> str:
    digits = len(columns) // DIGIT
    return "".join(f"{concatenate(bits, 1):0{digits}x}\n" for bits in zip(*columns))


def _run(tool: str, pairs: list[tuple[Column, Column]], text: str, folder: Path) -> str:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        work = Path(name)
        for file, columns in zip(("from.hex", "to.hex"), zip(*pairs)):
            (work / file).write_text(_hex(list(columns)))
        if tool == "icebram":
            return tools.run(tool, ["from.hex", "to.hex"], work, text)
        (work / "from.config").write_text(text)
        tools.run(tool, ["-f", "from.hex", "-t", "to.hex", "-i", "from.config", "-o", "to.config"],
                  work)
        return (work / "to.config").read_text()


def memories(text: str) -> dict[str, list[int]]:
    """The memories of a configuration in the tools' text: place or number, and its words."""
    return {match[1]: [int(word, 16) for word in match[2].split()]
            for match in MEMORY.finditer(text)}


def _differences(old: str, new: str) -> int:
    before, after = memories(old), memories(new)
    if before.keys() != after.keys():
        return -1
    return sum((a ^ b).bit_count() for place in before
               for a, b in zip(before[place], after[place], strict=True))
