"""The Lorenz equations (Lorenz 1963), sigma 10, rho 28, beta 8/3."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, Split, forecast
from liquidgate.train.data.registry import register

DT = 0.02
LYAPUNOV = 0.906


def lorenz63(samples: int, start: Floats, *, dt: float = DT) -> Floats:
    """(samples, 3), Runge-Kutta of order 4, one sample a step."""
    def slope(v: Floats) -> Floats:
        x, y, z = v
        return np.array([10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z])

    path = np.empty((samples, 3))
    v = np.asarray(start, float)
    for n in range(samples):
        path[n] = v
        k1 = slope(v)
        k2 = slope(v + dt / 2 * k1)
        k3 = slope(v + dt / 2 * k2)
        k4 = slope(v + dt * k3)
        v = v + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return path


@register("lorenz63")
def _load(name: str, seed: int, *, train: int = 4000, validation: int = 1000,
          test: int = 3000) -> DataSet:
    washout, transient = 200, 1000
    total = washout + train + validation + test
    start = np.random.default_rng(seed).uniform(-1, 1, 3) + (1.0, 1.0, 25.0)
    path = lorenz63(transient + total + 1, start)[transient:]
    a, b = washout + train, washout + train + validation
    path = (path - path[:a].mean(axis=0)) / path[:a].std(axis=0)
    inputs, targets = forecast(path)
    return DataSet(
        name=name, title="Lorenz 63, three components, z-scored", inputs=inputs, targets=targets,
        split=Split((0, a), (a, b), (b, total)), washout=washout, input_names=("x", "y", "z"),
        target_names=("x", "y", "z"), step=f"{DT} time units", licence="generated",
        source="Lorenz 1963", extras={"dt": DT, "lyapunov": LYAPUNOV},
    )
