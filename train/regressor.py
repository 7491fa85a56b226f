"""Regression with any liquid, as a scikit-learn estimator."""

from __future__ import annotations

from typing import Any, Self, TypeVar

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from liquidgate.train.arrays import Floats, table
from liquidgate.train.metrics import r2
from liquidgate.train.network import Network
from liquidgate.train.readout import Readout, fit_readout
from liquidgate.train.reservoir import FloatReservoir

R = TypeVar("R", bound="Regressor")


class Regressor(RegressorMixin, Network):
    """A liquid for regression: X (T, K) to Y (T, O), rows in order of time."""

    _flat = False

    def fit(self, X: Any, y: Any) -> Self:
        """Trains on one series; returns self."""
        inputs, targets = table(X, "X"), table(y, "y")
        self.check()
        if len(inputs) != len(targets):
            raise ValueError(f"X and y must have equally many rows, not {len(inputs)} "
                             f"and {len(targets)}")
        if len(inputs) < self.warmup + 2:
            raise ValueError(f"X must have at least warmup + 2 = {self.warmup + 2} rows, "
                             f"not {len(inputs)}")
        flat = np.ndim(y) == 1
        self._prepare(inputs, targets)
        states = self.trajectory(inputs, targets)
        features = self.features(self.reservoir_.seen(states), self.scaled(inputs))
        self.readout_ = fit_readout(features[self.warmup:], targets[self.warmup:],
                                    ridge=self.ridge)
        self._flat = flat
        self.state_ = states[-1].copy()
        self.last_ = targets[-1].copy()
        return self

    def trajectory(self, X: object, y: object = None, *, state: Floats | None = None) -> Floats:
        """(T, S) states over X; ``y`` (T, O), the true outputs, is for liquids that hear them."""
        scaled: Floats = self.scaled(table(X, "X"))
        return np.asarray(self.reservoir_.trajectory(scaled, state=state))

    def states(self, X: object, y: object = None, *, state: Floats | None = None) -> Floats:
        """(T, taps) what the readout sees of the liquid; as ``trajectory``."""
        return np.asarray(self.reservoir_.seen(self.trajectory(X, y, state=state)))

    def predict(self, X: object) -> Floats:
        """(T, O) outputs from the first state (one axis when y had one)."""
        check_is_fitted(self, "readout_")
        y = self._answers(self.scaled(table(X, "X")))
        return y[:, 0] if self._flat else y

    def _answers(self, scaled: Floats) -> Floats:
        """(T, O) outputs over scaled inputs (T, K)."""
        return self.readout_.predict(self.features(self.reservoir_.run(scaled), scaled))

    def _next(self, x: Floats, u: Floats, y: Floats) -> Floats:
        """The next states of one or a batch; ``y`` (.., O): the outputs before, unscaled."""
        return np.asarray(self.reservoir_.step(x, u))

    def generate(self, n: int, *, context: object = None) -> Floats:
        """(n, O) outputs in closed loop: each output is the next input.

        Goes on from the end of ``context`` (T, K), by default from the end of training.
        """
        check_is_fitted(self, "readout_")
        if context is None:
            x, u = self.state_, self.last_
        else:
            seen = table(context, "context")
            states = self.trajectory(seen)
            x = states[-1]
            u = self.readout_.predict(
                self.features(self.reservoir_.seen(states), self.scaled(seen))[-1])
        return self.closed_loop(x[None], u[None], n, include=context is not None)[:, 0]

    def closed_loop(self, x: Floats, u: Floats, n: int, *, include: bool = False) -> Floats:
        """(n, B, O) outputs of B loops from states x (B, S), whose next inputs are u (B, K).

        ``include``: u itself is the first of the n.
        """
        if self.readout_.outputs != self.reservoir_.inputs:
            raise ValueError("closed loop needs as many outputs as inputs, not "
                             f"{self.readout_.outputs} and {self.reservoir_.inputs}")
        found = [u] if include else []
        while len(found) < n:
            scaled = (u - self.input_offset_) * self.input_scale_
            x = self._next(x, scaled, u)
            u = self.readout_.predict(self.features(self.reservoir_.seen(x), scaled))
            found.append(u)
        return np.array(found[:n])

    def score(self, X: object, y: object, sample_weight: Any = None) -> float:
        """R2 over the steps after the warmup (mean over the outputs)."""
        truth, found = table(y, "y"), table(self.predict(X), "predictions")
        skip = self.warmup if len(truth) >= self.warmup + 2 else 0
        return r2(truth[skip:], found[skip:])


def assembled(model: R, reservoir: FloatReservoir, readout: Readout) -> R:
    """``model`` fitted by given parts, its channels neither offset nor scaled; for imports."""
    k, o = reservoir.inputs, readout.outputs
    model.reservoir_, model.readout_, model.n_features_in_ = reservoir, readout, k
    model.input_offset_, model.input_scale_ = np.zeros(k), np.ones(k)
    model.output_offset_, model.output_scale_ = np.zeros(o), np.ones(o)
    model.state_, model.last_, model._flat = reservoir.start(), np.zeros(o), False
    return model
