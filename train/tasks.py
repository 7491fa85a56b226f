"""Tasks: a data set with good hyperparameters for 100 neurons; and their evaluation."""

from __future__ import annotations

import warnings
from typing import Any, TypeAlias

import numpy as np

from liquidgate.train import baselines, metrics
from liquidgate.train.data import DataSet, load, names
from liquidgate.train.esn import Floats
from liquidgate.train.model import ESN, ESNClassifier

Model: TypeAlias = ESN | ESNClassifier

PRESETS: dict[str, dict[str, Any]] = {
    "channel": dict(lr=0.9, sr=0.6, input_scaling=0.039, bias_scaling=1.33, passthrough=False),
    "co2": dict(lr=0.24, sr=0.94, input_scaling=0.0061, bias_scaling=0.42, passthrough=False),
    "ecg": dict(lr=0.94, sr=0.77, input_scaling=0.33, bias_scaling=0.93),
    "glucose": dict(lr=0.63, sr=0.32, input_scaling=0.062, bias_scaling=0.016),
    "henon": dict(lr=0.78, sr=0.29, input_scaling=0.64, bias_scaling=1.45, passthrough=False),
    "japanese_vowels": dict(lr=0.7, sr=1.09, input_scaling=0.024, bias_scaling=0.98),
    "laser": dict(lr=0.74, sr=0.69, input_scaling=0.46, bias_scaling=0.28),
    "laser_long": dict(lr=0.76, sr=0.68, input_scaling=0.66, bias_scaling=0.13),
    "lorenz63": dict(lr=0.99, sr=0.33, input_scaling=0.14, bias_scaling=0.95, passthrough=False),
    "mackey_glass17": dict(lr=0.59, sr=1.03, input_scaling=0.19, bias_scaling=0.15, ridge=3e-8),
    "mackey_glass30": dict(lr=0.97, sr=0.78, input_scaling=0.17, bias_scaling=0.11, ridge=5.3e-7,
                           passthrough=False),
    "market_returns": dict(lr=0.13, sr=0.12, input_scaling=0.0053, bias_scaling=1.5,
                           passthrough=False),
    "market_volatility": dict(lr=0.97, sr=0.55, input_scaling=0.0054, bias_scaling=0.26,
                              passthrough=False),
    # linear on purpose: a ring of nearly unit gain is a delay line (Rodan and Tino 2011)
    "memory_capacity": dict(lr=1.0, sr=0.98, input_scaling=0.02, bias_scaling=0.0, ridge=1e-9,
                            topology="ring", in_degree=None, weights="signs"),
    "narma10": dict(lr=0.96, sr=0.85, input_scaling=0.0075, bias_scaling=0.45),
    "narma20": dict(lr=0.9, sr=1.04, input_scaling=0.012, bias_scaling=0.072),
    "sunspots": dict(lr=0.78, sr=0.87, input_scaling=1.2, bias_scaling=0.46),
    "weather": dict(lr=0.21, sr=0.93, input_scaling=0.012, bias_scaling=1.1, passthrough=False),
}
"""Hyperparameters by data set, found on training data alone (bench/presets.py)."""

DEFAULT: dict[str, Any] = dict(
    lr=0.9, sr=0.9, input_scaling=0.3, bias_scaling=0.2, in_degree=10, passthrough=True,
    weight_bits=8,
)
"""What a preset leaves open, and all there is for a data set without one."""


def preset(name: str, **changes: Any) -> dict[str, Any]:
    """Hyperparameters for a data set, with a user's changes."""
    return {**DEFAULT, **PRESETS.get(name, {}), **changes}


def make(data: DataSet, **changes: Any) -> Model:
    """An unfitted model of the preset of ``data``."""
    parameters = {"warmup": data.washout, **preset(data.name), **changes}
    return (ESNClassifier if data.kind == "classification" else ESN)(**parameters)


def fit(data: DataSet, **changes: Any) -> Model:
    """The model trained on the train range, and on it alone."""
    start, stop = data.split.train
    return make(data, **changes).fit(data.inputs[start:stop], data.targets[start:stop])


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


def closed_loop(model: ESN, data: DataSet, starts: int = 100) -> float:
    """NRMSE ``data.closed_loop`` steps ahead, over starts spread over the test range."""
    steps = data.closed_loop
    first, last = data.split.test[0], data.split.test[1] - steps
    at = np.unique(np.linspace(first, last, starts).astype(int))
    _, found = _loops(model, data, at, steps)
    return metrics.nrmse_closed(data.targets[at + steps - 1], found[-1],
                                float(data.targets[first:].var()))


def valid_time(model: ESN, data: DataSet, starts: int = 10, threshold: float = 0.4) -> float:
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


def _loops(model: ESN, data: DataSet, at: np.ndarray, steps: int) -> tuple[Floats, Floats]:
    states = model.states(data.inputs, data.targets)
    outputs = model.readout_.predict(model.features(states, model.scaled(data.inputs)))
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
    if isinstance(model, ESN):
        result["r2"] = metrics.r2(data.targets[start:stop], found[start:stop])
        if data.closed_loop:
            result["closed_loop"] = closed_loop(model, data)
        if "lyapunov" in data.extras:
            result["valid_time"] = valid_time(model, data)
    return result


def tasks() -> tuple[str, ...]:
    """Every data set is a task."""
    return names()
