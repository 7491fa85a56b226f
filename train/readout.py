"""The linear readout in floats: ridge regression, its strength chosen without the future."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from liquidgate.train.arrays import Floats

RIDGES: tuple[float, ...] = tuple(10.0**e for e in range(-10, 3))
"""Candidates of the cross-validation."""
MOST_RIDGE = 1e30
"""Beyond it nothing is left of the weights but an overflow."""

WEAK_PIVOT = 1e-7
"""Below this ratio of Cholesky pivots the normal equations have lost their digits."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Readout:
    """y = weights v + bias, v the states, then the scaled inputs with pass-through.

    Parameters
    ----------
    weights : (O, F), F = N or N + K.
    bias : (O,).
    decision : "none", or "argmax" when the outputs are scores of classes.
    ridge : the strength it was fitted with.
    """

    weights: Floats
    bias: Floats
    decision: str = "none"
    ridge: float = 0.0

    def __post_init__(self) -> None:
        if np.ndim(self.weights) != 2 or np.shape(self.bias) != np.shape(self.weights)[:1]:
            raise ValueError("weights and bias must be of shapes (O, F) and (O,), not "
                             f"{np.shape(self.weights)} and {np.shape(self.bias)}")

    @property
    def outputs(self) -> int:
        return len(self.weights)

    def predict(self, features: Floats) -> Floats:
        """(T, O) outputs of (T, F) features."""
        return np.asarray(features @ self.weights.T + self.bias)


def solve_ridge(features: Floats, targets: Floats, ridge: float) -> tuple[Floats, Floats]:
    """Minimises |targets - features w - b|**2 + ridge |w|**2; the intercept is free.

    Cholesky on the normal equations; when they are too ill-conditioned for it, least squares
    on the augmented system, which squares nothing.

    Returns
    -------
    weights (O, F), bias (O,).
    """
    if not np.isfinite(ridge) or ridge < 0:
        raise ValueError(f"ridge must be a finite number of at least 0, not {ridge}")
    if ridge > MOST_RIDGE:
        raise ValueError(f"ridge must be at most {MOST_RIDGE:g}, not {ridge:g}")
    mean_f, mean_t = features.mean(axis=0), targets.mean(axis=0)
    f, t = features - mean_f, targets - mean_t
    gram = f.T @ f
    w = _cholesky(gram, f.T @ t, ridge)
    if w is None:
        size = gram.shape[0]
        a = np.vstack([f, np.sqrt(ridge) * np.eye(size)])
        b = np.vstack([t, np.zeros((size, t.shape[1]))])
        w = np.linalg.lstsq(a, b, rcond=None)[0]
    return w.T.copy(), mean_t - mean_f @ w


def _cholesky(gram: Floats, cross: Floats, ridge: float) -> Floats | None:
    """The solution, or None when Cholesky is not to be trusted."""
    try:
        factor = cho_factor(gram + ridge * np.eye(len(gram)), lower=True, check_finite=False)
    except LinAlgError:
        return None
    pivots = np.abs(np.diag(factor[0]))
    if pivots.min() < WEAK_PIVOT * pivots.max():
        return None
    return np.asarray(cho_solve(factor, cross, check_finite=False))


def choose_ridge(features: Floats, targets: Floats, *, ridges: Sequence[float] = RIDGES,
                 folds: int = 4) -> float:
    """The ridge with the least squared error in forward-chaining cross-validation.

    Rows are in order of time and cut into folds + 1 blocks; block j is predicted from the blocks
    before it only. Squared errors are divided by each output's variance. Ties go to the stronger.
    """
    if not ridges:
        raise ValueError("ridges must hold at least one candidate")
    edges = np.linspace(0, len(features), folds + 2).astype(int)
    if edges[1] < 2:
        raise ValueError(
            f"cross-validation with {folds} folds needs at least {2 * (folds + 1)} rows "
            f"after the warmup, not {len(features)}"
        )
    errors = {float(r): 0.0 for r in sorted(ridges, reverse=True)}
    variance = np.maximum(targets.var(axis=0), 1e-300)
    for j in range(1, folds + 1):
        past, block = slice(0, edges[j]), slice(edges[j], edges[j + 1])
        for ridge in errors:
            w, b = solve_ridge(features[past], targets[past], ridge)
            miss = targets[block] - features[block] @ w.T - b
            errors[ridge] += float((miss**2 / variance).mean(axis=1).sum())
    return min(errors, key=lambda r: errors[r])


def fit_readout(features: Floats, targets: Floats, *, ridge: float | str | Sequence[float] = "cv",
                decision: str = "none", folds: int = 4) -> Readout:
    """A readout for (T, F) features and (T, O) targets, washout already dropped.

    Parameters
    ----------
    ridge : a number; a sequence of candidates for the cross-validation; "cv": the default ones.

    Raises
    ------
    ValueError : when the shapes do not match, or there are too few rows.
    """
    if features.ndim != 2 or targets.ndim != 2 or len(features) != len(targets):
        raise ValueError(
            "features and targets must be tables of equally many rows, "
            f"not of shapes {features.shape} and {targets.shape}"
        )
    if len(features) < 2:
        raise ValueError(f"a readout needs at least 2 rows after the warmup, not {len(features)}")
    given = np.asarray(RIDGES if isinstance(ridge, str) and ridge == "cv" else ridge)
    if given.ndim > 1 or (given.size and given.dtype.kind not in "iuf"):
        raise ValueError("ridge must be a number, a sequence of numbers, or 'cv', "
                         f"not {ridge!r}")
    candidates: list[float] = given.astype(float).ravel().tolist()
    strength = (choose_ridge(features, targets, ridges=candidates, folds=folds) if given.ndim
                else candidates[0])
    weights, bias = solve_ridge(features, targets, strength)
    return Readout(weights=weights, bias=bias, decision=decision, ridge=strength)


def one_hot(labels: ArrayLike, classes: int) -> Floats:
    """(T, classes) targets of argmax classification."""
    return np.eye(classes)[np.asarray(labels, dtype=int)]


POOLINGS = ("mean", "last")
"""What stands for a sequence: its mean after the washout, or its last step."""


def pooled(sequences: Sequence[Floats], washout: int, pooling: str = "mean") -> Floats:
    """(S, F) of sequences (T_i, F): means after the washout (of the last step when they are
    shorter), or last steps. A linear readout's pooled score is its score of pooled features."""
    if pooling == "last":
        return np.array([s[-1] for s in sequences])
    return np.array([s[min(washout, len(s) - 1):].mean(axis=0) for s in sequences])
