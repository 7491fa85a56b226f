"""The flow of Lattice's ECP5: Yosys, nextpnr, ecppack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from liquidgate.boards import synthesis, tools
from liquidgate.boards.board import Board
from liquidgate.boards.clocks import choose
from liquidgate.boards.family import Clock
from liquidgate.boards.pll_ecp5 import OUT_RANGE, search
from liquidgate.rtl_gen.images import concatenate

SYNTHESIS = "synth_ecp5 -no-rw-check"
"""As in ice40.py: no value in use is read in the clock that writes it."""
TOOLS: tuple[str, ...] = ("yosys", "nextpnr-ecp5", "ecpbram", "ecppack")
SETTINGS: tuple[str, ...] = (SYNTHESIS,)
CELLS: Mapping[str, tuple[str, ...]] = {
    "LUT": ("TRELLIS_COMB",), "EBR": ("DP16KD",), "MULT": ("MULT18X18D",),
}
MEMORY = ("EBR", 18432)
MULTIPLIER = "MULT"
FULL: tuple[str, ...] = ("Unable to place", "legal placement", "Unable to find", "expand region")
MODELS: tuple[str, ...] = ("models_ecp5.v", "ecp5/cells_sim.v")
PLACED = "placed.config"
CONFIG = "board.config"
FILLER: tuple[str, int] | None = ("ecpbram", 512)
PINS = "board.lpf"
SUFFIX = ".bit"
STANDARD = "LVCMOS33"


def clock(board: Board, hz: float) -> Clock:
    return choose(board, hz, search, OUT_RANGE)


def constraints(board: Board) -> str:
    lines = []
    for name, pin in board.pins.items():
        pull = board.pull(name)
        lines += [
            f'LOCATE COMP "{name}" SITE "{pin}";',
            f'IOBUF PORT "{name}" IO_TYPE={board.standards.get(name, STANDARD)}'
            + (f" PULLMODE={pull};" if pull else ";"),
        ]
    return "\n".join([
        *lines, f'FREQUENCY PORT "clock" {board.oscillator_hz / 1e6:g} MHZ;'
    ]) + "\n"


def synthesise(sources: list[str], directory: Path, board: Board) -> int:
    return synthesis.synthesise(
        sources, directory, command=SYNTHESIS, multipliers=board.budget["MULT"], size=18,
        count=lambda folder: estimate(folder)["MULT"],
    )


def estimate(directory: Path) -> dict[str, int]:
    """Cells of netlist.json: a carry cell takes two LUTs, a distributed RAM six."""
    sizes = {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6}
    counts = {"LUT": 0, "EBR": 0, "MULT": 0}
    for cell in synthesis.cells(directory):
        kind = cell["type"]
        counts["LUT"] += sizes.get(kind, 0)
        counts["EBR"] += kind in ("DP16KD", "PDPW16KD")
        counts["MULT"] += kind == "MULT18X18D"
    return counts


def route(
    board: Board, hz: int, seed: int, directory: Path, pack_only: bool = False
) -> dict[str, Any]:
    """netlist.json to PLACED; nextpnr derives the clock from oscillator and PLL."""
    tools.run("nextpnr-ecp5", [
        "-q", f"--{board.part}", "--package", board.package, "--speed", board.speed,
        "--json", "netlist.json", "--lpf", PINS, "--seed", str(seed), "--timing-allow-fail",
        "--report", "nextpnr.json",
        *(["--pack-only"] if pack_only else ["--write", "placed.json", "--textcfg", PLACED]),
    ], directory)
    return tools.placed(directory)


def pack(board: Board, name: str, comment: str, directory: Path) -> None:
    path = directory / CONFIG
    device, rest = path.read_text().split("\n", 1)
    path.write_text(f"{device}\n\n.comment {comment}\n{rest}")
    tools.run(
        "ecppack", ["--compress", "--input", CONFIG, "--bit", f"{name}{SUFFIX}"], directory
    )


def memory(cell: dict[str, Any]) -> str:
    return str(int(cell["attributes"]["WID"], 2)) if cell["type"] == "DP16KD" else ""


def initial(words: list[int]) -> dict[str, str]:
    """A word is a byte of 9 bits; a parameter holds 32 of them, two in each 20 bits."""
    pairs = [low | high << 9 for low, high in zip(words[::2], words[1::2])]
    return {f"INITVAL_{k:02X}": f"{concatenate(pairs[16 * k : 16 * k + 16], 20):0320b}"
            for k in range(64)}
