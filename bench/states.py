"""How many bits states need: centred and naive rounding beside floats and baselines.

For each task, width and kind of rounding the hyperparameters are chosen from the same candidates
on validation data, by networks of other seeds; the float network's too. Then five seeds are
measured on the test range.

    python bench/states.py [--tasks narma10 laser] [--bits 8 16] [--seeds 5] [--json] [-o FILE.png]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from liquidgate.train import baselines, metrics, tasks
from liquidgate.train.data import DataSet, load
from liquidgate.train.quantise import Formats, quantise
from liquidgate.train.readout import fit_readout
from liquidgate.train.search import without_test

TASKS = ("narma10", "mackey_glass17", "japanese_vowels", "laser")
BITS = (4, 6, 8, 10, 12, 16, 18)
KINDS = ("centred", "plain")
FACTORS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Of the preset's input scaling."""
ROBUST = dict(lr=0.9, sr=0.95, bias_scaling=0.2)
SCALINGS = (0.025, 0.05, 0.1, 0.2, 0.4)
"""Its input scalings: a plain reservoir that stands noise better than a tuned one."""
GENEROUS: Any = dict(weight_bits=8, readout_bits=20, input_bits=20, deviation_bits=24,
                     segment_bits=10)
"""Formats of all but the states, so that these alone are measured."""
CHOOSING_SEEDS = (100, 101)
STARTS, FEW_STARTS = 100, 20
"""Closed loops that are measured; that choose."""
CONTEXT = 300
"""Steps before a closed loop starts."""

TITLES = {"narma10": "NARMA10, NRMSE", "mackey_glass17": "Mackey-Glass 17, one step, NRMSE",
          "japanese_vowels": "Japanese Vowels, errors of 370", "laser": "Santa Fe laser, NMSE",
          "loop": "Mackey-Glass 17, 84 steps in closed loop, median NRMSE"}


@dataclass(frozen=True)
class Row:
    """Figures over the seeds; kind "float" has 0 bits."""

    task: str
    kind: str
    bits: int
    parameters: dict[str, float]
    mean: float
    std: float
    median: float

    @property
    def shown(self) -> float:
        """The median of closed loops, where one that runs away would hide all others."""
        return self.median if self.task == "loop" else self.mean


def candidates(name: str) -> list[dict[str, float]]:
    """Hyperparameters to choose from, as changes of the preset."""
    scaling = tasks.preset(name)["input_scaling"]
    return [*({"input_scaling": scaling * f} for f in FACTORS),
            *({**ROBUST, "input_scaling": s} for s in SCALINGS)]


def figures(data: DataSet, seed: int, parameters: dict[str, float], formats: Formats | None,
            starts: int) -> dict[str, float]:
    """Figures of one network on the test range: less is better."""
    model: Any = tasks.fit(data, seed=seed, **parameters)
    net = model
    if formats is not None:
        rows = slice(*data.split.train)
        try:
            net = quantise(model, data.inputs[rows], data.targets[rows], formats=formats)
        except ValueError:  # a silent or saturated reservoir loses
            return {"one": np.inf, "loop": np.inf}
    value = tasks.figure(data, net.predict(data.inputs))
    if data.metric == "accuracy":
        start, stop = data.split.test
        return {"one": (1.0 - value) * (stop - start)}
    found = {"one": value}
    if data.closed_loop:
        found["loop"] = closed_loop(data, net, starts)
    return found


def closed_loop(data: DataSet, net: Any, starts: int) -> float:
    """NRMSE ``data.closed_loop`` steps ahead over starts spread over the range."""
    steps = data.closed_loop
    first, last = data.split.test
    at = np.unique(np.linspace(first, last - steps, starts).astype(int))
    ends = [net.generate(steps, context=data.inputs[n - CONTEXT + 1: n + 1])[-1] for n in at]
    return metrics.nrmse_closed(data.targets[at + steps - 1], np.array(ends),
                                float(data.targets[first:last].var()))


