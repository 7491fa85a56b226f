"""How the presets of train/*_presets.py were found: a seeded search on training data alone.

    python bench/presets.py [narma10] [--state-bits 18] [--budget 50] [--seed 0] [--json]
    python bench/presets.py sunspots --folds 3 --budget 40

With ``--state-bits`` the quantised network is scored, else the float one; with ``--folds`` its mean
over so many forward-chained blocks, for a short series. Prints the preset as a line of Python, to
two significant digits as it stands in the table, and the whole answer as one line of JSON (with
``--json`` that alone): preset, its validation score as drawn, less is better, and the number of
trials.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import Progress

from liquidgate.train.data import DataSet, load, names
from liquidgate.train.liquids import DEFAULT_LIQUID, find, kinds
from liquidgate.train.quantise import Formats, fixed_score
from liquidgate.train.search import Score, chained_score, search, validation_score


def line(name: str, preset: dict[str, Any]) -> str:
    """The preset as it stands in train/*_presets.py."""
    return f'"{name}": dict({", ".join(f"{k}={v!r}" for k, v in preset.items())}),'


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be an integer of at least 1, not {text}")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("task", nargs="?", choices=names(), metavar="TASK",
                        help=f"{', '.join(names())}; without one, the presets as they are")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--state-bits", type=at_least_one)
    how.add_argument("--folds", type=at_least_one)
    parser.add_argument("--networks", type=at_least_one, default=2,
                        help="float networks that score a trial (default: 2)")
    parser.add_argument("--budget", type=at_least_one, default=50, help="trials (default: 50)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--liquid", choices=kinds(), default=DEFAULT_LIQUID)
    given = parser.parse_args()
    known = find(given.liquid)
    kept = {key: value for key, value in known.default.items()
            if key in ("in_degree", "weight_bits")}
    if given.task is None:
        if given.json:
            print(json.dumps(known.presets))
        else:
            print("\n".join(line(name, preset) for name, preset in known.presets.items()))
        return
    score: Score = partial(validation_score, seeds=given.networks)
    if given.folds:
        score = partial(chained_score, folds=given.folds, seeds=given.networks)
    if given.state_bits:
        score = fixed_score(Formats(state_bits=given.state_bits, readout_bits=20,
                                    deviation_bits=24, segment_bits=10))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(given.task, total=given.budget)

        def counted(data: DataSet, parameters: dict[str, Any]) -> float:
            value = score(data, parameters)
            progress.advance(bar)
            return value

        found = search(load(given.task), budget=given.budget, seed=given.seed, score=counted,
                       liquid=known.kind, **kept)
    preset = {key: float(f"{value:.2g}") if isinstance(value, float) else value
              for key, value in found.parameters.items() if key not in kept and key != "liquid"}
    if not given.json:
        print(line(given.task, preset))
    print(json.dumps({
        "task": given.task, "preset": preset, "score": found.score, "trials": len(found.trials),
        "seed": given.seed, "state_bits": given.state_bits, "folds": given.folds,
        "networks": given.networks,
    }))


if __name__ == "__main__":
    main()
