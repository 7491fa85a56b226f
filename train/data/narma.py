"""NARMA: a nonlinear moving average with a long memory (Atiya and Parlos 2000)."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, Split
from liquidgate.train.data.registry import register


def narma(inputs: Floats, order: int) -> Floats:
    """y (T + 1,) of inputs u (T,); both start at rest, y[0] = 0.

    order 10: y(t+1) = 0.3 y(t) + 0.05 y(t) sum_{i=0..9} y(t-i) + 1.5 u(t-9) u(t) + 0.1.
    order 20: y(t+1) = tanh(0.3 y(t) + 0.05 y(t) sum_{i=0..19} y(t-i) + 1.5 u(t-19) u(t) + 0.01),
    where tanh keeps it bounded (Rodan and Tino 2011, less the 0.2 that they add outside of the
    tanh: it pins y within 1 % of 1.14, where nothing is left to identify).
    """
    y = np.zeros(len(inputs) + 1)
    for t in range(len(inputs)):
        late = inputs[t - order + 1] if t >= order - 1 else 0.0
        window = y[max(0, t - order + 1): t + 1].sum()
        value = 0.3 * y[t] + 0.05 * y[t] * window + 1.5 * late * inputs[t]
        y[t + 1] = value + 0.1 if order == 10 else np.tanh(value + 0.01)
    return y


def _load(name: str, seed: int, *, train: int = 4000, validation: int = 2000,
          test: int = 2000) -> DataSet:
    order, washout = int(name[5:]), 200
    total = washout + train + validation + test
    for rng in np.random.default_rng(seed).spawn(20):
        inputs = rng.uniform(0.0, 0.5, total)
        outputs = narma(inputs, order)
        # the published recursion can run away: such a draw is no data, take the next one
        if np.abs(outputs).max() < 5.0:
            break
    else:
        raise ValueError(f"{name} diverged for 20 draws of seed {seed}")
    a, b = washout + train, washout + train + validation
    return DataSet(
        name=name, title=f"NARMA{order}: system identification, memory of {order} steps",
        inputs=inputs[:, None], targets=outputs[1:, None], split=Split((0, a), (a, b), (b, total)),
        washout=washout, input_names=("u",), target_names=("y",), horizon=1,
        licence="generated", source="Atiya and Parlos 2000", taps=order,
    )


register("narma10")(_load)
register("narma20")(_load)
