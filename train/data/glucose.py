"""Blood glucose of one person, every five minutes: the longest stretch without a gap."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from liquidgate.train.data.dataset import DataSet, forecast, shares
from liquidgate.train.data.registry import number, package_csv, register

GAP = 600.0
"""Seconds between readings that end a stretch."""


@register("glucose")
def _load(name: str, seed: int, *, horizon: int = 1) -> DataSet:
    rows = package_csv(name, "bokeh_sampledata", "_data", "CGM.csv.gz")
    pairs = [(datetime.fromisoformat(r["datetime"]), number(r["glucose"])) for r in rows]
    values = np.array([v for _, v in pairs])
    gaps = np.array([(b[0] - a[0]).total_seconds() for a, b in zip(pairs, pairs[1:])])
    ends = np.flatnonzero((gaps > GAP) | (gaps <= 0) | ~np.isfinite(values[1:])) + 1
    edges = np.concatenate([[0], ends, [len(values)]])
    longest = int(np.argmax(np.diff(edges)))
    stretch = values[edges[longest]: edges[longest + 1]]
    inputs, targets = forecast(stretch[np.isfinite(stretch)], horizon)
    return DataSet(
        name=name, title="Blood glucose of one person (measured)", inputs=inputs, targets=targets,
        split=shares(len(inputs)), washout=50, input_names=("glucose",),
        target_names=("glucose",), units=("mg/dL", "mg/dL"), step="5 minutes", horizon=horizon,
        licence="see the package's licences (BSD-3)", source="file of bokeh_sampledata", taps=12,
    )
