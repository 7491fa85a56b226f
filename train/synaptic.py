"""The liquid time-constant network of ncps, synapse by synapse (Lechner et al. 2020), in floats."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy.special import expit

from liquidgate.train.arrays import Floats, Numbers, floats
from liquidgate.train.classifier import Classifier
from liquidgate.train.data.dataset import DataSet
from liquidgate.train.network import Network
from liquidgate.train.parameters import check_graph, check_whole
from liquidgate.train.regressor import Regressor
from liquidgate.train.reservoir import FloatReservoir

MATRICES = ("w", "mu", "sigma", "erev")
VECTORS = ("gleak", "vleak", "cm")


@dataclass(frozen=True, kw_only=True, eq=False)
class Synapses(FloatReservoir):
    """Membranes whose every synapse has a weight, a midpoint, a slope and a reversal potential.

    cm dv/dt = gleak (vleak - v) + sum_j w_j sigmoid(sigma_j (v_j - mu_j)) (erev_j - v) over all
    synapses, of neurons and of sensors (the inputs, each times ``input_w`` plus ``input_b``). A
    sample is ``unfolds`` fused semi-implicit steps, each with the conductances of the states
    before it, as in ncps; the first state is 0.

    Parameters
    ----------
    w, mu, sigma, erev : (N, N), from row to column; w 0: no synapse.
    sensory_w, .. : (K, N), the interval not counted.  input_w, input_b : (K,).
    gleak, vleak, cm : (N,).
    unfolds : steps a sample.  epsilon : added to the denominator.
    interval : length of a sample.  timed : the last input is its length.
    """

    w: Floats
    mu: Floats
    sigma: Floats
    erev: Floats
    sensory_w: Floats
    sensory_mu: Floats
    sensory_sigma: Floats
    sensory_erev: Floats
    gleak: Floats
    vleak: Floats
    cm: Floats
    input_w: Floats
    input_b: Floats
    unfolds: int = 6
    epsilon: float = 1e-8
    interval: float = 1.0
    timed: bool = False

    def __post_init__(self) -> None:
        for name in MATRICES:
            object.__setattr__(self, name, floats(getattr(self, name), 2, name))
            name = f"sensory_{name}"
            object.__setattr__(self, name, floats(getattr(self, name), 2, name))
        for name in (*VECTORS, "input_w", "input_b"):
            object.__setattr__(self, name, floats(getattr(self, name), 1, name))
        n, k = len(self.cm), len(self.input_w)
        shapes = {**dict.fromkeys(MATRICES, (n, n)), **dict.fromkeys(VECTORS, (n,)),
                  **{f"sensory_{name}": (k, n) for name in MATRICES}, "input_b": (k,)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} must be of shape {shape}, "
                                 f"not {getattr(self, name).shape}")
        if self.unfolds < 1:
            raise ValueError(f"unfolds must be at least 1, not {self.unfolds}")

    @property
    def units(self) -> int:
        return len(self.cm)

    @property
    def inputs(self) -> int:
        return len(self.input_w) + self.timed

    def conductances(self, x: Floats, u: Floats) -> tuple[Floats, Floats]:
        """(sum w s, sum w erev s), (.., N) each, of states (.., N) and inputs (.., K)."""
        total, pulled = self._one(self.heard(u), "sensory_")
        own, own_pulled = self._one(x, "")
        return total + own, pulled + own_pulled

    def _one(self, v: Floats, kind: str) -> tuple[Floats, Floats]:
        w, mu, sigma, erev = (getattr(self, kind + name) for name in MATRICES)
        open_ = w * expit(sigma * (v[..., None] - mu))
        return open_.sum(axis=-2), (open_ * erev).sum(axis=-2)

    def step(self, x: Floats, u: Floats) -> Floats:
        return self.substates(x, u)[-1][2]

    def heard(self, u: Floats) -> Floats:
        """(.., K) what the sensory synapses hear of scaled inputs."""
        return np.asarray(u[..., : len(self.input_w)] * self.input_w + self.input_b)

    def substates(self, x: Floats, u: Floats) -> list[tuple[Floats, Floats, Floats]]:
        """(all conductance, current of reversal potentials, new state), (.., N), of each step."""
        t = u[..., -1:] if self.timed else self.interval
        with np.errstate(divide="ignore"):  # no time: an infinite capacity
            slow = np.minimum(self.cm / (t / self.unfolds), 1e300)
        sensed, sensed_pull = self._one(self.heard(u), "sensory_")
        found = []
        for _ in range(self.unfolds):
            total, pulled = self._one(x, "")
            total = self.gleak + (total + sensed) + self.epsilon
            pulled = self.gleak * self.vleak + (pulled + sensed_pull)
            x = np.asarray((slow * x + pulled) / (slow + total))
            found.append((total, pulled, x))
        return found

    def time_constants(self, x: Floats, u: Floats) -> Floats:
        """(.., N) cm / (all conductances): what a membrane's decay is at this moment."""
        return np.asarray(self.cm / (self.gleak + self.conductances(x, u)[0]))

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        synapses = int(np.count_nonzero(self.w)) + int(np.count_nonzero(self.sensory_w))
        return 4 * synapses * weight_bits + 2 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
        return {name: value for name, value in values.items() if name not in arrays}, arrays

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Synapses:
        names = {field.name for field in fields(cls)}
        own: dict[str, Any] = {name: a for name, a in arrays.items() if name in names}
        return cls(**settings, **own)


