"""The echo state network's hyperparameters: good ones by data set, and where to search."""

from __future__ import annotations

from typing import Any

from liquidgate.train.data.dataset import DataSet

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


def space(trial: Any, data: DataSet) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    return {
        "lr": trial.suggest_float("lr", 0.1, 1.0),
        "sr": trial.suggest_float("sr", 0.1, 1.4),
        "input_scaling": trial.suggest_float("input_scaling", 0.005, 2.0, log=True),
        "bias_scaling": trial.suggest_float("bias_scaling", 0.01, 1.5, log=True),
        "passthrough": trial.suggest_categorical("passthrough", [False, True]),
    }


def completed(changes: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """A user's changes, and what follows from them where the ``usual`` parameters would clash."""
    if "rc_connectivity" in changes:
        return {"in_degree": None, **changes}
    if usual.get("in_degree") is not None and "units" in changes:
        return {"in_degree": min(usual["in_degree"], changes["units"]), **changes}
    return changes
