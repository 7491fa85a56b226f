"""Weekly carbon dioxide at Mauna Loa, 1958 to 2001."""

from __future__ import annotations

import numpy as np

from liquidgate.train.data.dataset import DataSet, forecast, hold_last, shares
from liquidgate.train.data.registry import number, package_csv, register


@register("co2")
def _load(name: str, seed: int) -> DataSet:
    rows = package_csv(name, "statsmodels", "datasets", "co2", "co2.csv")
    inputs, targets = forecast(hold_last(np.array([number(r["co2"]) for r in rows])))
    return DataSet(
        name=name, title="Carbon dioxide at Mauna Loa (measured)", inputs=inputs, targets=targets,
        split=shares(len(inputs)), washout=100, input_names=("co2",), target_names=("co2",),
        units=("ppmv", "ppmv"), step="1 week", licence="public domain",
        source="Keeling and Whorf 2004; file of statsmodels (missing weeks hold the last value)",
    )
