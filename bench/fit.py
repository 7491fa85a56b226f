"""The model of ``liquidgate fit``: predicted against placed.

    python bench/fit.py            # every measured build of bench/fit.json, predicted and placed
    python bench/fit.py --write    # and boards/fitted.py anew

A build is predicted by a model that was fitted to all other designs (leave one design out, on all
boards that it was built for); the committed model is fitted to all. Weights are least squares of
the relative error, none below 0, drawn a little towards PLAUSIBLE. ``bench/measured.py``
measures. Exit code 1 when fewer than 30 designs are within 15 % of what was placed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from measured import case, load
from scipy.optimize import nnls

from boards import BASELINE, PRESET, demo
from boards import LANES as DEMO_LANES
from liquidgate.boards import BOARDS, fitted
from liquidgate.boards.fit import Fit, Taken
from liquidgate.boards.registry import find
from liquidgate.spec import Design, SparseMatrix

MODEL = Path(fitted.__file__)
NEAR = 0.15
LANES = (1, 2, 4, 8)
SEEN = Path(__file__).parent.parent / "build" / "fit" / "largest.json"
DEGREE = 10
PLAUSIBLE = {
    "ice40": (0.7, 1.0, 1.0, 1.2, 0.5, 1.2, 0.0, 1.2, 1.0, 25.0),
    "ecp5": (0.7, 1.0, 0.0, 1.2, 0.5, 0.5, 6.0, 1.2, 1.0, 20.0),
    "gowin": (0.7, 1.1, 0.0, 1.2, 0.5, 0.5, 8.0, 1.2, 1.0, 20.0),
}
"""Cells for one of each of FEATURES as a chip is built; builds decide as far as they can tell."""


DEMO = -1
"""The seed that stands for the demo's design, which bench/boards.py places on every board."""


@cache
def looked_at(liquid: str, seed: int) -> Fit:
    return Fit(demo(), DEMO_LANES) if seed == DEMO else Fit(*case(liquid, seed))


def rows_of_boards() -> list[dict[str, Any]]:
    """The builds of bench/boards.py."""
    return [
        {"liquid": "esn", "seed": DEMO, "board": name, "lanes": DEMO_LANES, "stage": "placed",
         "neurons": demo().liquid.neurons,
         "cells": dict(zip(BOARDS[name].budget,
                           (row["logic"], row["memories"], row["multipliers"])))}
        for name, row in json.loads(BASELINE.read_text())[PRESET].items()
    ]


def taken(row: dict[str, Any]) -> Taken:
    """What the model sees of a build."""
    board = find(row["board"])
    return looked_at(row["liquid"], row["seed"]).taken(board.family, list(board.budget.values())[2])


class Family:
    """All builds of one family that nextpnr could count."""

    def __init__(self, name: str, rows: list[dict[str, Any]]) -> None:
        self.name = name
        self.rows = [row for row in rows if find(row["board"]).family == name
                     and row["stage"] != "synthesised"]
        self.seen = [taken(row) for row in self.rows]
        self.cells = [list(row["cells"].values()) for row in self.rows]
        # where placement adds cells (Gowin), all count as packed, and are scaled at the end
        both = [list(row["cells"].values())[0] / list(row["packed"].values())[0]
                for row in self.rows if row["stage"] == "placed" and "packed" in row]
        self.growth = statistics.median(both or [1.0])
        self.logic = np.array([cells[0] if row["stage"] == "placed" else cells[0] * self.growth
                               for row, cells in zip(self.rows, self.cells)])
        self.matrix = np.array([found.features for found in self.seen] or [[]]
                               ) / self.logic[:, None] if self.rows else np.zeros((0, 0))
        self.keys = [(row["liquid"], row["seed"]) for row in self.rows]

    def weights(self, without: tuple[str, int] | None = None) -> np.ndarray:
        """Least squares of relative errors; what is plausible counts as much as one build."""
        chosen = [key != without for key in self.keys]
        usual = np.array(PLAUSIBLE[self.name])
        if not any(chosen):
            return usual
        scale = np.maximum(self.matrix[chosen].mean(axis=0), 1e-4)
        rows = np.vstack([self.matrix[chosen], np.diag(scale)])
        return nnls(rows, np.concatenate([np.ones(sum(chosen)), scale * usual]))[0]

    def errors(self) -> list[float]:
        """Of each build, predicted without its design: predicted / placed - 1."""
        return [float(row @ self.weights(key) - 1) for row, key in zip(self.matrix, self.keys)]


def grown(design: Design, neurons: int) -> Design:
    """The design with so many neurons, of DEGREE weights each."""
    rng = np.random.default_rng(neurons)
    esn, old = design.liquid, design.liquid.neurons
    again = [k % old for k in range(neurons)]
    degree = min(DEGREE, neurons)
    rows = [(tuple(sorted(map(int, rng.choice(neurons, degree, replace=False)))),
             tuple(int(w) for w in rng.choice([-100, -37, -5, 3, 20, 64], degree)))
            for _ in range(neurons)]

    def repeated(values: Any) -> tuple[Any, ...]:
        return tuple(values[k] for k in again)

    liquid = replace(
        esn, recurrent=SparseMatrix(neurons, *map(tuple, zip(*rows))),
        input=SparseMatrix(esn.input.columns, repeated(esn.input.indices),
                           repeated(esn.input.data)),
        feedback=SparseMatrix(0, ((),) * neurons, ((),) * neurons),
        **{name: repeated(getattr(esn, name)) for name in ("bias", "mean", "decay", "gain")},
    )
    readout = design.readout
    weights = tuple(repeated(row[:old]) + row[old:] for row in readout.weights)
    return replace(design, liquid=liquid, readout=replace(readout, weights=weights))


