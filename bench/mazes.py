"""Random mazes solved by a fluid network: in floats, in golden's integers, and on the circuit.

    python bench/mazes.py [--sizes 6 10] [--mazes 100] [--circuits 1] [--seed 0] [--json]
    python bench/mazes.py --picture docs/pictures/maze.png

A maze is solved when the edges that survive are those of the shortest way (Dijkstra, by SciPy), no
more and no less. A circuit is the emitted Verilog in Verilator: its outputs, which are all
conductivities, are compared with golden's on every clock of the whole run, and the answer is
right when golden's is. ``decided``: the step after which the survivors no longer change.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from liquidgate.golden import Golden
from liquidgate.referee import verify
from liquidgate.train.maze import Maze, maze_flow, random_maze, steps_needed, surviving
from liquidgate.train.maze_picture import maze_picture
from liquidgate.train.quantise.maze import maze_design

LANES = 16
PICTURED = 1
"""Seed of the pictured maze."""


def decided(alive: np.ndarray) -> int:
    """The step after which (T, E) survivors stay as they are in the end."""
    return int(np.flatnonzero((alive != alive[-1]).any(axis=1)).max(initial=-1)) + 2


def measure(maze: Maze, circuit: bool) -> dict[str, Any]:
    """How a maze is solved in every way."""
    steps, design = steps_needed(maze), maze_design(maze)
    pump = np.ones((steps, 1))
    floats = surviving(maze_flow(maze).trajectory(pump)[:, maze.cells:])
    golden = Golden(design)
    fixed = surviving(design.output.decode(golden.run(design.input.encode(pump))))
    found = {
        "edges": len(maze.edges), "length": maze.length, "steps": steps,
        "float": bool((floats[-1] == maze.shortest).all()),
        "golden": bool((fixed[-1] == maze.shortest).all()),
        "decided": decided(fixed), "mass": int(golden.memory[: maze.cells].sum()),
    }
    if circuit:
        result = verify(design, LANES, inputs=pump, steps=steps)
        found |= {"clocks": result.clocks, "mismatches": result.mismatches,
                  "circuit": found["golden"] and not result.mismatches}
    return found


def row(size: int, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures of all mazes of a size."""
    on_chip = [run for run in runs if "circuit" in run]
    return {
        "size": size, "mazes": len(runs),
        **{key: float(np.mean([run[key] for run in runs])) for key in ("edges", "length")},
        "longest": max(run["length"] for run in runs), "steps": runs[0]["steps"],
        "decided": max(run["decided"] for run in runs),
        "float": sum(run["float"] for run in runs), "golden": sum(run["golden"] for run in runs),
        "mass_kept": all(run["mass"] == 0 for run in runs),
        "circuits": len(on_chip), "circuit": sum(run["circuit"] for run in on_chip),
        "clocks": sum(run["clocks"] for run in on_chip),
        "mismatches": sum(run["mismatches"] for run in on_chip), "runs": runs,
    }


def table(rows: list[dict[str, Any]]) -> Table:
    found = Table(title="Mazes whose surviving edges are the shortest way")
    for column in ("maze", "edges", "shortest way, mean (most)", "steps", "last decision at",
                   "floats", "golden", "circuit", "clocks simulated", "mismatches"):
        found.add_column(column)
    for r in rows:
        found.add_row(
            f"{r['size']} x {r['size']}", f"{r['edges']:.1f}",
            f"{r['length']:.1f} ({r['longest']})", str(r["steps"]), str(r["decided"]),
            f"{r['float']} of {r['mazes']}", f"{r['golden']} of {r['mazes']}",
            f"{r['circuit']} of {r['circuits']}", f"{r['clocks']:,}", str(r["mismatches"]))
    return found


def picture(path: Path) -> None:
    """The flows of one maze, by golden's integers."""
    maze = random_maze(6, seed=PICTURED)
    design = maze_design(maze)
    run = Golden(design).run(np.ones((steps_needed(maze), 1), dtype=int), trace=True)
    maze_picture(maze, run.points["flow"], design.liquid.conductivity.lsb  # type: ignore[union-attr]
                 * run.points["conductivity"], path)


def at_least(least: int) -> Any:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be an integer of at least {least}, not {text}")
        return int(text)
    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=at_least(2), default=[6, 10])
    parser.add_argument("--mazes", type=at_least(1), default=100, help="of each size")
    parser.add_argument("--circuits", type=at_least(0), default=1,
                        help="of them are simulated too (default: 1)")
    parser.add_argument("--seed", type=at_least(0), default=0, help="of the first maze")
    parser.add_argument("--picture", type=Path, help="draw one maze as PNG or SVG, and no more")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.picture:
        picture(given.picture)
        return
    rows = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for size in given.sizes:
            runs = [measure(random_maze(size, seed=given.seed + k), k < given.circuits)
                    for k in progress.track(range(given.mazes), description=f"{size} x {size}")]
            rows.append(row(size, runs))
    if given.json:
        print(json.dumps(rows))
    else:
        Console(width=170).print(table(rows))


if __name__ == "__main__":
    main()
