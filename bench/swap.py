"""Another readout in finished bitstreams: seconds, and what it costs.

``python bench/swap.py`` builds the demo's design with ``swappable`` for a board of each family
that has a tool for it, puts other weights and biases into the bitstream, and compares the netlist
with these memories with golden on every clock. Exit code 1 when a clock differs, or a swap takes
5 s or more.
"""

from __future__ import annotations

import argparse
import resource
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from boards import LANES, ROOT, demo
from liquidgate.boards import build
from liquidgate.boards.swap import swap
from liquidgate.referee import verify
from liquidgate.spec import Design

BOARDS = ("icebreaker", "ulx3s-25f")
LIMIT = 5.0
"""Seconds that a swap may take."""


def retrained(design: Design, rng: np.random.Generator) -> Design:
    """The weights in another order, and other biases."""
    readout = design.readout
    return replace(design, readout=replace(
        readout, weights=tuple(tuple(rng.permutation(row).tolist()) for row in readout.weights),
        bias=tuple(bias + int(rng.integers(-999, 1000)) for bias in readout.bias),
    ))


def busy() -> float:
    """Seconds of a processor so far, of this program and of the tools."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def one(design: Design, board: str, folder: Path) -> bool:
    """Prints a row of the table; whether all is as it should be."""
    built = build(design, board, LANES, folder / "built", swappable=True)
    other = retrained(design, np.random.default_rng(1))
    before = busy()
    seconds = float(swap(folder / "built", other, folder / "swapped").seconds[-1].value)
    work = busy() - before
    result = verify(other, netlist=folder / "swapped", steps=100, stalls="random")
    logic, memories, _ = (cell.used for cell in built.cells)
    print(f"| {board} | {logic:,} | {memories} | {built.fmax_hz / 1e6:.1f} | {seconds:.1f} "
          f"| {work:.1f} | {result.clocks:,} | {result.mismatches} |", flush=True)
    return result.ok and seconds < LIMIT


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("boards", nargs="*", default=list(BOARDS))
    asked = parser.parse_args()
    design = demo()
    print("| board | logic cells | memories | Fmax, MHz | swap, s | of a processor, s "
          "| clocks compared | mismatches |")
    print("|---|---|---|---|---|---|---|---|")
    passed = [one(design, board, ROOT / "build" / "swap" / board) for board in asked.boards]
    return int(not all(passed))


if __name__ == "__main__":
    sys.exit(main())