def largest(coefficients: dict[str, Any], errors: dict[str, dict[str, float]]
            ) -> dict[int, dict[str, int]]:
    """Neurons that fit each board, by lanes, by bisection; the error of the model is kept free."""
    design = demo()
    fits: dict[tuple[int, int], Fit] = {}
    seen: dict[str, Any] = json.loads(SEEN.read_text()) if SEEN.is_file() else {}

    def fit(neurons: int, lanes: int, name: str) -> bool:
        board = BOARDS[name]
        limits = list(board.budget.values())
        key = f"{neurons} {lanes} {board.family} {limits[2]} {design.digest}"
        if key not in seen:
            if (neurons, lanes) not in fits:
                fits[neurons, lanes] = Fit(grown(design, neurons), lanes)
            found = fits[neurons, lanes].taken(board.family, limits[2])
            seen[key] = found.features, found.memories
        features, memories = seen[key]
        logic = float(np.dot(features, coefficients[board.family]))
        margin = 1 + errors[board.family]["esn"]
        return logic * margin <= limits[0] and memories <= limits[1]

    table: dict[int, dict[str, int]] = {}
    for lanes in LANES:
        table[lanes] = {}
        for name in BOARDS:
            low, high = 0, 4096
            while high - low > max(1, low // 25):
                middle = 1 << (low + high).bit_length() - 2 if not low else (low + high) // 2
                low, high = (middle, high) if fit(middle, lanes, name) else (low, middle)
            table[lanes][name] = low
            SEEN.parent.mkdir(parents=True, exist_ok=True)
            SEEN.write_text(json.dumps(seen))
            print(f"largest, {lanes} lanes, {name}: {low}", file=sys.stderr, flush=True)
    return dict(sorted(table.items()))


def module(families: dict[str, Family], errors: dict[str, dict[str, float]]) -> str:
    """boards/fitted.py."""
    coefficients = {name: tuple(round(float(w), 4) for w in family.weights())
                    for name, family in families.items()}
    table = largest(coefficients, errors)
    lines = [
        '"""The model of ``liquidgate fit``, written by ``python bench/fit.py --write``."""', "",
        "COEFFICIENTS: dict[str, tuple[float, ...]] = {",
        *(f'    "{name}": {values},' for name, values in coefficients.items()), "}",
        '"""Cells of logic for one of each of ``fit.FEATURES``, by family."""',
        "ERRORS: dict[str, dict[str, float]] = {",
        *(f'    "{name}": {json.dumps(found)},' for name, found in errors.items()), "}",
        '"""Largest relative error of designs that a model had not seen, by family, liquid."""',
        "LARGEST: dict[int, dict[str, int]] = {",
        *(f"    {lanes}: {{\n" + "".join(f'        "{name}": {n},\n' for name, n in row.items())
          + "    }," for lanes, row in table.items()), "}",
        '"""Neurons of the largest echo state network, by lanes and board (within 4 %)."""', "",
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="boards/fitted.py")
    asked = parser.parse_args()
    rows = [*load(), *rows_of_boards()]
    names = list(dict.fromkeys(board.family for board in BOARDS.values()))
    families = {name: Family(name, rows) for name in names}
    errors: dict[str, dict[str, float]] = {}
    near, exact, builds = set(), 0, 0
    far = set()
    print("| design | lanes | board | logic: predicted | placed | error | memories "
          "| multipliers |\n|---|---|---|---|---|---|---|---|")
    for name, family in families.items():
        by_liquid: dict[str, list[float]] = defaultdict(list)
        for row, seen, cells, logic, error in zip(
                family.rows, family.seen, family.cells, family.logic, family.errors()):
            key = row["liquid"], row["seed"]
            by_liquid[row["liquid"]].append(abs(error))
            (near if abs(error) <= NEAR else far).add(key)
            both = [f"{a} of {b}" if a != b else f"{b}"
                    for a, b in zip((seen.memories, seen.multipliers), cells[1:])]
            exact += [seen.memories, seen.multipliers] == cells[1:]
            builds += 1
            print(f"| {row['liquid']}, {row['neurons']} neurons | {row['lanes']} | {row['board']} "
                  f"| {logic * (1 + error):,.0f} | {logic:,.0f} | {error:+.1%} "
                  f"| {both[0]} | {both[1]} |")
        # a liquid of few builds is not known better than the echo state network
        least = max(by_liquid["esn"])
        errors[name] = {kind: round(max(*found, least) + 0.005, 2)
                        for kind, found in by_liquid.items()}
        print(f"\n{name}: " + "; ".join(
            f"{kind}: {len(found)} builds, mean error {np.mean(found):.1%}, largest "
            f"{max(found):.1%}" for kind, found in by_liquid.items()) + "\n")
    good = near - far
    print(f"{len(good)} of {len(near | far)} designs within {NEAR:.0%} on every board they were "
          f"built for; memories and multipliers right in {exact} of {builds} builds")
    placed = [row for family in families.values() for row in family.rows
              if row["stage"] == "placed" and "packed" in row]
    same = sum(row["cells"] == row["packed"] for row in placed
               if find(row["board"]).family != "gowin")
    print(f"{same} of {sum(find(r['board']).family != 'gowin' for r in placed)} placed builds of "
          "iCE40 and ECP5 have the cells that nextpnr packed; Gowin's take "
          f"{families['gowin'].growth:.3f} times as many")
    if asked.write:
        MODEL.write_text(module(families, errors))
    return int(len(good) < 30)


if __name__ == "__main__":
    sys.exit(main())
