"""Clocks a step of a liquid state machine: every synapse each step, or those of spikes alone.

    python bench/lsm_events.py [--steps N] [--json]

100 neurons with 10 recurrent synapses each, 4 lanes, a send-on-delta encoder. Each neuron is an
integrator whose bias makes it spike at some rate. Both circuits are compared with
golden on every output pin in every clock; exits with 1 on a mismatch.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from liquidgate.golden import Golden
from liquidgate.rtl_gen import emit
from liquidgate.spec import (
    Channel,
    Design,
    LinearReadout,
    Lsm,
    Port,
    QFormat,
    Schedule,
    SparseMatrix,
    save,
)
from liquidgate.spec.lsm_encoders import Delta
from liquidgate.spec.lsm_taps import SpikeTrace
from liquidgate.tb import STALLS, Job, verify_all
from liquidgate.tb.stimulus import stimulus

NEURONS, INPUTS_A_NEURON, LANES = 100, 10, 4
THRESHOLD = 4000
BIASES = (0.009, 0.055, 0.27)
"""Spikes a neuron and step that the bias alone would give: some 1, 5 and 20 % are measured."""


def design(schedule: str, activity: float, name: str = "events") -> Design:
    """A network of usual sizes: 8-bit weights, 16-bit currents and membranes."""
    rng, n = np.random.default_rng(1), NEURONS
    recurrent = np.zeros((n, n), dtype=int)
    for row in recurrent:
        columns = rng.choice(n, INPUTS_A_NEURON, replace=False)
        row[columns] = rng.integers(1, 100, INPUTS_A_NEURON) * rng.choice([-1, 1], INPUTS_A_NEURON)
    driven = rng.integers(1, 100, (n, 2)) * rng.choice([-1, 1], (n, 2))
    bias = activity * THRESHOLD * rng.uniform(0.7, 1.3, n)
    return Design(
        name=name,
        input=Port(12, True, (Channel("u", 11),)),
        output=Port(16, True, (Channel("y", 15),)),
        liquid=Lsm(
            encoder=Delta((64,)), weight_width=8,
            recurrent=SparseMatrix.from_rows(recurrent, n),
            input=SparseMatrix.from_rows(driven, 2), recurrent_delay=(), input_delay=(),
            weight_shift=0, current=QFormat(4, 12), membrane=QFormat(4, 12),
            current_decay=(2048,) * n, membrane_decay=(4096,) * n, leak_shift=12,
            bias=tuple(int(value) for value in np.rint(bias)), threshold=(THRESHOLD,) * n,
            reset="subtract", refractory=(1,) * n, adaptation=None,
            seen=SpikeTrace(QFormat(0, 15, signed=False), (3900,) * n, (1600,) * n),
            schedule=schedule,
        ),
        readout=LinearReadout(
            8, (tuple(int(w) for w in rng.integers(-128, 128, n)),), (12345,), 8),
    )


def measure(steps: int) -> list[dict[str, object]]:
    """One row for each activity: measured, and clocks a step of both schedules."""
    rng = np.random.default_rng(2)
    inputs = np.rint(1200 * np.sin(np.arange(steps) / 15)).astype(int)[:, None]
    jobs, rows = [], []
    with tempfile.TemporaryDirectory() as folder:
        for k, activity in enumerate(BIASES):
            spikes = Golden(design("event", activity)).run(inputs, trace=True).points["spike"]
            row: dict[str, object] = {"activity": float(spikes.mean())}
            for kind in ("static", "event"):
                circuit = design(kind, activity, f"{kind}{k}")
                schedule = Schedule(circuit, LANES)
                path = Path(folder) / f"{circuit.name}.v"
                path.write_text(emit(circuit, LANES))
                pins = stimulus(circuit, schedule, inputs, stalls=STALLS["none"], rng=rng)
                jobs.append(Job(verilog=path, design=circuit, lanes=LANES, pins=pins))
                clocks = np.diff(jobs[-1].expected.steps.taken)
                row |= {f"{kind}_mean": float(clocks.mean()), f"{kind}_max": int(clocks.max())}
            rows.append(row)
        results = verify_all(jobs, folder=Path(folder) / "bench", cache=Path(folder) / "cache",
                             fast=True)
    for row, pair in zip(rows, zip(results[::2], results[1::2])):
        row |= {"clocks": sum(r.clocks for r in pair),
                "mismatches": sum(r.mismatches for r in pair)}
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--design", help="writes the event-driven design of 5 % here, and ends")
    given = parser.parse_args()
    if given.design:
        save(design("event", 0.05), given.design)
        return 0
    rows = measure(given.steps)
    if given.json:
        print(json.dumps(rows, indent=2))
    else:
        print("activity   static, clocks a step   event, mean   most   compared   mismatches")
        for row in rows:
            print(f"{row['activity']:7.1%} {row['static_mean']:24.1f} {row['event_mean']:13.1f} "
                  f"{row['event_max']:6d} {row['clocks']:10d} {row['mismatches']:12d}")
    return int(any(row["mismatches"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
