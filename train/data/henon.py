"""The Henon map (Henon 1976), a 1.4, b 0.3."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, Split, forecast
from liquidgate.train.data.registry import register


def henon(samples: int, x: float = 0.0, before: float = 0.0) -> Floats:
    """x (samples,): x(n+1) = 1 - 1.4 x(n)**2 + 0.3 x(n-1)."""
    path = np.empty(samples)
    for n in range(samples):
        path[n] = x
        x, before = 1.0 - 1.4 * x**2 + 0.3 * before, x
    return path


@register("henon")
def _load(name: str, seed: int, *, train: int = 3000, validation: int = 1000,
          test: int = 1000) -> DataSet:
    washout, transient = 200, 1000
    total = washout + train + validation + test
    start = 0.2 * np.random.default_rng(seed).random(2)
    inputs, targets = forecast(henon(transient + total + 1, *start)[transient:])
    a, b = washout + train, washout + train + validation
    return DataSet(
        name=name, title="Henon map", inputs=inputs, targets=targets,
        split=Split((0, a), (a, b), (b, total)), washout=washout, input_names=("x",),
        target_names=("x",), licence="generated", source="Henon 1976",
    )
