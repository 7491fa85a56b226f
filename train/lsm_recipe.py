"""The recipe of a liquid state machine: every parameter its arrays are drawn from, checked."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator

from liquidgate.train import grid
from liquidgate.train.arrays import Floats
from liquidgate.train.lsm import MOST_STEPS, RESETS, TAPS, Spiking
from liquidgate.train.lsm_encoders import ENCODERS, Bsa, Delta, Direct, Encoder, Population, Rate
from liquidgate.train.topology import TOPOLOGIES, on_grid

GRID = "grid"
LEAK_BITS = 8
"""Fraction bits of decays that are drawn on a grid."""
SHAPE = 2.0
"""Of the gamma distribution of weights: their deviation is 70 % of their mean, as in the paper."""
MOST_UNITS, MOST_FIELDS = 4096, 64


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a liquid is drawn from. Fields as in ``lsm_model.LSM``."""

    units: int
    inputs: int
    encoder: str
    delta: float
    fields: int
    reach: float
    radius: float
    length: int
    margin: float
    input_scaling: float
    input_connectivity: float
    bias_scaling: float
    recurrent_scaling: float
    topology: str
    distance: float
    density: float
    in_degree: int
    excitatory: float
    tau_mem: float
    tau_syn: float
    tau_trace: float
    spread: float
    refractory: int
    delay: int
    reset: str
    adaptation: float
    tau_adaptation: float
    utilisation: float
    tau_facilitation: float
    tau_recovery: float
    tap: str
    window: int
    weight_bits: int | None
    seed: int

    def __post_init__(self) -> None:
        whole = {"units": (1, MOST_UNITS), "inputs": (1, None), "fields": (2, MOST_FIELDS),
                 "length": (2, 16), "in_degree": (1, None), "refractory": (0, MOST_STEPS),
                 "delay": (0, MOST_STEPS), "window": (1, (1 << 24) - 1), "seed": (0, None),
                 "weight_bits": (2, 18)}
        known = {"encoder": ENCODERS, "topology": (GRID, *TOPOLOGIES), "reset": RESETS,
                 "tap": TAPS}
        above = ("delta", "reach", "radius", "margin", "distance")
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if name in known:
                if value not in known[name]:
                    raise ValueError(f"{name} must be one of {', '.join(sorted(known[name]))}, "
                                     f"not {value!r}")
            elif name in whole:
                if value is not None or name != "weight_bits":
                    _whole(value, *whole[name], name)
            elif isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
                raise TypeError(f"{name} must be a number, not {value!r}")
            elif not np.isfinite(value) or value < 0 or (value == 0 and name in above):
                wanted = "above 0" if name in above else "at least 0"
                raise ValueError(f"{name} must be a finite number {wanted}, not {value}")
        for name in ("input_connectivity", "excitatory", "margin", "utilisation"):
            if getattr(self, name) > 1:
                raise ValueError(f"{name} must be at most 1, not {getattr(self, name)}")
        if self.topology != GRID and self.in_degree > self.units:
            raise ValueError(f"in_degree must be at most units: {self.units}, "
                             f"not {self.in_degree}")
        # the circuit compares with them on the samples' binary grid
        powers = {"bsa": "reach", "population": "radius", "rate": "reach"}.get(self.encoder)
        if powers and np.frexp(getattr(self, powers))[0] != 0.5:
            raise ValueError(f"{powers} must be a power of two with the encoder {self.encoder}, "
                             f"not {getattr(self, powers)}")

    def encoding(self) -> Encoder:
        if self.encoder == "delta":
            return Delta(inputs=self.inputs, size=self.delta)
        if self.encoder == "population":
            return Population(inputs=self.inputs, fields=self.fields, reach=self.reach,
                              radius=self.radius)
        if self.encoder == "bsa":
            return Bsa(inputs=self.inputs, reach=self.reach, length=self.length,
                       margin=self.margin)
        if self.encoder == "rate":
            return Rate(inputs=self.inputs, reach=self.reach)
        return Direct(inputs=self.inputs)

    def build(self) -> Spiking:
        """The liquid; each part has its own generator, so none depends on another's size."""
        kind, link, weight, inputs, bias, taus, late = np.random.default_rng(self.seed).spawn(7)
        n, encoder = self.units, self.encoding()
        excitatory = grid.kinds(n, self.excitatory, kind)
        w = self._recurrent(excitatory, link, weight)
        win = np.where(inputs.random((n, encoder.channels)) < self.input_connectivity,
                       inputs.uniform(-1, 1, (n, encoder.channels)), 0.0) * self.input_scaling
        if self.weight_bits is not None:
            # one unit for both, as the circuit adds them in one accumulator
            both = on_grid(np.hstack([w, win]), self.weight_bits)
            w, win = both[:, :n], both[:, n:]
        return Spiking(
            encoder=encoder, W=w, Win=win, input_delay=np.zeros(win.shape),
            delay=late.integers(0, self.delay + 1, (n, n)).astype(float),
            bias=bias.uniform(-1, 1, n) * self.bias_scaling, threshold=np.ones(n),
            current_decay=self._decay(self.tau_syn, taus),
            membrane_decay=self._decay(self.tau_mem, taus),
            trace_decay=self._decay(self.tau_trace, taus),
            adaptation_decay=self._decay(self.tau_adaptation, taus),
            adaptation=np.full(n, self.adaptation), refractory=np.full(n, self.refractory),
            utilisation=np.full(n, float(self.utilisation)),
            facilitation_decay=self._decay(self.tau_facilitation, taus),
            recovery_decay=self._decay(self.tau_recovery, taus),
            reset=self.reset, tap=self.tap, window=self.window,
        )

    def _recurrent(self, excitatory: np.ndarray, link: Generator, weight: Generator) -> Floats:
        """(N, N) signed weights whose magnitudes sum to recurrent_scaling a neuron, on average."""
        n = self.units
        if self.topology == GRID:
            linked = link.random((n, n)) < grid.probabilities(excitatory, self.distance,
                                                              self.density)
        else:
            linked = np.zeros((n, n), dtype=bool)
            for i, row in enumerate(TOPOLOGIES[self.topology](link, n, self.in_degree)):
                linked[i, row] = True
        w = np.where(linked, grid.per_pair(grid.STRENGTH, excitatory), 0.0)
        w = w * weight.gamma(SHAPE, 1 / SHAPE, (n, n))
        total = np.abs(w).sum() / n
        return w * (self.recurrent_scaling / total) if total > 0 else w

    def _decay(self, tau: float, rng: Generator) -> Floats:
        """(N,) of time constants about tau, by factors up to exp(+-spread)."""
        own = tau * np.exp(rng.uniform(-self.spread, self.spread, self.units))
        with np.errstate(divide="ignore"):
            decay = np.exp(-1.0 / own)
        one = 1 << LEAK_BITS
        return np.round(decay * one) / one if self.weight_bits is not None else decay


def _whole(value: object, low: int, high: int | None, name: str) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < low or (high is not None and value > high):
        limit = f"in {low}..{high}" if high is not None else f"at least {low}"
        raise ValueError(f"{name} must be {limit}, not {value}")
