"""The flow of Gowin's LittleBee and Arora: Yosys, nextpnr-himbaechel, apycula's gowin_pack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from liquidgate.boards import synthesis, tools
from liquidgate.boards.board import Board
from liquidgate.boards.clocks import choose
from liquidgate.boards.family import Clock
from liquidgate.boards.pll_gowin import LIMITS, search

SYNTHESIS = "synth_gowin -no-rw-check -noiopads"
"""As in ice40.py: no value in use is read in the clock that writes it."""
PADS = "iopadmap -bits -inpad IBUF O:I -outpad OBUF I:O"
"""The pins of the board alone; synth_gowin gives the core's module pads too."""
PACKING = ("--sspi_as_gpio", "--mspi_as_gpio")
TOOLS: tuple[str, ...] = ("yosys", "nextpnr-gowin", "gowin_pack")
SETTINGS: tuple[str, ...] = (SYNTHESIS, PADS, *PACKING)
CELLS: Mapping[str, tuple[str, ...]] = {
    "LUT": ("LUT4",), "BSRAM": ("BSRAM",), "MULT": ("MULT18X18", "MULT9X9"),
}
MEMORY = ("BSRAM", 18432)
MULTIPLIER = "MULT"
FULL: tuple[str, ...] = ("Unable to place", "legal placement", "Unable to find", "expand region")
MODELS: tuple[str, ...] = ("models_gowin.v", "gowin/cells_sim.v")
PLACED = "board.pnr.json"
CONFIG = "board.pnr.json"
FILLER: tuple[str, int] | None = None
PINS = "board.cst"
SUFFIX = ".fs"
STANDARD = "LVCMOS33"


def chip(board: Board) -> str:
    """The chip with its PLL: GW1N or GW2A."""
    return board.package[:4]


def clock(board: Board, hz: float) -> Clock:
    device = board.package.replace("GW1N-", "GW1NR-").replace("GW2A-", "GW2AR-")
    return choose(
        board, hz, partial(search, device=device, limits=LIMITS[chip(board)]),
        LIMITS[chip(board)].out,
    )


def constraints(board: Board) -> str:
    """The CST; the oscillator's frequency is in nextpnr's arguments."""
    lines = []
    for name, pin in board.pins.items():
        pull = board.pull(name)
        lines += [
            f'IO_LOC "{name}" {pin};',
            f'IO_PORT "{name}" IO_TYPE={board.standards.get(name, STANDARD)}'
            + (f" PULL_MODE={pull};" if pull else ";"),
        ]
    return "\n".join(lines) + "\n"


def synthesise(sources: list[str], directory: Path, board: Board) -> int:
    return synthesis.synthesise(
        sources, directory, command=f"{SYNTHESIS} -family {chip(board).lower()}",
        multipliers=board.budget["MULT"], size=18, count=lambda folder: estimate(folder)["MULT"],
        pads=PADS,
    )


def estimate(directory: Path) -> dict[str, int]:
    """Cells of netlist.json: a bit of a carry chain takes a LUT, a distributed RAM eight."""
    counts = {"LUT": 0, "BSRAM": 0, "MULT": 0}
    for cell in synthesis.cells(directory):
        kind = cell["type"]
        counts["LUT"] += (kind in ("ALU", "LUT1", "LUT2", "LUT3", "LUT4")) + 8 * (
            kind == "RAM16SDP4")
        counts["BSRAM"] += kind.startswith(("SP", "DP", "SDP", "pROM"))
        counts["MULT"] += kind.startswith("MULT")
    return counts


def route(
    board: Board, hz: int, seed: int, directory: Path, pack_only: bool = False
) -> dict[str, Any]:
    """netlist.json to PLACED; every clock is to reach ``hz``."""
    tools.run("nextpnr-gowin", [
        "-q", "--device", board.part, "--vopt", f"family={board.package}",
        "--vopt", f"cst={PINS}", "--json", "netlist.json", "--seed", str(seed),
        "--freq", f"{hz / 1e6:g}", "--timing-allow-fail",
        "--report", "nextpnr.json",
        *(["--pack-only"] if pack_only else ["--write", PLACED]),
    ], directory)
    return tools.placed(directory)


def pack(board: Board, name: str, comment: str, directory: Path) -> None:
    bitstream = directory / f"{name}{SUFFIX}"
    tools.run(
        "gowin_pack", ["-d", board.package, *PACKING, "-o", bitstream.name, CONFIG],
        directory,
    )
    bitstream.write_text(f"//{comment}\n" + bitstream.read_text())


def memory(cell: dict[str, Any]) -> str:
    return ""


def initial(words: list[int]) -> dict[str, str]:
    raise NotImplementedError("no tool exchanges memories")
