"""The closed-form continuous-time network in floats (Hasani, Lechner et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from liquidgate.train.arrays import Floats, Numbers, floats
from liquidgate.train.classifier import Classifier
from liquidgate.train.data.dataset import DataSet
from liquidgate.train.network import Network
from liquidgate.train.parameters import check_graph, check_number
from liquidgate.train.regressor import Regressor
from liquidgate.train.reservoir import FloatReservoir
from liquidgate.train.topology import on_grid, recurrent

MODES = ("default", "no_gate")
"""Two forms of ncps; the third one is a liquid of its own, ``cfc_pure``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Heads(FloatReservoir):
    """A closed-form cell as ncps has it, without a backbone; the first state is 0.

    Head k is z_k = W_k x + Win_k u + bias_k. Mode "default", ff1, ff2 = tanh(z_0), tanh(z_1):
    x' = (1 - sigmoid(e)) ff1 + sigmoid(e) ff2; "no_gate": x' = ff1 + sigmoid(e) ff2. At equal
    intervals e = z_2; with four heads e = z_2 t + z_3, t the last input.

    Parameters
    ----------
    W : (H, N, N).  Win : (H, N, K), t among the inputs.  bias : (H, N).
    """

    W: Floats
    Win: Floats
    bias: Floats
    mode: str = "default"

    def __post_init__(self) -> None:
        for name, ndim in (("W", 3), ("Win", 3), ("bias", 2)):
            object.__setattr__(self, name, floats(getattr(self, name), ndim, name))
        if self.mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}, not {self.mode!r}")
        heads, n = self.W.shape[:2]
        if heads not in (3, 4) or self.W.shape[2] != n:
            raise ValueError(f"W must be of shape (3 or 4, N, N), not {self.W.shape}")
        for name in ("Win", "bias"):
            if getattr(self, name).shape[:2] != (heads, n):
                raise ValueError(f"{name} must begin with {heads} heads of {n} neurons, "
                                 f"not {getattr(self, name).shape}")

    @property
    def units(self) -> int:
        return int(self.W.shape[1])

    @property
    def inputs(self) -> int:
        return int(self.Win.shape[2])

    @property
    def timed(self) -> bool:
        return len(self.W) == 4

    def preactivations(self, x: Floats, u: Floats) -> Floats:
        """(H, .., N) from states (.., N) and scaled inputs (.., K)."""
        return np.stack([x @ w.T + u @ win.T + b
                         for w, win, b in zip(self.W, self.Win, self.bias)])

    def exponent(self, z: Floats, u: Floats) -> Floats:
        """(.., N) e of pre-activations (H, .., N) and inputs (.., K)."""
        return np.asarray(z[2] * u[..., -1:] + z[3] if self.timed else z[2])

    def step(self, x: Floats, u: Floats) -> Floats:
        z = self.preactivations(x, u)
        a, b, c = np.tanh(z[0]), np.tanh(z[1]), np.tanh(self.exponent(z, u) / 2)
        if self.mode == "no_gate":
            return np.asarray(a + (b + c * b) / 2)
        return np.asarray(((a + b) + c * (b - a)) / 2)

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        nnz = int(np.count_nonzero(self.W)) + int(np.count_nonzero(self.Win))
        return nnz * weight_bits + 2 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"mode": self.mode}, {"W": self.W, "Win": self.Win, "bias": self.bias}

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Heads:
        return cls(W=arrays["W"], Win=arrays["Win"], bias=arrays["bias"], mode=settings["mode"])


class CfcNetwork(Network):
    """What both have in common. Parameters: see ``CfC``."""

    liquid = "cfc"
    reservoir_class: ClassVar[type[FloatReservoir]] = Heads
    reservoir_: Any

    def __init__(self, units: int = 100, *, sr: float = 0.9, input_scaling: float = 0.3,
                 bias_scaling: float = 0.2, in_degree: int = 5, timed: bool = False,
                 passthrough: bool = False, ridge: Numbers | str = "cv", warmup: int = 100,
                 weight_bits: int | None = None, normalise: bool = True, seed: int = 0,
                 pooling: str = "mean") -> None:
        self.units = units
        self.sr = sr
        self.input_scaling = input_scaling
        self.bias_scaling = bias_scaling
        self.in_degree = in_degree
        self.timed = timed
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def draw(self, inputs: int, outputs: int) -> FloatReservoir:
        w, win, bias = drawn(self, inputs, 4 if self.timed else 3)
        return Heads(W=w, Win=win, bias=bias)


def drawn(model: CfcNetwork, inputs: int, heads: int) -> tuple[Floats, Floats, Floats]:
    """W (H, N, N), Win (H, N, K) and bias (H, N) of its parameters, which are checked."""
    check_graph(model.units, model.in_degree)
    for name in ("sr", "input_scaling", "bias_scaling"):
        check_number(getattr(model, name), name)
    if not isinstance(model.timed, (bool, np.bool_)):
        raise TypeError(f"timed must be true or false, not {model.timed!r}")
    n, bits = model.units, model.weight_bits
    r_w, r_in, r_bias = np.random.default_rng(model.seed).spawn(3)
    w = [recurrent(units=n, in_degree=model.in_degree, sr=model.sr, topology="uniform",
                   weights="uniform", weight_bits=bits, rng=r_w).toarray()
         for _ in range(heads)]
    win = r_in.uniform(-1, 1, (heads, n, inputs)) * model.input_scaling
    if bits is not None:
        win = np.stack([on_grid(column.ravel(), bits).reshape(heads, n)
                        for column in np.moveaxis(win, 2, 0)], axis=2)
    if model.timed:
        win[:, :, -1] = 0.0  # the interval acts in the exponent alone
    return np.array(w), win, r_bias.uniform(-1, 1, (heads, n)) * model.bias_scaling


class CfC(CfcNetwork, Regressor):
    """A random closed-form continuous-time reservoir for regression.

    Parameters
    ----------
    units : neurons N.  sr : spectral radius of each head.
    input_scaling, bias_scaling : of uniform weights.  in_degree : inputs of a neuron's head.
    timed : samples come at irregular intervals; the last input is the interval since the sample
        before, at least 0, which sets how far each gate opens.
    weight_bits : draw the weights on a grid of so many bits.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class CfCClassifier(CfcNetwork, Classifier):
    """It classifies sequences. Parameters as of ``CfC``."""


DEFAULT: dict[str, Any] = dict(sr=0.9, input_scaling=0.3, bias_scaling=0.2, in_degree=5,
                               passthrough=True, weight_bits=8)
PRESETS: dict[str, dict[str, Any]] = {
    "laser": dict(sr=0.98, input_scaling=0.45, bias_scaling=0.71),
    "laser_irregular": dict(timed=True, sr=0.26, input_scaling=0.65, bias_scaling=0.63,
                            passthrough=False),
}


def space(trial: Any, data: DataSet) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    return {
        **({"timed": True} if data.timed else {}),
        "sr": trial.suggest_float("sr", 0.1, 1.8),
        "input_scaling": trial.suggest_float("input_scaling", 0.005, 2.0, log=True),
        "bias_scaling": trial.suggest_float("bias_scaling", 0.01, 1.5, log=True),
        "passthrough": trial.suggest_categorical("passthrough", [False, True]),
    }
