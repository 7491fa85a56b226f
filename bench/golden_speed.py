"""Steps a second of the golden model beside reservoirpy's float Reservoir, in one run.

Same neurons, density and inputs on both sides; both return every state. The two take turns, and
the best of the rounds counts. Batches stand apart: sequences in parallel, time steps of all of
them counted. Usage: python bench/golden_speed.py [--json] [--density 0.1] [--steps 4000]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from reservoirpy.nodes import Reservoir
from rich.console import Console
from rich.table import Table as Grid

from liquidgate.golden import Golden
from liquidgate.spec import (
    Channel,
    Design,
    Esn,
    LinearReadout,
    Port,
    QFormat,
    SparseMatrix,
)
from liquidgate.train.quantise.activation import tanh_table

SEQUENCES = 64


def design_of(n: int, density: float, state_bits: int, rng: np.random.Generator) -> Design:
    """A reservoir of 8-bit weights, spectral radius 0.9, leak 0.3, one centred scaled state."""
    w = np.where(rng.random((n, n)) < density, rng.standard_normal((n, n)), 0.0)
    grid = 127 / np.abs(w).max()
    radius = np.sqrt(n * density) * grid
    f_bits = state_bits - 1
    shift = int(np.round(np.log2(radius / 0.9))) + f_bits - 11
    integers = tuple[int, ...]
    w_raw = np.round(w * grid).astype(int)
    liquid = Esn(
        weight_width=8, recurrent=SparseMatrix.from_rows(w_raw, n),
        input=SparseMatrix.from_rows(rng.integers(-60, 61, (n, 1)), 1),
        feedback=SparseMatrix.from_rows([[]] * n, 0), bias=(0,) * n, acc_shift=shift,
        activation=tanh_table(QFormat(3, 11), QFormat(1, state_bits + 1), 6),
        mean=integers(rng.integers(-99, 100, n).tolist()), deviation=QFormat(1, f_bits),
        decay=(716,) * n, gain=integers(rng.integers(280, 320, n).tolist()), leak_shift=10,
        state=QFormat(1, f_bits),
    )
    weights = integers(rng.integers(-127, 128, n).tolist())
    return Design(
        name="bench", input=Port(state_bits, True, (Channel("u", f_bits),)),
        output=Port(16, True, (Channel("y", 0),)), liquid=liquid,
        readout=LinearReadout(8, (weights,), (0,), f_bits),
    )


def seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measure(
    n: int, density: float, state_bits: int, steps: int, rounds: int, seed: int
) -> dict[str, Any]:
    """One row: steps a second of golden, reservoirpy and golden's batch."""
    rng = np.random.default_rng(seed)
    design = design_of(n, density, state_bits, rng)
    limit = design.input.format.raw_max
    u = rng.integers(-limit, limit + 1, (steps, 1))
    golden = Golden(design)
    peer = Reservoir(n, lr=0.3, sr=0.9, rc_connectivity=density, seed=seed)
    floats = u / limit
    short = max(1, steps // SEQUENCES)
    many = rng.integers(-limit, limit + 1, (SEQUENCES, short, 1))
    golden.states(u[:9])
    peer.run(floats[:9])
    best = [float("inf")] * 3
    for _ in range(rounds):
        turn = (seconds(lambda: golden.states(u)), seconds(lambda: peer.run(floats)),
                seconds(lambda: golden.batch(many)))
        best = [min(pair) for pair in zip(best, turn)]
    states = golden.states(u[:500])
    return {
        "neurons": n, "density": density, "state_bits": state_bits, "golden": steps / best[0],
        "reservoirpy": steps / best[1], "ratio": best[1] / best[0],
        "batch": SEQUENCES * short / best[2],
        "activity": float(np.std(states)) / (1 << (state_bits - 1)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--steps", type=int, default=4000, help="time steps a run")
    parser.add_argument("--rounds", type=int, default=5, help="runs, of which the best counts")
    parser.add_argument("--density", type=float, default=0.1, help="share of recurrent weights")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = [measure(n, args.density, bits, args.steps, args.rounds, args.seed)
            for n in (100, 300, 1000) for bits in (12, 16)]
    if args.json:
        print(json.dumps(rows))
        return
    grid = Grid("neurons", "state bits", "golden steps/s", "reservoirpy steps/s", "ratio",
                f"golden batch of {SEQUENCES} steps/s",
                title=f"Golden model beside reservoirpy, density {args.density}")
    for row in rows:
        grid.add_row(str(row["neurons"]), str(row["state_bits"]), f"{row['golden']:,.0f}",
                     f"{row['reservoirpy']:,.0f}", f"{row['ratio']:.2f}", f"{row['batch']:,.0f}")
    Console().print(grid)


if __name__ == "__main__":
    main()
