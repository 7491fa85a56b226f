"""The score of hyperparameters under chosen formats: what the circuit will do, not the floats."""

from __future__ import annotations

from typing import Any

import numpy as np

from liquidgate.train import tasks
from liquidgate.train.data.dataset import DataSet
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.quantise import quantise
from liquidgate.train.search import FAILED, Score


def fixed_score(formats: Formats, *, seeds: int = 2) -> Score:
    """A score for ``search``: the mean figure of quantised networks; less is better."""
    def score(data: DataSet, parameters: dict[str, Any]) -> float:
        start, stop = data.split.train
        scores = []
        for seed in range(seeds):
            model = tasks.fit(data, **{"seed": seed, **parameters})
            try:
                fixed = quantise(model, data.inputs[start:stop], data.targets[start:stop],
                                 formats=formats)
            except ValueError:  # silent, saturated, or not to be held by the formats
                return FAILED
            value = tasks.figure(data, fixed.predict(data.inputs))
            sign = {"accuracy": -1.0, "memory_capacity": -1.0}.get(data.metric, 1.0)
            scores.append(sign * value)
        return float(np.mean(scores))

    return score
