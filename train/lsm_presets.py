"""Hyperparameters of the liquid state machine: good ones by data set, and where to search."""

from __future__ import annotations

from typing import Any

from liquidgate.train.data.dataset import DataSet

DEFAULT: dict[str, Any] = dict(passthrough=True, weight_bits=8)
PRESETS: dict[str, dict[str, Any]] = {}


def space(trial: Any, data: DataSet) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    number = trial.suggest_float
    found = {
        "encoder": trial.suggest_categorical("encoder", ["delta", "population"]),
        "input_scaling": number("input_scaling", 0.2, 4.0, log=True),
        "input_connectivity": number("input_connectivity", 0.05, 1.0),
        "bias_scaling": number("bias_scaling", 0.001, 0.5, log=True),
        "recurrent_scaling": number("recurrent_scaling", 0.05, 3.0, log=True),
        "tau_mem": number("tau_mem", 1.0, 40.0, log=True),
        "tau_syn": number("tau_syn", 0.2, 10.0, log=True),
        "tau_trace": number("tau_trace", 0.3, 40.0, log=True),
        "spread": number("spread", 0.0, 1.0),
        "refractory": trial.suggest_int("refractory", 0, 2),
        "reset": trial.suggest_categorical("reset", ["zero", "subtract"]),
        "passthrough": trial.suggest_categorical("passthrough", [False, True]),
    }
    if found["encoder"] == "delta":
        return {**found, "delta": number("delta", 0.03, 1.0, log=True)}
    return {**found, "fields": trial.suggest_int("fields", 3, 12),
            "reach": number("reach", 1.0, 3.0),
            "radius": trial.suggest_categorical("radius", [0.125, 0.25, 0.5, 1.0])}
