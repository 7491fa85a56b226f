"""The laser at irregular intervals: a seeded part of its samples, with the time between them."""

from __future__ import annotations

import numpy as np

from liquidgate.train.data.dataset import DataSet, shares
from liquidgate.train.data.laser import series
from liquidgate.train.data.registry import register


@register("laser_irregular")
def _load(name: str, seed: int, *, kept: float = 0.8) -> DataSet:
    """Each sample is kept with probability ``kept``; the target is the one after, kept or not."""
    if not 0.05 <= kept <= 1:
        raise ValueError(f"kept must be in 0.05..1, not {kept!r}")
    values = series(name)[:8001]
    rng = np.random.default_rng(seed)
    at = np.flatnonzero(rng.random(len(values) - 1) < kept)
    intervals = np.diff(at, prepend=at[0] - 1)
    inputs = np.column_stack([values[at], intervals]).astype(float)
    return DataSet(
        name=name, title=f"Santa Fe laser, {kept:.0%} of its samples, one sample ahead",
        inputs=inputs, targets=values[at + 1][:, None], split=shares(len(at)), washout=200,
        input_names=("intensity", "interval"), target_names=("intensity",),
        units=("8-bit ADC counts, samples", "8-bit ADC counts"), step="1 to some samples",
        licence="MIT (the package)", source="Santa Fe competition, series A; file of reservoirpy",
        metric="nmse", timed=True,
    )
