"""Every task in floats, N = 100, beside its baselines: mean (deviation) over seeds.

    python bench/float_tasks.py [--tasks narma10 laser] [--seeds 5] [--json]

A seed draws the network, and the data of a generated task anew. ``closed loop`` is the NRMSE some
steps ahead when each output is the next input; ``valid time`` is in Lyapunov times.
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

MEASURED = ("float", "r2", "closed_loop", "valid_time")
SHARED = ("task", "metric", "train", "test", "washout")


def measure(name: str, seeds: int, progress: Progress) -> dict[str, Any]:
    """Figures of one task: of each seed, their mean and deviation; mean figures of baselines."""
    runs = []
    for seed in progress.track(range(seeds), description=name):
        runs.append(tasks.evaluate(name, seed=seed))
        # a hundred networks and data sets need not stay in memory
        del runs[-1]["model"], runs[-1]["data"]
    figures = {key: [float(run[key]) for run in runs] for key in MEASURED if key in runs[0]}
    return {
        **{key: runs[0][key] for key in SHARED}, "seeds": seeds,
        **{key: {"mean": float(np.mean(v)), "std": float(np.std(v)),
                 "median": float(np.median(v)), "of_seeds": v}
           for key, v in figures.items()},
        "baselines": {key: float(np.mean([run["baselines"][key] for run in runs]))
                      for key in runs[0]["baselines"]},
    }


def table(rows: list[dict[str, Any]], seeds: int) -> Table:
    found = Table(title=f"Float networks of 100 neurons, mean (deviation) of {seeds} seeds")
    for column in ("task", "metric", "reservoir", "R2", "persistence", "AR or FIR",
                   "no reservoir", "besides", "washout + train / test"):
        found.add_column(column)
    for row in rows:
        linear = {k: v for k, v in row["baselines"].items() if k[:2] in ("AR", "FI")}
        # a classification has two readouts without a reservoir
        without = [f"{v:.4g}" for k, v in row["baselines"].items() if k.startswith("no res")]
        found.add_row(
            row["task"], row["metric"], shown(row["float"]),
            f"{row['r2']['mean']:.6g}" if "r2" in row else "-",
            f"{row['baselines']['persistence']:.4g}" if linear else "-",
            ", ".join(f"{k} {v:.4g}" for k, v in linear.items()) or "-", ", ".join(without),
            ", ".join(f"{key.replace('_', ' ')} {shown(row[key])}"
                      for key in MEASURED[2:] if key in row),
            f"{row['washout']} + {row['train']} / {row['test']}",
        )
    return found


def shown(figure: dict[str, Any]) -> str:
    text = f"{figure['mean']:.4g} ({figure['std']:.2g})"
    # one loop that runs away makes a mean meaningless
    return text if figure["std"] < figure["mean"] else f"{text}, median {figure['median']:.3g}"


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be an integer of at least 1, not {text}")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", nargs="+", default=tasks.tasks(), choices=tasks.tasks(),
                        metavar="TASK", help=", ".join(tasks.tasks()))
    parser.add_argument("--seeds", type=at_least_one, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        rows = [measure(name, given.seeds, progress) for name in given.tasks]
    if given.json:
        print(json.dumps(rows))
    else:
        Console(width=170).print(table(rows, given.seeds))


if __name__ == "__main__":
    main()
