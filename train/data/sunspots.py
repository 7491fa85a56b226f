"""Sunspot numbers by year, 1700 to 2008."""

from __future__ import annotations

import numpy as np

from liquidgate.train.data.dataset import DataSet, Split, forecast
from liquidgate.train.data.registry import number, package_csv, register


@register("sunspots")
def _load(name: str, seed: int) -> DataSet:
    rows = package_csv(name, "statsmodels", "datasets", "sunspots", "sunspots.csv")
    inputs, targets = forecast(np.array([number(r["SUNACTIVITY"]) for r in rows]))
    return DataSet(
        name=name, title="Sunspots by year (observed)", inputs=inputs, targets=targets,
        split=Split((0, 180), (180, 221), (221, len(inputs))), washout=20,
        input_names=("sunspots",), target_names=("sunspots",),
        units=("sunspot number", "sunspot number"), step="1 year", licence="public domain",
        source="NOAA; file of statsmodels", taps=11,
    )
