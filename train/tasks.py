"""Tasks: a data set, a liquid with good hyperparameters for it, and their evaluation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from liquidgate.train import baselines, liquids, metrics
from liquidgate.train.arrays import Floats
from liquidgate.train.data import DataSet, load, names
from liquidgate.train.liquids import DEFAULT_LIQUID, Model
from liquidgate.train.regressor import Regressor


def preset(name: str, *, liquid: str = DEFAULT_LIQUID, **changes: Any) -> dict[str, Any]:
    """A liquid's hyperparameters for a data set, with a user's changes."""
    known = liquids.find(liquid)
    return {**known.default, **known.presets.get(name, {}), **changes}


def make(data: DataSet, *, liquid: str = DEFAULT_LIQUID, **changes: Any) -> Model:
    """An unfitted model of the preset of ``data``."""
    parameters = {"warmup": data.washout, **preset(data.name, liquid=liquid, **changes)}
    return liquids.find(liquid).estimator(data.kind)(**parameters)


def fit(data: DataSet, *, liquid: str = DEFAULT_LIQUID, **changes: Any) -> Model:
    """The model trained on the train range, and on it alone."""
    start, stop = data.split.train
    model = make(data, liquid=liquid, **changes)
    return model.fit(data.inputs[start:stop], data.targets[start:stop])


def figure(data: DataSet, found: Any, part: str = "test") -> float:
    """The data set's own metric of ``found`` (all rows) over a part of the split."""
    start, stop = getattr(data.split, part)
    truth, found = data.targets[start:stop], found[start:stop]
    if data.metric == "ser":
        return metrics.symbol_error_rate(truth, found, data.symbols)
    return float({"nrmse": metrics.nrmse, "nmse": metrics.nmse, "accuracy": metrics.accuracy,
                  "memory_capacity": metrics.memory_capacity}[data.metric](truth, found))


def baseline_figures(data: DataSet) -> dict[str, float]:
    """The metric of each baseline on the test range."""
    if data.kind == "classification":
        return {
            "no reservoir": figure(data, baselines.linear_classes(data)),
            "no reservoir, 4 parts": figure(data, baselines.linear_classes(data, 4)),
        }
    kind = "AR" if set(data.target_names) <= set(data.input_names) else "FIR"
    return {
        "persistence": figure(data, baselines.persistence(data)),
        f"{kind}({data.taps})": figure(data, baselines.linear(data)),
        "no reservoir": figure(data, baselines.linear(data, 1)),
    }


def predict(model: Model, data: DataSet) -> Any:
    """Outputs for all rows, one run from zero states; labels for a classification."""
    return model.predict(data.inputs)


def closed_loop(model: Regressor, data: DataSet, starts: int = 100) -> float:
    """NRMSE ``data.closed_loop`` steps ahead, over starts spread over the test range."""
    steps = data.closed_loop
    first, last = data.split.test[0], data.split.test[1] - steps
    at = np.unique(np.linspace(first, last, starts).astype(int))
    _, found = _loops(model, data, at, steps)
    return metrics.nrmse_closed(data.targets[at + steps - 1], found[-1],
                                float(data.targets[first:].var()))


def valid_time(model: Regressor, data: DataSet, starts: int = 10, threshold: float = 0.4) -> float:
    """Median time, in Lyapunov times, until the closed loop errs by ``threshold`` deviations."""
    rate = data.extras["dt"] * data.extras["lyapunov"]
    steps = int(20 / rate)
    first, last = data.split.test[0], data.split.test[1] - steps
    at = np.unique(np.linspace(first, last, starts).astype(int))
    _, found = _loops(model, data, at, steps)
    truth = np.stack([data.targets[at + k] for k in range(steps)])
    wrong = np.sqrt(((found - truth) ** 2).mean(axis=2)) > threshold
    lasted = np.where(wrong.any(axis=0), wrong.argmax(axis=0), steps)
    return float(np.median(lasted) * rate)


def _loops(model: Regressor, data: DataSet, at: np.ndarray, steps: int) -> tuple[Floats, Floats]:
    states = model.trajectory(data.inputs, data.targets)
    taps = model.reservoir_.seen(states)
    outputs = model.readout_.predict(model.features(taps, model.scaled(data.inputs)))
    with warnings.catch_warnings():
        # a loop that runs away is a bad figure, not a fault of the program
        warnings.simplefilter("ignore", RuntimeWarning)
        return states, model.closed_loop(states[at], outputs[at], steps, include=True)


def evaluate(name: str | DataSet, *, seed: int = 0, with_baselines: bool = True,
             **changes: Any) -> dict[str, Any]:
    """Trains a preset and measures it on the test range.

    Returns
    -------
    dict : "task", "metric", "float" (the figure), "baselines" (by name), "r2" for a regression,
    "closed_loop" and "valid_time" where they are defined, "train", "test", "washout", "seed".
    """
    data = load(name, seed=seed) if isinstance(name, str) else name
    model = fit(data, seed=seed, **changes)
    found = predict(model, data)
    start, stop = data.split.test
    result: dict[str, Any] = {
        "task": data.name, "metric": data.metric, "float": figure(data, found),
        "baselines": baseline_figures(data) if with_baselines else {},
        "train": data.split.train[1] - data.split.train[0] - data.washout, "test": stop - start,
        "washout": data.washout, "seed": seed, "model": model, "data": data,
    }
    if isinstance(model, Regressor):
        result["r2"] = metrics.r2(data.targets[start:stop], found[start:stop])
        if data.closed_loop:
            result["closed_loop"] = closed_loop(model, data)
        if "lyapunov" in data.extras:
            result["valid_time"] = valid_time(model, data)
    return result


def tasks() -> tuple[str, ...]:
    """Every data set is a task."""
    return names()
