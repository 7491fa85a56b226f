"""The closed-form continuous-time network in floats (Hasani, Lechner et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats, Numbers, floats
from liquidgate.train.classifier import Classifier
from liquidgate.train.network import Network
from liquidgate.train.regressor import Regressor
from liquidgate.train.reservoir import FloatReservoir
from liquidgate.train.topology import on_grid, recurrent

HEADS = 3
"""ff1, ff2 and the exponent."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Heads(FloatReservoir):
    """x' = (1 - sigmoid(e)) ff1 + sigmoid(e) ff2, at equal intervals; the first state is 0.

    ff1, ff2 = tanh(W_k x + Win_k u + bias_k) for k = 0, 1; e = W_2 x + Win_2 u + bias_2. This is
    ncps' mode "default" without a backbone, with e = time_a * interval + time_b.

    Parameters
    ----------
    W : (3, N, N).  Win : (3, N, K).  bias : (3, N).
    """

    W: Floats
    Win: Floats
    bias: Floats

    def __post_init__(self) -> None:
        for name, ndim in (("W", 3), ("Win", 3), ("bias", 2)):
            object.__setattr__(self, name, floats(getattr(self, name), ndim, name))
        n = self.W.shape[1]
        if self.W.shape != (HEADS, n, n):
            raise ValueError(f"W must be of shape {(HEADS, n, n)}, not {self.W.shape}")
        for name in ("Win", "bias"):
            if getattr(self, name).shape[:2] != (HEADS, n):
                raise ValueError(f"{name} must begin with {HEADS} heads of {n} neurons, "
                                 f"not {getattr(self, name).shape}")

    @property
    def units(self) -> int:
        return int(self.W.shape[1])

    @property
    def inputs(self) -> int:
        return int(self.Win.shape[2])

    def preactivations(self, x: Floats, u: Floats) -> Floats:
        """(3, .., N) from states (.., N) and scaled inputs (.., K)."""
        return np.stack([x @ w.T + u @ win.T + b
                         for w, win, b in zip(self.W, self.Win, self.bias)])

    def step(self, x: Floats, u: Floats) -> Floats:
        first, second, exponent = self.preactivations(x, u)
        a, b, c = np.tanh(first), np.tanh(second), np.tanh(exponent / 2)
        return ((a + b) + c * (b - a)) / 2

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        nnz = int(np.count_nonzero(self.W)) + int(np.count_nonzero(self.Win))
        return nnz * weight_bits + 2 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {}, {"W": self.W, "Win": self.Win, "bias": self.bias}

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Heads:
        return cls(W=arrays["W"], Win=arrays["Win"], bias=arrays["bias"])


class CfcNetwork(Network):
    """What both have in common. Parameters: see ``CfC``."""

    liquid = "cfc"
    reservoir_class = Heads
    reservoir_: Heads

    def __init__(self, units: int = 100, *, sr: float = 0.9, input_scaling: float = 0.3,
                 bias_scaling: float = 0.2, in_degree: int = 5, passthrough: bool = False,
                 ridge: Numbers | str = "cv", warmup: int = 100, weight_bits: int | None = None,
                 normalise: bool = True, seed: int = 0, pooling: str = "mean") -> None:
        self.units = units
        self.sr = sr
        self.input_scaling = input_scaling
        self.bias_scaling = bias_scaling
        self.in_degree = in_degree
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def draw(self, inputs: int, outputs: int) -> Heads:
        for name in ("units", "in_degree"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
                raise TypeError(f"{name} must be an integer, not {value!r}")
            if not 1 <= value <= self.units:
                raise ValueError(f"{name} must be at least 1 and at most units, not {value}")
        for name in ("sr", "input_scaling", "bias_scaling"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
                raise TypeError(f"{name} must be a number, not {value!r}")
            if not np.isfinite(value) or value < 0:
                raise ValueError(f"{name} must be a finite number of at least 0, not {value}")
        n, bits = self.units, self.weight_bits
        r_w, r_in, r_bias = np.random.default_rng(self.seed).spawn(3)
        w = [recurrent(units=n, in_degree=self.in_degree, sr=self.sr, topology="uniform",
                       weights="uniform", weight_bits=bits, rng=r_w).toarray()
             for _ in range(HEADS)]
        win = r_in.uniform(-1, 1, (HEADS, n, inputs)) * self.input_scaling
        if bits is not None:
            win = np.stack([on_grid(column.ravel(), bits).reshape(HEADS, n)
                            for column in np.moveaxis(win, 2, 0)], axis=2)
        return Heads(W=np.array(w), Win=win,
                     bias=r_bias.uniform(-1, 1, (HEADS, n)) * self.bias_scaling)


class CfC(CfcNetwork, Regressor):
    """A random closed-form continuous-time reservoir for regression, at equal intervals.

    Parameters
    ----------
    units : neurons N.  sr : spectral radius of each head.
    input_scaling, bias_scaling : of uniform weights.  in_degree : inputs of a neuron's head.
    weight_bits : draw the weights on a grid of so many bits.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class CfCClassifier(CfcNetwork, Classifier):
    """It classifies sequences. Parameters as of ``CfC``."""


DEFAULT: dict[str, Any] = dict(sr=0.9, input_scaling=0.3, bias_scaling=0.2, in_degree=5,
                               passthrough=True, weight_bits=8)
PRESETS: dict[str, dict[str, Any]] = {}
"""None yet: the default does for all."""


def space(trial: Any, data: object) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    return {
        "sr": trial.suggest_float("sr", 0.1, 1.8),
        "input_scaling": trial.suggest_float("input_scaling", 0.005, 2.0, log=True),
        "bias_scaling": trial.suggest_float("bias_scaling", 0.01, 1.5, log=True),
        "passthrough": trial.suggest_categorical("passthrough", [False, True]),
    }
