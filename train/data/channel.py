"""Nonlinear channel equalisation (Mathews and Lee 1994; Jaeger and Haas 2004)."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, Split
from liquidgate.train.data.registry import register

SYMBOLS = (-3.0, -1.0, 1.0, 3.0)
TAPS = (0.08, -0.12, 1.0, 0.18, -0.1, 0.091, -0.05, 0.04, 0.03, 0.01)
"""Of d(n + 2), d(n + 1), …, d(n - 7)."""


def received(symbols: Floats) -> Floats:
    """u (T - 9,) of symbols d (T,), without noise; u[0] belongs to d[7].

    q(n) = sum of TAPS d; u = q + 0.036 q**2 - 0.011 q**3.
    """
    q = np.convolve(symbols, TAPS, mode="valid")
    return q + 0.036 * q**2 - 0.011 * q**3


@register("channel")
def _load(name: str, seed: int, *, snr: float = 28.0, train: int = 6000, validation: int = 2000,
          test: int = 60000) -> DataSet:
    washout, delay = 200, 2
    total = washout + train + validation + test
    r_symbols, r_noise = np.random.default_rng(seed).spawn(2)
    d = r_symbols.choice(SYMBOLS, total + 9)
    u = received(d)
    u = u + r_noise.standard_normal(total) * u.std() * 10.0 ** (-snr / 20.0)
    a, b = washout + train, washout + train + validation
    return DataSet(
        name=name, title=f"Nonlinear channel equalisation, {snr:g} dB", inputs=u[:, None],
        targets=d[7 - delay: 7 - delay + total, None].copy(), washout=washout,
        split=Split((0, a), (a, b), (b, total)), input_names=("u",), target_names=("d",),
        step="1 symbol", horizon=0, licence="generated", source="Jaeger and Haas 2004",
        metric="ser", symbols=SYMBOLS, taps=11,
    )
