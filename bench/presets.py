"""How the presets of train/tasks.py were found: a seeded search on training data alone.

    python bench/presets.py narma10 [--state-bits 18] [--budget 50] [--seed 0] [--json]

With ``--state-bits`` the quantised network is scored, else the float one. The values are printed
to two significant digits, as they stand in the table.
"""

from __future__ import annotations

import argparse
import json

from rich.console import Console

from liquidgate.train.data import load, names
from liquidgate.train.quantise import Formats, fixed_score
from liquidgate.train.search import search, validation_score
from liquidgate.train.tasks import DEFAULT

KEPT = {"in_degree": DEFAULT["in_degree"], "weight_bits": DEFAULT["weight_bits"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("task", choices=names())
    parser.add_argument("--state-bits", type=int)
    parser.add_argument("--budget", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    score = validation_score
    if given.state_bits:
        score = fixed_score(Formats(state_bits=given.state_bits, readout_bits=20,
                                    deviation_bits=24, segment_bits=10))
    with Console(stderr=True).status(f"{given.task}: {given.budget} trials"):
        found = search(load(given.task), budget=given.budget, seed=given.seed, score=score, **KEPT)
    preset = {key: float(f"{value:.2g}") if isinstance(value, float) else value
              for key, value in found.parameters.items() if key not in KEPT}
    if given.json:
        print(json.dumps({"task": given.task, "preset": preset, "score": found.score,
                          "trials": len(found.trials)}))
    else:
        print(f'"{given.task}": {preset},')
        print(f"validation score {found.score:.4g}, best of {len(found.trials)} trials")


if __name__ == "__main__":
    main()