def loop_baselines(data: DataSet) -> dict[str, float]:
    """Persistence, and an autoregression that runs on its own outputs, as in ``closed_loop``."""
    steps, taps, series = data.closed_loop, data.taps, data.inputs[:, 0]
    start, stop = data.split.train
    rows = baselines.delayed(data.inputs, taps)
    readout = fit_readout(rows[start + taps: stop], data.targets[start + taps: stop])
    first, last = data.split.test
    at = np.unique(np.linspace(first, last - steps, STARTS).astype(int))
    past = rows[at]
    for _ in range(steps):
        past = np.hstack([readout.predict(past), past[:, :-1]])
    truth, variance = data.targets[at + steps - 1, 0], float(data.targets[first:last].var())
    return {"persistence": metrics.nrmse_closed(truth, series[at], variance),
            f"AR({taps})": metrics.nrmse_closed(truth, past[:, 0], variance)}


def choose(name: str, formats: Formats | None) -> dict[str, float]:
    """The candidate of least validation error (logarithms, where one step and a loop count)."""
    scores = []
    for tried in candidates(name):
        score = 0.0
        for seed in CHOOSING_SEEDS:
            data = without_test(load(name, seed=seed))
            found = figures(data, seed, tried, formats, FEW_STARTS)
            score += sum(float(np.log(max(v, 1e-12))) for v in found.values())
        scores.append(score)
    return candidates(name)[int(np.argmin(scores))]


def measure(name: str, seeds: int, bits: list[int], console: Console) -> list[Row]:
    cases: list[tuple[str, int]] = [("float", 0)]
    cases += [(kind, b) for b in bits for kind in KINDS]
    rows = []
    for kind, b in track(cases, description=name, console=console):
        formats = None if kind == "float" else Formats(state_bits=b, states=kind, **GENEROUS)
        chosen = choose(name, formats)
        runs = [figures(load(name, seed=s), s, chosen, formats, STARTS) for s in range(seeds)]
        for key in runs[0]:
            values = [run[key] for run in runs]
            task = key if key == "loop" else name
            rows.append(Row(task, kind, b, chosen, float(np.mean(values)), float(np.std(values)),
                            float(np.median(values))))
    return rows


def show(rows: list[Row], peers: dict[str, dict[str, float]], console: Console) -> None:
    for task in dict.fromkeys(row.task for row in rows):
        table = Table(title=f"{TITLES[task]}; N = 100, mean (deviation) over the seeds")
        for column in ("bits", "centred", "naive"):
            table.add_column(column, justify="right")
        mine = {(r.kind, r.bits): f"{r.shown:.4g} ({r.std:.2g})" for r in rows if r.task == task}
        table.add_row("float", mine["float", 0], "")
        for b in sorted({r.bits for r in rows if r.bits}):
            table.add_row(str(b), mine["centred", b], mine["plain", b])
        for name, value in peers.get(task, {}).items():
            table.add_row(name, f"{value:.4g}", "")
        console.print(table)


def draw(rows: list[Row], path: str) -> None:
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(row.task for row in rows))
    figure = Figure(figsize=(3.2 * len(names), 3.2), layout="constrained")
    for axes, task in zip(np.atleast_1d(figure.subplots(1, len(names))), names):
        for kind, label, colour in (("centred", "centred", "tab:blue"),
                                    ("plain", "naive", "tab:orange")):
            mine = [r for r in rows if r.task == task and r.kind == kind]
            spread = None if task == "loop" else [r.std for r in mine]
            axes.errorbar([r.bits for r in mine], [r.shown for r in mine], spread,
                          marker="o", label=label, color=colour)
        level = next(r.shown for r in rows if r.task == task and r.kind == "float")
        axes.axhline(level, color="0.4", linestyle="--", label="float")
        if task in ("loop", "laser", "mackey_glass17"):
            axes.set_yscale("log")
        axes.set_title(TITLES[task], fontsize=8)
        axes.set_xlabel("bits of a state")
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=130)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", nargs="+", default=TASKS, choices=TASKS)
    parser.add_argument("--bits", nargs="+", type=int, default=BITS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-o", "--output", help="a picture, PNG or SVG")
    given = parser.parse_args()
    console = Console(stderr=True)
    rows, peers = [], {}
    for name in given.tasks:
        rows += measure(name, given.seeds, given.bits, console)
        data = load(name)
        found = tasks.baseline_figures(data)
        if data.metric == "accuracy":
            count = data.split.test[1] - data.split.test[0]
            found = {k: round((1 - v) * count) for k, v in found.items()}
        peers[name] = found
        if data.closed_loop:
            peers["loop"] = loop_baselines(data)
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "baselines": peers}))
    else:
        show(rows, peers, Console())
    if given.output:
        draw(rows, given.output)


if __name__ == "__main__":
    main()
