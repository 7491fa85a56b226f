"""One echo state network of 100 neurons on every board: cells, Fmax, samples a second.

``python bench/boards.py`` builds the demo's design with 4 lanes for all boards at their own clocks,
prints the README's table and compares it with bench/boards.json, key by key within its tolerance;
``--write`` puts what was built into that file. Exit code 1 when something differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from liquidgate.boards import BOARDS, Report, build
from liquidgate.cli import main as liquidgate
from liquidgate.spec import Design, load

ROOT = Path(__file__).parent.parent
BASELINE = Path(__file__).with_suffix(".json")
PRESET = "laser"
LANES = 4
TOLERANCES = {
    "logic": 0.03, "memories": 0.0, "multipliers": 0.0, "in_logic": 0.0,
    "fmax_mhz": 0.15, "clock_mhz": 0.0, "samples": 0.0,
}
"""Relative, by key: cells hardly move, the luck of a placement does."""


def demo() -> Design:
    """The demo's design, trained when it is not there."""
    folder = ROOT / "build" / "demo"
    if not (folder / "design.lgd").is_file():
        liquidgate(["train", PRESET, "--seed", "0", "-o", str(folder)])
    return load(folder / "design.lgd")


def figures(report: Report) -> dict[str, Any]:
    """What is compared, of one board."""
    logic, memories, multipliers = (cell.used for cell in report.cells)
    return {
        "logic": logic, "memories": memories, "multipliers": multipliers,
        "in_logic": report.in_logic, "fmax_mhz": round(report.fmax_hz / 1e6, 1),
        "clock_mhz": report.clock_hz / 1e6, "samples": round(report.core_samples),
    }


def differences(name: str, now: dict[str, Any], baseline: dict[str, Any]) -> list[str]:
    """One line for each key beyond its tolerance."""
    return [
        f"{name}: {key} is {now[key]}, the baseline {baseline[key]}, within {tolerance:.0%}"
        for key, tolerance in TOLERANCES.items()
        if abs(now[key] - baseline[key]) > tolerance * baseline[key]
    ]


def table(found: dict[str, dict[str, Any]]) -> str:
    """The README's table."""
    lines = ["| board | logic cells | memories | multipliers | Fmax, MHz | clock, MHz "
             "| samples a second |", "|---|---|---|---|---|---|---|"]
    for name, row in found.items():
        parts = [f"{row[key]:,} of {limit:,}" for key, limit in zip(
            ("logic", "memories", "multipliers"), BOARDS[name].budget.values())]
        if row["in_logic"]:
            parts[2] += f", {row['in_logic']} in logic"
        lines.append(f"| {BOARDS[name].title} | {' | '.join(parts)} | {row['fmax_mhz']} "
                     f"| {row['clock_mhz']:g} | {row['samples']:,} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("boards", nargs="*", default=list(BOARDS), help="default: all")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="into bench/boards.json")
    asked = parser.parse_args()
    design = demo()

    def one(name: str) -> dict[str, Any]:
        folder = ROOT / "build" / "boards" / name
        row = figures(build(design, name, LANES, folder))
        print(f"{name}: {row}", file=sys.stderr, flush=True)
        return row

    with ThreadPoolExecutor(asked.jobs) as pool:
        found = dict(zip(asked.boards, pool.map(one, asked.boards)))
    baseline = json.loads(BASELINE.read_text())[PRESET] if BASELINE.is_file() else {}
    print(f"{design.name}, {design.liquid.neurons} neurons, {LANES} lanes\n\n{table(found)}")
    if asked.write:
        BASELINE.write_text(json.dumps({PRESET: baseline | found}, indent=1) + "\n")
        return 0
    said = [line for name, row in found.items() for line in differences(name, row, baseline[name])]
    print("\n".join(said) or "\nas in the baseline")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())
