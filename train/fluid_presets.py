"""The fluid network's hyperparameters: good ones by data set, and where to search."""

from __future__ import annotations

from typing import Any

DEFAULT: dict[str, Any] = dict(
    conductivity=1.8, viscosity=0.03, density=1.5, diversity=2.0, input_scaling=0.1,
    bias_scaling=0.1, topology="grid", passthrough=True, weight_bits=8,
)
"""What a preset leaves open, and all there is for a data set without one."""

PRESETS: dict[str, dict[str, Any]] = {
    # these two by the error of the quantised network, 16-bit states: docs/quantisation.md says why
    "co2": dict(viscosity=0.08, conductivity=1.9, density=3.9, diversity=3.4, input_scaling=0.21,
                input_connectivity=0.68, bias_scaling=0.2, topology="small-world", in_degree=3,
                phi="linear"),
    "laser": dict(viscosity=0.28, conductivity=0.92, density=1.3, diversity=1.5, input_scaling=1.0,
                  input_connectivity=0.67, bias_scaling=1.1, topology="grid"),
    "mackey_glass17": dict(viscosity=0.041, conductivity=1.0, density=3.5, diversity=3.9,
                           input_scaling=0.3, input_connectivity=0.52, bias_scaling=0.46,
                           topology="uniform", in_degree=3),
    # saturating flows only cost memory here: see docs/tutorial-fluid.md
    "narma10": dict(viscosity=0.013, conductivity=1.9, density=1.1, diversity=1.6,
                    input_scaling=0.5, input_connectivity=0.21, bias_scaling=0.53, phi="linear"),
}
"""Hyperparameters by data set, found on training data alone by the search of bench/presets.py over
``space``, 30 to 60 trials."""


def space(trial: Any, data: object) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    viscosity = trial.suggest_float("viscosity", 1e-3, 0.5, log=True)
    return {
        "viscosity": viscosity,
        "conductivity": trial.suggest_float("conductivity", 0.2, 1.95) * (1 - viscosity / 2),
        "density": trial.suggest_float("density", 1.0, 8.0, log=True),
        "diversity": trial.suggest_float("diversity", 1.0, 8.0, log=True),
        "input_scaling": trial.suggest_float("input_scaling", 0.005, 4.0, log=True),
        "input_connectivity": trial.suggest_float("input_connectivity", 0.05, 1.0, log=True),
        "bias_scaling": trial.suggest_float("bias_scaling", 0.01, 3.0, log=True),
        "topology": trial.suggest_categorical("topology", ["grid", "small-world", "uniform"]),
        "in_degree": trial.suggest_int("in_degree", 2, 8),
        "phi": trial.suggest_categorical("phi", ["linear", "tanh"]),
    }
