"""Hyperparameters of chains."""

from __future__ import annotations

from typing import Any

from liquidgate.train.data.dataset import DataSet

DEFAULT: dict[str, Any] = dict(stages="esn >> esn", passthrough=True, weight_bits=8)
PRESETS: dict[str, dict[str, Any]] = {}


def space(trial: Any, data: DataSet) -> dict[str, Any]:
    """Two leaky stages, the second one slower or quicker than the first."""
    stages = []
    for k in range(2):
        own = {
            "lr": trial.suggest_float(f"lr{k}", 0.1, 1.0),
            "sr": trial.suggest_float(f"sr{k}", 0.1, 1.3),
            "input_scaling": trial.suggest_float(f"input_scaling{k}", 0.005, 1.0, log=True),
            "bias_scaling": trial.suggest_float(f"bias_scaling{k}", 0.01, 1.5, log=True),
        }
        stages.append("esn(" + ", ".join(f"{n}={v:.3g}" for n, v in own.items()) + ")")
    return {"stages": " >> ".join(stages)}
