"""Memories and products as Yosys maps them: which become blocks, which logic, and how many.

The rules are those of its memory_libmap with each family's file of memories, and of mul2dsp; costs
and geometries are theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from liquidgate.boards.gates import Gates

ROM_BIT, RAM_BIT = 1 / 16, 1.0
"""Yosys' cost of a bit in logic."""


@dataclass(frozen=True)
class MemoryUse:
    """blocks, distributed : cells; rom, ram : bits in logic; muxed : bits of the multiplexers
    behind memories that are deeper than a block."""

    blocks: int = 0
    distributed: int = 0
    rom: int = 0
    ram: int = 0
    muxed: int = 0

    def __add__(self, other: MemoryUse) -> MemoryUse:
        return MemoryUse(*(a + b for a, b in zip(_plain(self), _plain(other))))


def _plain(use: MemoryUse) -> tuple[int, ...]:
    return use.blocks, use.distributed, use.rom, use.ram, use.muxed


@dataclass(frozen=True)
class Geometry:
    """A way to use a block: ``width`` bits by ``depth`` words, ``reads`` beside a write port or, in
    a ROM, ``rom_reads``."""

    width: int
    depth: int
    reads: int = 1
    rom_reads: int = 1


@dataclass(frozen=True)
class Multiplier:
    """One that takes ``size`` bits by ``size``, for products with operands of at least ``a`` and
    ``b`` bits, a the wider one's, and a result of at least ``result``."""

    size: int
    a: int = 2
    b: int = 2
    result: int = 0


@dataclass(frozen=True)
class Mapping:
    """A family's memories and multipliers.

    cost : of a block. distributed : whether there are cells of 16 words by 4 bits in logic, at a
    cost of 4, or, when it is scaled, of 4 times the part of it that is used. multipliers : in the
    order in which they are tried.
    """

    geometries: tuple[Geometry, ...]
    cost: int
    distributed: bool
    multipliers: tuple[Multiplier, ...]
    scaled: bool = False


_DUAL = tuple(Geometry(w, d, 1, 2)
              for w, d in ((1, 16384), (2, 8192), (4, 4096), (9, 2048), (18, 1024)))
MAPPINGS = {
    "ice40": Mapping(tuple(Geometry(w, 4096 // w) for w in (2, 4, 8, 16)), 64, False,
                     (Multiplier(16, result=11),)),
    "ecp5": Mapping((*_DUAL, Geometry(36, 512)), 128, True, (Multiplier(18),)),
    "gowin": Mapping((*_DUAL, Geometry(36, 512)), 128, True,
                     (Multiplier(18, 10, 4), Multiplier(18, 4, 10), Multiplier(9, 4, 4)), True),
}


def memory_use(found: Gates, mapping: Mapping) -> MemoryUse:
    """All memories that are read."""
    total = MemoryUse()
    for name, reads in found.reads.items():
        width, words = found.circuit.memories[name]
        rom = not found.writes(name)
        if rom:
            width = len(set().union(*(found.used[id(port)] for port in reads)))
        used = [found.used[id(port)] for port in reads]
        total += mapped(mapping, width, words, used, rom, name in found.circuit.blocks)
    return total


def mapped(
    mapping: Mapping, width: int, words: int, used: list[set[int]], rom: bool, block: bool
) -> MemoryUse:
    """The cheapest of logic, blocks and distributed cells; logic when it is as cheap.

    used : bits that each port reads; what no port reads is removed afterwards.
    """
    if not width:
        return MemoryUse()
    reads = len(used)
    options: list[tuple[float, MemoryUse]] = []
    bits = width * words
    if not block:
        logic = MemoryUse(rom=bits * reads) if rom else MemoryUse(
            ram=bits, muxed=words * sum(map(len, used)))
        options.append((bits * (ROM_BIT if rom else RAM_BIT), logic))

    def option(copies: int, wide: int, depth: int, cost: int, kind: str) -> None:
        deep = -(-words // depth)
        full = -(-width // 4) * 4 if kind == "distributed" else width
        cells = copies * -(-deep * full // wide)
        muxed = (deep - 1) * width * reads
        demuxed = deep if deep > 1 and not rom else 0
        needed = cells
        if copies == reads and not rom:
            needed = deep * sum(len({bit // wide for bit in bits}) for bits in used)
            needed = min(cells, needed)
        paid = copies * deep * width / wide if kind == "distributed" and mapping.scaled else cells
        options.append((paid * cost + (muxed + demuxed) / 2, MemoryUse(
            **{kind: needed}, muxed=(deep - 1) * sum(map(len, used)) if not rom else muxed)))

    for form in mapping.geometries:
        copies = -(-reads // (form.rom_reads if rom else form.reads))
        option(copies, form.width, form.depth, mapping.cost, "blocks")
    if mapping.distributed and not rom and not block:
        option(reads, 4, 16, 4, "distributed")
    return min(options, key=lambda option: option[0])[1]


def products(found: Gates) -> list[tuple[int, int, int]]:
    """Bits of each product's operands, the wider one first, and of the result that is needed."""
    sizes = []
    for cell, needed in found.products.values():
        a, b = (min(len(cell.pins[pin]), needed) for pin in "AB")
        sizes.append((max(a, b), min(a, b), needed))
    return sizes


def multipliers(a: int, b: int, result: int, mapping: Mapping) -> int:
    """Multipliers of a product; 0 when it is too small for one."""
    for kind in mapping.multipliers:
        found = _pieces(a, b, result, kind)
        if found:
            return found
    return 0


def _pieces(a: int, b: int, result: int, kind: Multiplier) -> int:
    if a < kind.a or b < kind.b or result < kind.result:
        return 0
    size = kind.size
    for wide, other, order in ((a, b, False), (b, a, True)):
        if wide > size:
            count = -(-(wide - size) // size)
            last = wide - count * size
            part = (size, other, min(result, other + size)), (last, other, other + last)
            sizes = [(y, x, z) if order else (x, y, z) for x, y, z in part]
            return count * _pieces(*sizes[0], kind) + _pieces(*sizes[1], kind)
    return 1
