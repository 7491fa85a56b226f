"""The pure form of the closed-form continuous-time network in floats (Hasani et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.cfc import CfcNetwork, drawn
from liquidgate.train.cfc import space as space_of_gates
from liquidgate.train.classifier import Classifier
from liquidgate.train.data.dataset import DataSet
from liquidgate.train.head import ARRAYS, Head
from liquidgate.train.regressor import Regressor


@dataclass(frozen=True, kw_only=True, eq=False)
class PureHead(Head):
    """x' = A - A exp(-t (tau + abs(z))) z with z = W x + Win u + bias; the first state is 0.

    It is mode "pure" of ncps. t is the last input when ``timed``, else 1.

    Parameters
    ----------
    W : (N, N).  Win : (N, K), t among the inputs.  bias, tau, A : (N,).
    """

    timed: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.tau >= 0).all():
            raise ValueError(f"tau must be at least 0, not {self.tau.min():g}")

    def exponent(self, z: Floats, u: Floats) -> Floats:
        """(.., N) t (tau + abs(z)) of pre-activations (.., N) and inputs (.., K)."""
        return np.asarray((self.tau + np.abs(z)) * (u[..., -1:] if self.timed else 1.0))

    def step(self, x: Floats, u: Floats) -> Floats:
        z = self.preactivations(x, u)
        return np.asarray(self.A - self.A * np.exp(-self.exponent(z, u)) * z)

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        return self.nnz * weight_bits + 2 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"timed": self.timed}, self.arrays()

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> PureHead:
        own: dict[str, Any] = {name: arrays[name] for name in ARRAYS}
        return cls(**own, timed=settings["timed"])


class PureNetwork(CfcNetwork):
    """What both have in common. Parameters: see ``PureCfC``."""

    liquid = "cfc_pure"
    reservoir_class = PureHead
    reservoir_: Any

    def draw(self, inputs: int, outputs: int) -> PureHead:
        w, win, bias = drawn(self, inputs, 1)
        rng = np.random.default_rng([self.seed, 1])
        n = self.units
        return PureHead(W=w[0], Win=win[0], bias=bias[0], tau=rng.uniform(0, 1, n),
                        A=rng.choice([-1.0, 1.0], n), timed=bool(self.timed))


class PureCfC(PureNetwork, Regressor):
    """A random network of the pure closed form for regression, or as it was trained with ncps.

    Each A is -1 or 1, each tau uniform in 0..1. Parameters as of ``CfC``.
    """


class PureCfCClassifier(PureNetwork, Classifier):
    """It classifies sequences. Parameters as of ``CfC``."""


DEFAULT: dict[str, Any] = dict(sr=0.9, input_scaling=0.3, bias_scaling=0.2, in_degree=5,
                               passthrough=True, weight_bits=8)
PRESETS: dict[str, dict[str, Any]] = {"laser_irregular": dict(timed=True)}


def space(trial: Any, data: DataSet) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    return space_of_gates(trial, data)
