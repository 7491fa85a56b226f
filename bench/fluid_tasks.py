"""The fluid network beside the echo state network at equal size, N = 100, in floats.

    python bench/fluid_tasks.py [--tasks mackey_glass17 narma10] [--seeds 5] [--json]

Mean (deviation) over seeds; a seed draws the network, and the data anew. Both have the
presets of `train`, found in the same way on training data. The rows below them change one thing
about the fluid: its phi, or that the readout sees the inputs, or the squares of the pressures
too (which no circuit here computes).
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from liquidgate.train import tasks
from liquidgate.train.data import DataSet, load
from liquidgate.train.readout import fit_readout
from liquidgate.train.regressor import Regressor

TASKS = ("mackey_glass17", "narma10", "laser")
VARIANTS: dict[str, dict[str, Any]] = {
    "esn": {"liquid": "esn"},
    "fluid": {"liquid": "fluid"},
    "fluid, phi = tanh": {"liquid": "fluid", "phi": "tanh"},
    "fluid, phi = clip": {"liquid": "fluid", "phi": "clip"},
    "fluid, phi = linear": {"liquid": "fluid", "phi": "linear"},
    "fluid, no pass-through": {"liquid": "fluid", "passthrough": False},
}
SQUARES = "fluid, squares too"


def squares(data: DataSet, seed: int) -> float:
    """The figure of a readout that sees pressures, their squares and the inputs."""
    model = tasks.fit(data, seed=seed, liquid="fluid")
    assert isinstance(model, Regressor)
    pressures = model.states(data.inputs)
    features = np.hstack([pressures, pressures**2, model.scaled(data.inputs)])
    start, stop = data.split.train
    rows = slice(start + data.washout, stop)
    readout = fit_readout(features[rows], data.targets[rows], ridge="cv")
    return tasks.figure(data, readout.predict(features))


def measure(name: str, seeds: int, progress: Progress) -> dict[str, Any]:
    """Figures of one task by variant, each with its closed loop where there is one."""
    found: dict[str, list[dict[str, float]]] = {key: [] for key in (*VARIANTS, SQUARES)}
    baselines: list[dict[str, float]] = []
    metric = ""
    for seed in progress.track(range(seeds), description=name):
        data = load(name, seed=seed)
        metric = data.metric
        for key, changes in VARIANTS.items():
            run = tasks.evaluate(data, seed=seed, with_baselines=key == "esn", **changes)
            found[key].append({k: float(run[k]) for k in ("float", "closed_loop") if k in run})
            if key == "esn":
                baselines.append(run["baselines"])
        found[SQUARES].append({"float": squares(data, seed)})
    rows = {key: {figure: {"mean": float(np.mean([run[figure] for run in runs])),
                           "std": float(np.std([run[figure] for run in runs])),
                           "median": float(np.median([run[figure] for run in runs]))}
                  for figure in runs[0]} for key, runs in found.items()}
    mean = {key: float(np.mean([b[key] for b in baselines])) for key in baselines[0]}
    return {"task": name, "metric": metric, "seeds": seeds, "rows": rows, "baselines": mean}


def table(result: dict[str, Any]) -> Table:
    found = Table(title=f"{result['task']}, {result['metric']}, N = 100, {result['seeds']} seeds; "
                  + ", ".join(f"{k} {v:.3g}" for k, v in result["baselines"].items()))
    found.add_column("network")
    found.add_column(result["metric"])
    loop = any("closed_loop" in row for row in result["rows"].values())
    if loop:
        found.add_column("closed loop, NRMSE, median")
    for key, row in result["rows"].items():
        cells = [f"{row['float']['mean']:.3g} ({row['float']['std']:.1g})"]
        if loop:
            cells.append(f"{row['closed_loop']['median']:.3g}" if "closed_loop" in row else "-")
        found.add_row(key, *cells)
    return found


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be an integer of at least 1, not {text}")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=TASKS)
    parser.add_argument("--seeds", type=at_least_one, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        results = [measure(name, given.seeds, progress) for name in given.tasks]
    if given.json:
        print(json.dumps(results))
        return
    for result in results:
        Console(width=120).print(table(result))


if __name__ == "__main__":
    main()
