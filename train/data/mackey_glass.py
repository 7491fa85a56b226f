"""The Mackey-Glass delay equation (Mackey and Glass 1977), integrated here."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, Split, forecast
from liquidgate.train.data.registry import register


def mackey_glass(samples: int, tau: int, *, substeps: int = 10, history: float = 1.2,
                 transient: int = 1000) -> Floats:
    """x (samples,) at times 0, 1, 2, …; dx/dt = 0.2 x(t-tau) / (1 + x(t-tau)**10) - 0.1 x.

    Runge-Kutta of order 4 in steps of 1 / substeps; the delayed value at half a step is
    interpolated by a cubic. x = ``history`` before the transient, which is dropped.
    """
    h, delay = 1.0 / substeps, tau * substeps
    total = (samples + transient) * substeps
    x = [history] * (delay + 2)
    start = len(x) - 1

    def slope(value: float, late: float) -> float:
        return 0.2 * late / (1.0 + late**10) - 0.1 * value

    for k in range(start, start + total):
        a, b = x[k - delay], x[k - delay + 1]
        before, after = x[k - delay - 1], x[k - delay + 2]
        middle = (9.0 * (a + b) - before - after) / 16.0
        now = x[k]
        k1 = slope(now, a)
        k2 = slope(now + h / 2 * k1, middle)
        k3 = slope(now + h / 2 * k2, middle)
        k4 = slope(now + h * k3, b)
        x.append(now + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return np.array(x[start:][transient * substeps::substeps][:samples])


def _load(name: str, seed: int, *, train: int = 4000, validation: int = 1000, test: int = 2000,
          horizon: int = 1) -> DataSet:
    tau, washout = int(name[12:]), 200
    total = washout + train + validation + test
    # the seed moves the start along the attractor
    history = 1.2 + 0.2 * (np.random.default_rng(seed).random() - 0.5)
    series = mackey_glass(total + horizon, tau, history=history)
    inputs, targets = forecast(series, horizon)
    a, b = washout + train, washout + train + validation
    return DataSet(
        name=name, title=f"Mackey-Glass, delay {tau}", inputs=inputs, targets=targets,
        split=Split((0, a), (a, b), (b, total)), washout=washout, input_names=("x",),
        target_names=("x",), step="1 time unit", horizon=horizon, licence="generated",
        source="Mackey and Glass 1977", closed_loop=84 if horizon == 1 else 0,
    )


register("mackey_glass17")(_load)
register("mackey_glass30")(_load)
