"""The flow of Lattice's iCE40: Yosys, nextpnr, icepack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from liquidgate.boards import synthesis, tools
from liquidgate.boards.board import Board
from liquidgate.boards.clocks import choose
from liquidgate.boards.family import Clock
from liquidgate.boards.pll_ice40 import OUT_RANGE, search

SYNTHESIS = "synth_ice40 -dsp -no-rw-check"
"""No value in use is read in the clock that writes it (tests/tb/test_collisions.py), so block RAM
needs no logic that would hold the old one."""
TOOLS: tuple[str, ...] = ("yosys", "nextpnr-ice40", "icebram", "icepack")
SETTINGS: tuple[str, ...] = (SYNTHESIS,)
CELLS: Mapping[str, tuple[str, ...]] = {
    "LC": ("ICESTORM_LC",), "EBR": ("ICESTORM_RAM",), "DSP": ("ICESTORM_DSP",),
}
MEMORY = ("EBR", 4096)
MULTIPLIER = "DSP"
FULL: tuple[str, ...] = ("Unable to place", "legal placement", "expand region")
MODELS: tuple[str, ...] = ("ice40/cells_sim.v",)
PLACED = "placed.asc"
CONFIG = "board.asc"
FILLER: tuple[str, int] | None = ("icebram", 256)
PINS = "board.pcf"
SUFFIX = ".bin"


def clock(board: Board, hz: float) -> Clock:
    return choose(board, hz, partial(search, dedicated=board.dedicated), OUT_RANGE)


def constraints(board: Board) -> str:
    lines = [f"set_io {'-pullup yes ' if board.pull(name) == 'UP' else ''}{name} {pin}"
             for name, pin in board.pins.items()]
    return "\n".join([*lines, f"set_frequency clock {board.oscillator_hz / 1e6:g}"]) + "\n"


def synthesise(sources: list[str], directory: Path, board: Board) -> int:
    command = SYNTHESIS if board.budget["DSP"] else SYNTHESIS.replace(" -dsp", "")
    return synthesis.synthesise(
        sources, directory, command=command, multipliers=board.budget["DSP"], size=16,
        count=lambda folder: estimate(folder)["DSP"],
    )


def estimate(directory: Path) -> dict[str, int]:
    """Cells of netlist.json: LC is what is sure to be needed, EBR and DSP are exact.

    A flip-flop shares the LC of the LUT that drives it, when it alone is driven by it.
    """
    drivers: dict[Any, str] = {}
    readers: dict[Any, int] = {}
    counts = {"LC": 0, "EBR": 0, "DSP": 0}
    registers = []
    for cell in synthesis.cells(directory):
        kind = cell["type"]
        counts["EBR"] += kind.startswith("SB_RAM40")
        counts["DSP"] += kind == "SB_MAC16"
        counts["LC"] += kind == "SB_LUT4" or kind.startswith("SB_DFF")
        if kind.startswith("SB_DFF"):
            registers.append(cell["connections"]["D"][0])
        for port, bits in cell["connections"].items():
            for bit in bits:
                if cell["port_directions"][port] == "output":
                    drivers[bit] = kind
                else:
                    readers[bit] = readers.get(bit, 0) + 1
    shared = sum(drivers.get(bit) == "SB_LUT4" and readers[bit] == 1 for bit in registers)
    counts["LC"] -= shared
    return counts


def route(
    board: Board, hz: int, seed: int, directory: Path, pack_only: bool = False
) -> dict[str, Any]:
    """netlist.json to PLACED; nextpnr derives the clock from oscillator and PLL."""
    tools.run("nextpnr-ice40", [
        "-q", f"--{board.part}", "--package", board.package, "--json", "netlist.json",
        "--pcf", PINS, "--seed", str(seed), "--timing-allow-fail",
        "--report", "nextpnr.json",
        *(["--pack-only"] if pack_only else ["--write", "placed.json", "--asc", PLACED]),
    ], directory)
    return tools.placed(directory)


def pack(board: Board, name: str, comment: str, directory: Path) -> None:
    path = directory / CONFIG
    text = path.read_text()
    path.write_text(f".comment\n{comment}\n" + text[text.index(".device"):])
    tools.run("icepack", [CONFIG, f"{name}{SUFFIX}"], directory)


def memory(cell: dict[str, Any]) -> str:
    if cell["type"] != "ICESTORM_RAM":
        return ""
    return " ".join(re.findall(r"\d+", cell["attributes"]["NEXTPNR_BEL"]))


def initial(words: list[int]) -> dict[str, str]:
    return {f"INIT_{k:X}": f"{word:0256b}" for k, word in enumerate(words)}