class SynapticNetwork(Network):
    """What both have in common. Parameters: see ``SynapticLTC``."""

    liquid = "synaptic"
    reservoir_class = Synapses
    reservoir_: Synapses

    def __init__(self, units: int = 30, *, in_degree: int = 10, unfolds: int = 6,
                 timed: bool = False, passthrough: bool = False, ridge: Numbers | str = "cv",
                 warmup: int = 100, normalise: bool = True, seed: int = 0,
                 pooling: str = "mean") -> None:
        self.units = units
        self.in_degree = in_degree
        self.unfolds = unfolds
        self.timed = timed
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def draw(self, inputs: int, outputs: int) -> Synapses:
        """From the ranges in which ncps draws; inputs about the synapses' midpoints."""
        check_graph(self.units, self.in_degree)
        check_whole(self.unfolds, "unfolds", 1)
        if not isinstance(self.timed, (bool, np.bool_)):
            raise TypeError(f"timed must be true or false, not {self.timed!r}")
        n, k, rng = self.units, inputs - bool(self.timed), np.random.default_rng(self.seed)
        kept = np.zeros((n, n))
        for j in range(n):
            kept[rng.choice(n, self.in_degree, replace=False), j] = 1
        made: dict[str, Any] = {}
        for kind, shape, mask in (("", (n, n), kept), ("sensory_", (k, n), np.ones((k, n)))):
            made |= {f"{kind}w": rng.uniform(0.001, 1, shape) * mask,
                     f"{kind}mu": rng.uniform(0.3, 0.8, shape),
                     f"{kind}sigma": rng.uniform(3, 8, shape),
                     f"{kind}erev": rng.choice([-1.0, 1.0], shape)}
        return Synapses(**made, gleak=rng.uniform(0.001, 1, n), vleak=rng.uniform(-0.2, 0.2, n),
                        cm=rng.uniform(0.4, 0.6, n), input_w=np.full(k, 0.25),
                        input_b=np.full(k, 0.5), unfolds=int(self.unfolds),
                        timed=bool(self.timed))


class SynapticLTC(SynapticNetwork, Regressor):
    """The LTC cell of ncps as a random reservoir for regression, or as it was trained there.

    ``from_ncps`` gives trained ones.

    Parameters
    ----------
    units : neurons N.  in_degree : synapses of a neuron from others, besides those of all inputs.
    unfolds : steps of the solver a sample.
    timed : the last input is the interval since the sample before.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class SynapticLTCClassifier(SynapticNetwork, Classifier):
    """It classifies sequences. Parameters as of ``SynapticLTC``."""


DEFAULT: dict[str, Any] = dict(units=30, passthrough=True)
PRESETS: dict[str, dict[str, Any]] = {"laser": dict(unfolds=2),
                                      "laser_irregular": dict(timed=True)}
"""Hyperparameters by data set, the best of 1, 2 and 6 ``unfolds`` on held-back training rows."""


def space(trial: Any, data: DataSet) -> dict[str, Any]:
    """One draw of an Optuna trial from the search space."""
    return {
        **({"timed": True} if data.timed else {}),
        "in_degree": trial.suggest_int("in_degree", 1, 30),
        "unfolds": trial.suggest_int("unfolds", 1, 6),
    }
