"""Measured builds for the model of ``liquidgate fit``: random trained designs, counted by nextpnr.

    python bench/measured.py --liquids esn --seeds 0 40 --boards icebreaker ulx3s-25f

adds to bench/fit.json what is not there yet. A seed decides everything about a design: data (1 to 4
inputs and outputs), 8 to 160 neurons, weights, activation, feedback, all widths, and 1 to 8 lanes.
A row holds what nextpnr counts when it has packed the cells; every ``PLACED``th design is placed
and routed, too, which shows that this changes nothing (iCE40, ECP5), or how much (Gowin). What is
too big for a board is only synthesised. Without arguments it tells how many there are.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.boards.family import used
from liquidgate.boards.flow import Flow
from liquidgate.boards.registry import find
from liquidgate.boards.tools import ToolError
from liquidgate.spec import Design
from liquidgate.train.liquids import find as find_liquid
from liquidgate.train.quantise import Formats, quantise

ROOT = Path(__file__).parent.parent
FILE = Path(__file__).with_name("fit.json")
LOCK = ROOT / "build" / "fit.lock"
BOARDS = ("icebreaker", "hx8k", "ulx3s-25f", "tangnano9k")
LANES = (1, 2, 2, 4, 4, 8)
PLACED = 8


STAGES = ("esn >> esn", "lsm >> esn", "cfc >> esn", "esn >> ltc", "cfc >> cfc >> esn")


def series(rng: np.random.Generator, inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of smooth random inputs, and targets that remember them."""
    u = rng.standard_normal((700, inputs))
    for t in range(1, len(u)):
        u[t] = 0.8 * u[t - 1] + 0.6 * u[t]
    mixed = np.tanh(u @ rng.standard_normal((inputs, outputs)))
    return u, mixed + 0.5 * np.roll(mixed, 2, axis=0) * np.roll(mixed, 1, axis=0)


def case(liquid: str, seed: int) -> tuple[Design, int]:
    """The design of a seed, and its lanes."""
    rng = np.random.default_rng([seed, *liquid.encode()])
    u, y = series(rng, int(rng.integers(1, 5)), int(rng.integers(1, 5)))
    given: dict[str, Any] = {"units": round(8 * 20 ** rng.random()),
                             "seed": seed, "passthrough": bool(rng.random() < 0.5)}
    if liquid == "esn":
        given |= {"in_degree": int(rng.integers(2, 12)), "lr": float(rng.uniform(0.1, 1)),
                  "activation": str(rng.choice(["tanh", "tanh", "clip"])),
                  "feedback": bool(rng.random() < 0.3), "ridge": 1e-3}
    elif liquid == "chain":
        given["stages"] = str(rng.choice(STAGES))
    elif liquid == "ltc":
        given |= {"solver": str(rng.choice(["fused", "explicit"]))}
    bits = {"weight_bits": int(rng.integers(3, 13)), "state_bits": int(rng.integers(6, 19)),
            "readout_bits": int(rng.integers(8, 19)), "segment_bits": int(rng.integers(4, 9)),
            "input_bits": int(rng.integers(6, 17)), "output_bits": int(rng.integers(6, 17))}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = find_liquid(liquid).regressor(**given).fit(u, y)
        design = quantise(model, u, y, formats=Formats(**bits), name=f"{liquid}{seed}").design
    return design, int(rng.choice(LANES))


def flow(liquid: str, seed: int, board: str) -> Flow:
    """Its build."""
    design, lanes = case(liquid, seed)
    target = find(board)
    folder = ROOT / "build" / "fit" / f"{design.name}_{board}"
    return Flow(design, target, lanes, target.baud, folder, lambda step: None)


def measure(liquid: str, seed: int, board: str) -> dict[str, Any]:
    """One row."""
    job = flow(liquid, seed, board)
    hz = job.board.clock_hz
    job.folder.mkdir(parents=True, exist_ok=True)
    job.write(job.texts(hz))
    in_logic = job.synthesise()
    row = {"liquid": liquid, "seed": seed, "board": board, "lanes": job.lanes,
           "neurons": job.design.liquid.neurons, "in_logic": in_logic}
    places = seed % PLACED == 0
    counted = job.family.estimate(job.folder)
    row["cells"] = counted
    row["stage"] = "synthesised"
    if all(counted[kind] <= limit for kind, limit in job.board.budget.items()):
        try:
            packed = job.family.route(job.board, hz, 1, job.folder, pack_only=True)
            row["cells"] = row["packed"] = used(job.family, packed)
            row["stage"] = "packed"
            if places:
                routed = job.family.route(job.board, hz, 1, job.folder)
                row["cells"] = used(job.family, routed)
                row["stage"] = "placed"
        except ToolError as error:
            row["error"] = str(error)
    return row


def load() -> list[dict[str, Any]]:
    """The rows that are there."""
    return json.loads(FILE.read_text())["builds"] if FILE.is_file() else []


def add(row: dict[str, Any]) -> None:
    """One more, also when several programs measure."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        save([*load(), row])


def save(rows: list[dict[str, Any]]) -> None:
    order = sorted(rows, key=lambda row: (row["liquid"], row["board"], row["seed"]))
    lines = ",\n  ".join(json.dumps(row) for row in order)
    FILE.write_text(f'{{"builds": [\n  {lines}\n]}}\n')


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--liquids", nargs="+", default=[])
    parser.add_argument("--boards", nargs="+", default=list(BOARDS))
    parser.add_argument("--seeds", nargs=2, type=int, default=[0, 0], metavar=("FROM", "TO"))
    given = parser.parse_args()
    for seed in range(*given.seeds):
        for liquid in given.liquids:
            for board in given.boards:
                rows = load()
                if any((row["liquid"], row["seed"], row["board"]) == (liquid, seed, board)
                       for row in rows):
                    continue
                try:
                    row = measure(liquid, seed, board)
                except (ToolError, ValueError) as error:  # out of memory; no legal design
                    print(f"{liquid} {seed} {board}: {error}", flush=True)
                    continue
                print(json.dumps(row), flush=True)
                add(row)
    print(f"{len(load())} builds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
