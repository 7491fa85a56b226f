"""How fast the bench compares: clocks a second, and the seconds to build, for a 100-neuron design.

    python bench/sim_speed.py [--steps N] [--json]

Exits with 1 when "none" or "random" stay below 200,000 clocks a second.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from liquidgate.rtl_gen import emit
from liquidgate.spec import (
    Channel,
    Clip,
    Design,
    Esn,
    LinearReadout,
    Port,
    QFormat,
    Schedule,
    SparseMatrix,
)
from liquidgate.tb import STALLS, Job, verify_all
from liquidgate.tb.build import build
from liquidgate.tb.player import TOP, text
from liquidgate.tb.stimulus import random_inputs, stimulus

GOAL = 200_000
NEURONS, INPUTS_A_NEURON, LANES = 100, 10, 4


def design(rng: np.random.Generator) -> Design:
    """A reservoir of usual sizes: 10 recurrent inputs a neuron, 16-bit states, 8-bit weights."""
    n = NEURONS
    recurrent = np.zeros((n, n), dtype=int)
    for row in recurrent:
        columns = rng.choice(n, INPUTS_A_NEURON, replace=False)
        row[columns] = rng.integers(1, 100, INPUTS_A_NEURON) * rng.choice([-1, 1], INPUTS_A_NEURON)

    def ints(low: int, high: int, count: int) -> tuple[int, ...]:
        return tuple(int(value) for value in rng.integers(low, high, count))

    return Design(
        name="speed",
        input=Port(16, True, (Channel("u", 15),)),
        output=Port(16, True, (Channel("y", 15),)),
        liquid=Esn(
            weight_width=8,
            recurrent=SparseMatrix.from_rows(recurrent, n),
            input=SparseMatrix.from_rows(rng.integers(1, 100, (n, 1)), 1),
            feedback=SparseMatrix(0, ((),) * n, ((),) * n),
            bias=ints(-(1 << 20), 1 << 20, n),
            acc_shift=9,
            activation=Clip(QFormat(3, 19), QFormat(1, 17)),
            mean=ints(-(1 << 14), 1 << 14, n),
            deviation=QFormat(0, 16),
            decay=(200,) * n,
            gain=ints(1000, 4000, n),
            leak_shift=12,
            state=QFormat(1, 15),
        ),
        readout=LinearReadout(16, (ints(-(1 << 15), 1 << 15, n + 1),), (12345,), 18),
    )


def measure(steps: int) -> list[dict[str, object]]:
    """One row for each kind of stalls."""
    rng = np.random.default_rng(1)
    circuit = design(rng)
    schedule = Schedule(circuit, LANES)
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        verilog, players = folder / "speed.v", folder / "players.v"
        verilog.write_text(emit(circuit, LANES))
        players.write_text(text([circuit]))
        cache = folder / "cache"
        build([players, verilog], TOP, folder / "first", cache=cache)
        begin = time.perf_counter()
        build([players, verilog], TOP, folder / "second", cache=cache)
        seconds = time.perf_counter() - begin
        for stalls, behaviour in STALLS.items():
            pins = stimulus(circuit, schedule, random_inputs(circuit, steps, rng),
                            stalls=behaviour, rng=rng)
            job = Job(verilog=verilog, design=circuit, lanes=LANES, pins=pins, stalls=stalls)
            begin = time.perf_counter()
            (result,) = verify_all([job], folder=folder / stalls, cache=cache)
            rows.append({
                "stalls": stalls, "clocks": result.clocks, "mismatches": result.mismatches,
                "clocks_per_second": round(result.speed), "build_seconds": round(seconds, 2),
                "total_seconds": round(time.perf_counter() - begin, 2),
            })
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2000, help="time steps of each run")
    parser.add_argument("--json", action="store_true", help="the rows as JSON")
    arguments = parser.parse_args()
    rows = measure(arguments.steps)
    if arguments.json:
        print(json.dumps(rows, indent=2))
    else:
        print(f"{NEURONS} neurons, {LANES} lanes, {arguments.steps} steps; "
              f"build {rows[0]['build_seconds']} s")
        print("stalls       clocks     clocks/s mismatches  total s")
        for row in rows:
            print(f"{row['stalls']:8s} {row['clocks']:10,d} {row['clocks_per_second']:12,d} "
                  f"{row['mismatches']:10d} {row['total_seconds']:8.2f}")
    slow = [row for row in rows if int(str(row["clocks_per_second"])) < GOAL]
    return int(any(row["mismatches"] for row in rows) or any(r["stalls"] != "worst" for r in slow))


if __name__ == "__main__":
    sys.exit(main())
