"""Memory capacity (Jaeger 2001): how many past inputs can be read from the states."""

from __future__ import annotations

import numpy as np

from liquidgate.train.data.dataset import DataSet, Split
from liquidgate.train.data.registry import register


@register("memory_capacity")
def _load(name: str, seed: int, *, delays: int = 200, train: int = 4000, validation: int = 2000,
          test: int = 2000) -> DataSet:
    """Targets u(n - 1) … u(n - delays), u uniform in -0.8..0.8; delays = 2 N."""
    washout = max(200, delays)
    total = washout + train + validation + test
    u = np.random.default_rng(seed).uniform(-0.8, 0.8, total)
    targets = np.stack([np.concatenate([np.zeros(k), u[:-k]]) for k in range(1, delays + 1)], 1)
    a, b = washout + train, washout + train + validation
    return DataSet(
        name=name, title=f"Memory capacity, {delays} delays", inputs=u[:, None], targets=targets,
        split=Split((0, a), (a, b), (b, total)), washout=washout, input_names=("u",),
        target_names=tuple(f"u_{k}" for k in range(1, delays + 1)), horizon=0,
        licence="generated", source="Jaeger 2001", metric="memory_capacity",
    )
