"""Figures of merit. Truth and found are (T,) or (T, O); several outputs are averaged."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from liquidgate.train.arrays import Floats


def nmse(truth: Floats, found: Floats) -> float:
    """Mean squared error divided by the variance of the truth."""
    truth, found = _alike(truth, found)
    variance = truth.var(axis=0)
    if (variance == 0).any():
        raise ValueError("the truth must vary: its variance is 0")
    return float((((truth - found) ** 2).mean(axis=0) / variance).mean())


def nrmse(truth: Floats, found: Floats) -> float:
    """Root of ``nmse``: the root mean square error divided by the standard deviation."""
    return float(np.sqrt(nmse(truth, found)))


def r2(truth: Floats, found: Floats) -> float:
    """1 - NMSE."""
    return 1.0 - nmse(truth, found)


def nrmse_closed(truth: Floats, found: Floats, variance: float) -> float:
    """NRMSE over starts of a forecast some steps ahead: (S,) each; variance of the series.

    With forecasts 84 steps ahead of Mackey-Glass 17 this is Jaeger's NRMSE84.
    """
    truth, found = _alike(truth, found)
    miss = truth - found
    return float(np.sqrt((miss**2).mean() / variance))


def memory_capacity(truth: Floats, found: Floats) -> float:
    """Sum over the delays (columns) of the squared correlation (Jaeger 2001)."""
    truth, found = _alike(truth, found)
    t, f = truth - truth.mean(axis=0), found - found.mean(axis=0)
    power = (t**2).sum(axis=0) * (f**2).sum(axis=0)
    return float(((t * f).sum(axis=0) ** 2 / np.where(power > 0, power, 1.0)).sum())


def accuracy(truth: np.ndarray, found: np.ndarray) -> float:
    """Share of equal labels."""
    truth, found = _alike(truth, found)
    return float((truth == found).mean())


def symbol_error_rate(truth: Floats, found: Floats, symbols: tuple[float, ...]) -> float:
    """Share of outputs whose nearest symbol is not the one sent."""
    truth, found = _alike(truth, found)
    alphabet = np.asarray(symbols)
    nearest = alphabet[np.abs(found[..., None] - alphabet).argmin(axis=-1)]
    return float((nearest != truth).mean())


def _alike(truth: ArrayLike, found: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays; never broadcast against each other."""
    a, b = np.asarray(truth), np.asarray(found)
    if a.shape != b.shape:
        raise ValueError(f"truth and found must have one shape, not {a.shape} and {b.shape}")
    return a, b
