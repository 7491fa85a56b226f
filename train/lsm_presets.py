"""Hyperparameters of the liquid state machine: good ones by data set, and where to search."""

from __future__ import annotations

from typing import Any

from liquidgate.train.data.dataset import DataSet

DEFAULT: dict[str, Any] = dict(passthrough=True, weight_bits=8)
PRESETS: dict[str, dict[str, Any]] = {
    # input_connectivity found as 0.38, density as 1: thinned out, on training data too, until the
    # synapses of 100 neurons take no more than 256 words of four, and so fit small chips
    "japanese_vowels": dict(encoder="delta", input_scaling=0.44, input_connectivity=0.18,
                            bias_scaling=0.37, recurrent_scaling=0.17, density=0.6, tau_mem=4.2,
                            tau_syn=2.6, tau_trace=1.9, spread=0.72, refractory=2,
                            reset="subtract", delta=0.18),
    "laser": dict(encoder="population", input_scaling=1.7, input_connectivity=0.22,
                  bias_scaling=0.0031, recurrent_scaling=0.28, tau_mem=1.1, tau_syn=0.44,
                  tau_trace=0.38, spread=0.64, refractory=0, reset="zero", tap="membrane",
                  fields=6, reach=1.1, radius=0.5),
}
"""Hyperparameters by data set, found on training data alone (bench/presets.py --liquid lsm)."""


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
        "tap": trial.suggest_categorical("tap", ["trace", "membrane"]),
        "passthrough": trial.suggest_categorical("passthrough", [False, True]),
    }
    if found["encoder"] == "delta":
        return {**found, "delta": number("delta", 0.03, 1.0, log=True)}
    return {**found, "fields": trial.suggest_int("fields", 3, 12),
            "reach": number("reach", 1.0, 3.0),
            "radius": trial.suggest_categorical("radius", [0.25, 0.5, 1.0])}
