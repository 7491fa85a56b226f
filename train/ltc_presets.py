"""The liquid time-constant network's hyperparameters: good ones by data set, where to search."""

from __future__ import annotations

from typing import Any

DEFAULT: dict[str, Any] = dict(sr=3.0, input_scaling=1.0, bias_scaling=0.5, step=1.0,
                               in_degree=5, passthrough=True, weight_bits=8)
PRESETS: dict[str, dict[str, Any]] = {
    "laser": dict(sr=6.3, input_scaling=1.6, bias_scaling=0.59, step=4.3, tau_min=0.74,
                  tau_max=16.0),
    "laser_irregular": dict(timed=True),
}
"""Hyperparameters by data set, found on training data alone (bench/presets.py)."""


def space(trial: Any, data: object) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    return {
        "sr": trial.suggest_float("sr", 0.5, 30.0, log=True),
        "input_scaling": trial.suggest_float("input_scaling", 0.01, 3.0, log=True),
        "bias_scaling": trial.suggest_float("bias_scaling", 0.05, 3.0, log=True),
        "step": trial.suggest_float("step", 0.2, 5.0, log=True),
        "tau_min": trial.suggest_float("tau_min", 0.2, 2.0, log=True),
        "tau_max": trial.suggest_float("tau_max", 2.0, 20.0, log=True),
        "passthrough": trial.suggest_categorical("passthrough", [False, True]),
    }
