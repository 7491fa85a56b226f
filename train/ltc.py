"""The liquid time-constant network in floats (Hasani, Lechner, Amini, Rus, Grosu 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from liquidgate.spec.formats import at_most
from liquidgate.train.arrays import Floats, Numbers
from liquidgate.train.classifier import Classifier
from liquidgate.train.head import ARRAYS, Head
from liquidgate.train.network import Network
from liquidgate.train.parameters import check_graph, check_number, check_whole
from liquidgate.train.regressor import Regressor
from liquidgate.train.topology import on_grid, recurrent

SOLVERS = ("explicit", "fused")
MOST_SUBSTEPS = 15


@dataclass(frozen=True, kw_only=True, eq=False)
class Neurons(Head):
    """dx/dt = -(1/tau + f) x + f A with f = sigmoid(W x + Win u + bias); the first state is 0.

    A sample is ``substeps`` steps of length h = step / substeps, f computed anew in each:
    explicit, x' = x + h dx/dt; or fused (the paper's equation 3), x' = (x + h f A) /
    (1 + h (1/tau + f)). With ``timed``, the last input is the interval since the sample before, a
    factor of h. Time constants are in units of f's: where f is 1, A pulls with time constant 1.

    Parameters
    ----------
    W : (N, N).  Win : (N, K).  bias, tau, A : (N,).
    step : length of a sample.  substeps : odd.  solver : "explicit" or "fused".
    timed : for the fused solver.

    Raises
    ------
    ValueError : among others when the explicit solver is not stable for |1 - h (1/tau + 1)| <= 1.
    """

    step_length: float
    substeps: int
    solver: str
    timed: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.solver not in SOLVERS:
            raise ValueError(f"solver must be one of {', '.join(SOLVERS)}, not {self.solver!r}")
        if self.substeps not in range(1, MOST_SUBSTEPS + 1, 2):
            raise ValueError(f"substeps must be an odd integer of 1..{MOST_SUBSTEPS}, "
                             f"not {self.substeps!r}")
        if not (self.tau > 0).all():
            raise ValueError(f"tau must be above 0, not {self.tau.min():g}")
        if not np.isfinite(self.step_length) or self.step_length <= 0:
            raise ValueError(f"step must be above 0, not {self.step_length:g}")
        if self.solver == "explicit":
            if self.timed:
                raise ValueError("solver must be fused with timed: no explicit step is stable "
                                 "for all intervals")
            most = 2 * self.substeps / (1 / float(self.tau.min()) + 1)
            if self.step_length > most:
                raise ValueError(
                    f"step must be at most {at_most(most)} for the explicit solver "
                    f"(|1 - h (1/tau + f)| <= 1 with h = step / {self.substeps} and tau = "
                    f"{self.tau.min():.4g}), not {self.step_length:g}")

    def step(self, x: Floats, u: Floats) -> Floats:
        return self.substates(x, u)[-1][1]

    def substates(self, x: Floats, u: Floats) -> list[tuple[Floats, Floats]]:
        """(pre-activation, new state), each (.., N), of the sub-steps of a sample."""
        h = self.step_length / self.substeps * (u[..., -1:] if self.timed else 1.0)
        found = []
        for _ in range(self.substeps):
            z = self.preactivations(x, u)
            f = expit(z)
            if self.solver == "fused":
                x = (x + h * f * self.A) / (1 + h * (1 / self.tau + f))
            else:
                x = x + h * (f * (self.A - x) - x / self.tau)
            found.append((z, x))
        return found

    def time_constants(self, x: Floats, u: Floats) -> Floats:
        """(.., N) the effective time constants 1 / (1/tau + f) in states x under inputs u."""
        return np.asarray(1 / (1 / self.tau + expit(self.preactivations(x, u))))

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        return self.substeps * self.nnz * weight_bits + 2 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return {"step_length": self.step_length, "substeps": self.substeps,
                "solver": self.solver, "timed": self.timed}, self.arrays()

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Neurons:
        own: dict[str, Any] = {name: arrays[name] for name in ARRAYS}
        return cls(**settings, **own)


class LtcNetwork(Network):
    """What both have in common. Parameters: see ``LTC``."""

    liquid = "ltc"
    reservoir_class = Neurons
    reservoir_: Neurons

    def __init__(self, units: int = 100, *, sr: float = 2.0, input_scaling: float = 1.0,
                 bias_scaling: float = 0.5, in_degree: int = 5, tau_min: float = 1.0,
                 tau_max: float = 5.0, step: float = 1.0, solver: str = "fused",
                 substeps: int = 1, timed: bool = False, passthrough: bool = False,
                 ridge: Numbers | str = "cv", warmup: int = 100, weight_bits: int | None = None,
                 normalise: bool = True, seed: int = 0, pooling: str = "mean") -> None:
        self.units = units
        self.sr = sr
        self.input_scaling = input_scaling
        self.bias_scaling = bias_scaling
        self.in_degree = in_degree
        self.tau_min = tau_min
        self.tau_max = tau_max
        self.step = step
        self.solver = solver
        self.substeps = substeps
        self.timed = timed
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def draw(self, inputs: int, outputs: int) -> Neurons:
        self._check()
        n, bits = self.units, self.weight_bits
        r_w, r_in, r_bias, r_tau, r_a = np.random.default_rng(self.seed).spawn(5)
        w = recurrent(units=n, in_degree=self.in_degree, sr=self.sr, topology="uniform",
                      weights="uniform", weight_bits=bits, rng=r_w).toarray()
        win = r_in.uniform(-1, 1, (n, inputs)) * self.input_scaling
        if self.timed:
            win[:, -1] = 0.0
        if bits is not None:
            win = np.stack([on_grid(column, bits) for column in win.T], axis=1)
        tau = np.exp(r_tau.uniform(np.log(self.tau_min), np.log(self.tau_max), n))
        return Neurons(W=w, Win=win, bias=r_bias.uniform(-1, 1, n) * self.bias_scaling, tau=tau,
                       A=r_a.choice([-1.0, 1.0], n), step_length=float(self.step),
                       substeps=int(self.substeps), solver=self.solver, timed=self.timed)

    def _check(self) -> None:
        check_graph(self.units, self.in_degree)
        check_whole(self.substeps, "substeps", 1)
        for name in ("sr", "input_scaling", "bias_scaling", "tau_min", "tau_max", "step"):
            check_number(getattr(self, name), name)
        if not 0 < self.tau_min <= self.tau_max:
            raise ValueError("tau_min must be above 0 and at most tau_max, "
                             f"not {self.tau_min:g} and {self.tau_max:g}")
        if not isinstance(self.timed, bool):
            raise TypeError(f"timed must be a boolean, not {self.timed!r}")


class LTC(LtcNetwork, Regressor):
    """A random liquid time-constant reservoir for regression.

    Parameters
    ----------
    units : neurons N.  sr : spectral radius of W.
    input_scaling, bias_scaling : of uniform weights.  in_degree : neurons that a neuron hears.
    tau_min, tau_max : range of the time constants tau, drawn log-uniformly, in units of f's.
    step : length of a sample in these units.
    solver : "fused" or "explicit".  substeps : odd; f is computed anew in each.
    timed : the last input is the interval since the sample before, a factor of ``step`` (scaled by
        a power of two to a mean near 1). For the fused solver.
    weight_bits : draw the weights on a grid of so many bits.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class LTCClassifier(LtcNetwork, Classifier):
    """It classifies sequences. Parameters as of ``LTC``."""
