"""The recipe of a liquid state machine: every parameter its arrays are drawn from, checked."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator

from liquidgate.train import grid
from liquidgate.train.arrays import Floats
from liquidgate.train.lsm import MOST_STEPS, RESETS, TAPS, Spiking
from liquidgate.train.lsm_encoders import (
    ENCODERS,
    LFSR_WIDTH,
    Bsa,
    Delta,
    Direct,
    Encoder,
    Population,
    Rate,
)
from liquidgate.train.parameters import MOST, MOST_UNITS, check_number, check_whole
from liquidgate.train.topology import TOPOLOGIES, on_grid

GRID = "grid"
LEAK_BITS = 8
"""Fraction bits of decays that are drawn on a grid."""
SHAPE = 2.0
"""Of the gamma distribution of weights: their deviation is 70 % of their mean, as in the paper."""
MOST_FIELDS = 64
MOST_OF = {"input_connectivity": 1.0, "excitatory": 1.0, "margin": 1.0, "utilisation": 1.0,
           "input_scaling": 1000.0, "bias_scaling": 1000.0, "recurrent_scaling": 1000.0,
           "adaptation": 1000.0, "spread": 10.0}
"""Of numbers, where ``parameters.MOST`` is too much: scalings are in thresholds."""
LEAST_OF = {"distance": 0.01}
ABOVE = ("delta", "reach", "radius", "margin")
"""Must not be 0."""
LEAST_USE = 2.0**-14
"""Of a utilisation: the unit in which a circuit has it."""


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
    connection: dict[str, float] | None
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
    input_delay: int
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
                 "delay": (0, MOST_STEPS), "input_delay": (0, MOST_STEPS),
                 "window": (1, 1 << 20), "seed": (0, None), "weight_bits": (2, 18)}
        known = {"encoder": tuple(ENCODERS), "topology": tuple(TOPOLOGIES), "reset": RESETS,
                 "tap": TAPS}
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if name in known:
                if value not in known[name]:
                    raise ValueError(f"{name} must be one of {', '.join(sorted(known[name]))}, "
                                     f"not {value!r}")
            elif name in whole:
                if value is not None or name != "weight_bits":
                    check_whole(value, name, *whole[name])
            elif name != "connection":
                check_number(value, name, least=LEAST_OF.get(name, 0),
                             most=MOST_OF.get(name, MOST), above=name in ABOVE)
        if self.utilisation and self.utilisation < LEAST_USE:
            raise ValueError(f"utilisation must be 0, or at least {LEAST_USE:.3g}, the circuit's "
                             f"unit, not {self.utilisation:g}")
        self._check_connection()
        if self.topology != GRID and self.in_degree > self.units:
            raise ValueError(f"in_degree must be at most units: {self.units}, "
                             f"not {self.in_degree}")
        # the circuit compares with them on the samples' binary grid
        powers = {"bsa": "reach", "population": "radius", "rate": "reach"}.get(self.encoder)
        if powers and np.frexp(getattr(self, powers))[0] != 0.5:
            raise ValueError(f"{powers} must be a power of two with the encoder {self.encoder}, "
                             f"not {getattr(self, powers)}")

    def _check_connection(self) -> None:
        given = self.connection
        if given is None:
            return
        if not isinstance(given, dict):
            raise TypeError("connection must be a table of probabilities by kind of pair, "
                            f"not {given!r}")
        if self.topology != GRID:
            raise ValueError(f"connection goes with topology {GRID!r}, not {self.topology!r}")
        for kind, value in given.items():
            if kind not in grid.CONNECTION:
                raise ValueError(f"connection must have keys of {', '.join(grid.CONNECTION)}, "
                                 f"not {kind!r}")
            check_number(value, f"connection[{kind}]", most=1)

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
            return Rate(inputs=self.inputs, reach=self.reach,
                        seed=int(self._generators()[-1].integers(1, 1 << LFSR_WIDTH)))
        return Direct(inputs=self.inputs)

    def _generators(self) -> list[Generator]:
        """One for each part, so that none depends on another's size; the last is the encoder's."""
        return np.random.default_rng(self.seed).spawn(9)

    def build(self) -> Spiking:
        """The liquid."""
        kind, link, weight, inputs, bias, taus, late, early, _ = self._generators()
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
            encoder=encoder, W=w, Win=win,
            delay=late.integers(0, self.delay + 1, w.shape).astype(float),
            input_delay=early.integers(0, self.input_delay + 1, win.shape).astype(float),
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
            chance = grid.probabilities(excitatory, self.distance, self.density,
                                        {**grid.CONNECTION, **(self.connection or {})})
            linked = link.random((n, n)) < chance
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

