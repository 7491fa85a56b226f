"""Every task in floats, N = 100, beside its baselines: mean (deviation) over seeds.

    python bench/float_tasks.py [--tasks narma10 laser] [--seeds 5] [--json]
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from liquidgate.train import tasks

EXTRAS = ("closed_loop", "valid_time")


def measure(name: str, seeds: int) -> dict[str, Any]:
    runs = [tasks.evaluate(name, seed=seed) for seed in range(seeds)]
    figures = {key: [run[key] for run in runs] for key in ("float", *EXTRAS) if key in runs[0]}
    return {
        "task": name, "metric": runs[0]["metric"], "seeds": seeds, "train": runs[0]["train"],
        "test": runs[0]["test"], "washout": runs[0]["washout"],
        **{key: {"mean": float(np.mean(v)), "std": float(np.std(v))} for key, v in figures.items()},
        "baselines": {key: float(np.mean([run["baselines"][key] for run in runs]))
                      for key in runs[0]["baselines"]},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", nargs="+", default=tasks.tasks(), choices=tasks.tasks())
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = [measure(name, given.seeds)
            for name in track(given.tasks, "tasks", console=Console(stderr=True))]
    if given.json:
        print(json.dumps(rows))
        return
    table = Table(title=f"Float networks of 100 neurons, {given.seeds} seeds")
    for column in ("task", "metric", "reservoir", "baselines", "besides"):
        table.add_column(column)

    def shown(figure: dict[str, float]) -> str:
        return f"{figure['mean']:.4g} ({figure['std']:.2g})"

    for row in rows:
        table.add_row(
            row["task"], row["metric"], shown(row["float"]),
            ", ".join(f"{k} {v:.4g}" for k, v in row["baselines"].items()),
            ", ".join(f"{key.replace('_', ' ')} {shown(row[key])}" for key in EXTRAS if key in row),
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
