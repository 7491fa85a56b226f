"""The Santa Fe laser series A: a chaotic far-infrared laser, measured (Huebner et al. 1989)."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, Split, forecast
from liquidgate.train.data.registry import package_file, register


def series(name: str = "laser") -> Floats:
    """(T,) all measured intensities."""
    path = package_file(name, "reservoirpy", "datasets", "santafe_laser.npy")
    return np.load(path, allow_pickle=False).astype(float)[:, 0]


def _load(name: str, seed: int) -> DataSet:
    values = series(name)
    if name == "laser":
        values, split = values[:4001], Split((0, 3000), (3000, 3000), (3000, 4000))
    else:
        values, split = values[:10001], Split((0, 2000), (2000, 5000), (5000, 10000))
    inputs, targets = forecast(values)
    return DataSet(
        name=name, title="Santa Fe laser (measured), one step ahead", inputs=inputs,
        targets=targets, split=split, washout=200, input_names=("intensity",),
        target_names=("intensity",), units=("8-bit ADC counts", "8-bit ADC counts"),
        step="1 sample", licence="MIT (the package)",
        source="Santa Fe competition, series A; file of reservoirpy", metric="nmse",
    )


register("laser")(_load)
register("laser_long")(_load)
