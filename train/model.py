"""The echo state network as a scikit-learn estimator: regression, and the classifier's door."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from liquidgate.train.classifier import ESNClassifier
from liquidgate.train.esn import Floats, Reservoir
from liquidgate.train.metrics import r2
from liquidgate.train.network import Network, power_scaling, table
from liquidgate.train.readout import Readout, fit_readout

__all__ = ["ESN", "ESNClassifier", "build", "power_scaling", "table"]


class ESN(RegressorMixin, Network):
    """An echo state network for regression: X (T, K) to Y (T, O), rows in order of time.

    Parameters
    ----------
    units : neurons N.
    lr : leak rate, a number or (N,).
    sr : spectral radius.
    input_scaling : a number or (K,); of inputs scaled to about unit deviation.
    bias_scaling : biases are uniform within +-bias_scaling.
    in_degree : inputs a neuron; or rc_connectivity, a share of N (default 0.1); the length of
        the jumps in the topology "jumps".
    input_connectivity : share of input weights that are not zero.
    topology : "uniform", "ring", "jumps", "small-world".
    weights, input_weights : "uniform", "normal", "signs", "powers".
    activation : "tanh", "clip".
    feedback : feed the outputs back (trained with the true ones), scaled by fb_scaling.
    passthrough : the readout sees the inputs too.
    ridge : a number, candidates, or "cv": chosen by forward-chaining cross-validation.
    warmup : first steps that train and score nothing.
    weight_bits : draw the weights on a grid of so many bits.
    normalise : offset and scale (a power of two) each channel.
    seed : of the matrices.

    Attributes
    ----------
    reservoir_, readout_ : after ``fit``.
    input_offset_, input_scale_, output_offset_, output_scale_ : (K,), (O,). The reservoir sees
        (u - input_offset_) * input_scale_, its feedback (y - output_offset_) * output_scale_.
    """

    def fit(self, X: Any, y: Any) -> ESN:
        """Trains on one series; returns self."""
        inputs, targets = table(X, "X"), table(y, "y")
        self._check_warmup()
        if len(inputs) != len(targets):
            raise ValueError(f"X and y must have equally many rows, not {len(inputs)} "
                             f"and {len(targets)}")
        if len(inputs) < self.warmup + 2:
            raise ValueError(f"X must have at least warmup + 2 = {self.warmup + 2} rows, "
                             f"not {len(inputs)}")
        flat = np.ndim(y) == 1
        self._prepare(inputs, targets)
        states = self.states(inputs, targets)
        features = self.features(states, self.scaled(inputs))
        self.readout_ = fit_readout(features[self.warmup:], targets[self.warmup:],
                                    ridge=self.ridge)
        self._flat = flat
        self.state_ = states[-1].copy()
        self.last_ = targets[-1].copy()
        return self

    def states(self, X: object, y: object = None, *, state: Floats | None = None) -> Floats:
        """(T, N) states; y (T, O) are the outputs to feed back, by default the network's own."""
        scaled = self.scaled(table(X, "X"))
        if not self.feedback:
            return self.reservoir_.run(scaled, state=state)
        if y is None:
            return self._run_fed_back(scaled, state)[0]
        back = (table(y, "y") - self.output_offset_) * self.output_scale_
        return self.reservoir_.run(scaled, back, state=state)

    def predict(self, X: object) -> Floats:
        """(T, O) outputs from zero states (one axis when y had one)."""
        check_is_fitted(self, "readout_")
        inputs = table(X, "X")
        scaled = self.scaled(inputs)
        if self.feedback:
            y = self._run_fed_back(scaled)[1]
        else:
            y = self.readout_.predict(self.features(self.reservoir_.run(scaled), scaled))
        return y[:, 0] if self._flat else y

    def _run_fed_back(self, scaled: Floats, state: Floats | None = None) -> tuple[Floats, Floats]:
        """(T, N) states and (T, O) outputs, each step fed with the output before it."""
        x = np.zeros(self.reservoir_.units) if state is None else state
        back = np.zeros(self.readout_.outputs)
        states = np.empty((len(scaled), self.reservoir_.units))
        outputs = np.empty((len(scaled), self.readout_.outputs))
        for n, u in enumerate(scaled):
            states[n], outputs[n] = x, _ = self._step(x, u, back)
            back = (outputs[n] - self.output_offset_) * self.output_scale_
        return states, outputs

    def _step(self, x: Floats, u: Floats, back: Floats) -> tuple[Floats, Floats]:
        """Next states and outputs; one or a batch."""
        x = self.reservoir_.step(x, u, back)
        v = np.concatenate([x, u], axis=-1) if self.passthrough else x
        return x, self.readout_.predict(v)

    def generate(self, n: int, *, context: object = None) -> Floats:
        """(n, O) outputs in closed loop: each output is the next input.

        Goes on from the end of ``context`` (T, K), by default from the end of training.
        """
        check_is_fitted(self, "readout_")
        if context is None:
            x, u = self.state_, self.last_
        else:
            seen = table(context, "context")
            states = self.states(seen)
            x = states[-1]
            u = self.readout_.predict(self.features(states, self.scaled(seen))[-1])
        return self.closed_loop(x[None], u[None], n, include=context is not None)[:, 0]

    def closed_loop(self, x: Floats, u: Floats, n: int, *, include: bool = False) -> Floats:
        """(n, S, O) outputs of S loops from states x (S, N), whose next inputs are u (S, K).

        ``include``: u itself is the first of the n.
        """
        if self.readout_.outputs != self.reservoir_.inputs:
            raise ValueError("closed loop needs as many outputs as inputs, not "
                             f"{self.readout_.outputs} and {self.reservoir_.inputs}")
        found = [u] if include else []
        while len(found) < n:
            back = (u - self.output_offset_) * self.output_scale_
            x, u = self._step(x, (u - self.input_offset_) * self.input_scale_, back)
            found.append(u)
        return np.array(found[:n])

    def score(self, X: object, y: object, sample_weight: Any = None) -> float:
        """R2 over the steps after the warmup (mean over the outputs)."""
        truth, found = table(y, "y"), table(self.predict(X), "predictions")
        skip = self.warmup if len(truth) >= self.warmup + 2 else 0
        return r2(truth[skip:], found[skip:])


def build(reservoir: Reservoir, readout: Readout, **parameters: Any) -> ESN:
    """A fitted ESN around given parts, its channels neither offset nor scaled."""
    model = ESN(units=reservoir.units, normalise=False, ridge=readout.ridge, **parameters)
    model.reservoir_, model.readout_ = reservoir, readout
    k, o = reservoir.inputs, readout.outputs
    model.n_features_in_ = k
    model.input_offset_, model.input_scale_ = np.zeros(k), np.ones(k)
    model.output_offset_, model.output_scale_ = np.zeros(o), np.ones(o)
    model.state_, model.last_, model._flat = np.zeros(reservoir.units), np.zeros(o), False
    return model
