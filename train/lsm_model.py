"""The liquid state machine's estimators."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats, Numbers, table
from liquidgate.train.classifier import Classifier
from liquidgate.train.lsm import Spiking
from liquidgate.train.lsm_recipe import GRID, Recipe
from liquidgate.train.network import Network
from liquidgate.train.regressor import Regressor
from liquidgate.train.topology import TOPOLOGIES

SCHEDULES = ("static", "event")
GIVEN = "given"
"""The topology of an imported network: neurons and weights are there, and never drawn."""

class LsmNetwork(Network):
    """What both have in common. Parameters: see ``LSM``."""

    liquid = "lsm"
    reservoir_class = Spiking
    reservoir_: Spiking

    def __init__(self, units: int = 100, *, encoder: str = "population", delta: float = 0.25,
                 fields: int = 8, reach: float = 2.0, radius: float = 0.5,
                 length: int = 5, margin: float = 0.8,
                 input_scaling: float = 1.0, input_connectivity: float = 0.3,
                 bias_scaling: float = 0.1, recurrent_scaling: float = 0.3,
                 topology: str = "grid", connection: dict[str, float] | None = None,
                 distance: float = 2.0, density: float = 1.0, in_degree: int = 10,
                 excitatory: float = 0.8, tau_mem: float = 4.0, tau_syn: float = 1.0,
                 tau_trace: float = 4.0, spread: float = 0.4, refractory: int = 1,
                 delay: int = 0, input_delay: int = 0, reset: str = "zero",
                 adaptation: float = 0.0, tau_adaptation: float = 30.0,
                 utilisation: float = 0.0, tau_facilitation: float = 0.0,
                 tau_recovery: float = 30.0, tap: str = "trace", window: int = 32,
                 schedule: str = "static", passthrough: bool = False,
                 ridge: Numbers | str = "cv", warmup: int = 100, weight_bits: int | None = None,
                 normalise: bool = True, seed: int = 0, pooling: str = "mean") -> None:
        self.units = units
        self.encoder = encoder
        self.delta = delta
        self.fields = fields
        self.reach = reach
        self.radius = radius
        self.length = length
        self.margin = margin
        self.input_scaling = input_scaling
        self.input_connectivity = input_connectivity
        self.bias_scaling = bias_scaling
        self.recurrent_scaling = recurrent_scaling
        self.topology = topology
        self.connection = connection
        self.distance = distance
        self.density = density
        self.in_degree = in_degree
        self.excitatory = excitatory
        self.tau_mem = tau_mem
        self.tau_syn = tau_syn
        self.tau_trace = tau_trace
        self.spread = spread
        self.refractory = refractory
        self.delay = delay
        self.input_delay = input_delay
        self.reset = reset
        self.adaptation = adaptation
        self.tau_adaptation = tau_adaptation
        self.utilisation = utilisation
        self.tau_facilitation = tau_facilitation
        self.tau_recovery = tau_recovery
        self.tap = tap
        self.window = window
        self.schedule = schedule
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def draw(self, inputs: int, outputs: int) -> Spiking:
        own = {field.name: getattr(self, field.name) for field in fields(Recipe)
               if field.name != "inputs"}
        if self.topology != GIVEN:
            return Recipe(inputs=inputs, **own).build()
        if not hasattr(self, "reservoir_"):
            raise ValueError(f"topology must be one of {', '.join(sorted(TOPOLOGIES))}, "
                             f"not {GIVEN!r}, which is that of a network imported by from_nir")
        encoder = Recipe(inputs=inputs, **{**own, "topology": GRID}).encoding()
        channels = self.reservoir_.Win.shape[1]
        if encoder.channels != channels:
            raise ValueError(f"the encoder must make the {channels} spike channels that the given "
                             f"network hears, not {encoder.channels}")
        return replace(self.reservoir_, encoder=encoder, tap=self.tap, window=self.window)

    def __sklearn_clone__(self) -> Any:
        made = type(self)(**self.get_params())
        if self.topology == GIVEN:
            made.reservoir_ = self.reservoir_
        return made

    def check(self) -> None:
        super().check()
        if self.utilisation and self.schedule == "event":
            raise ValueError("schedule must be 'static' with a utilisation, not 'event'")
        if self.schedule not in SCHEDULES:
            raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}, "
                             f"not {self.schedule!r}")

    def _prepare(self, inputs: Floats, targets: Floats) -> None:
        super()._prepare(inputs, targets)
        if self.encoder == "direct":
            # a spike is a sample that is not 0: nothing may move it
            self.input_offset_ = np.zeros_like(self.input_offset_)
            self.input_scale_ = np.ones_like(self.input_scale_)

    def raster(self, X: object) -> Floats:
        """(T, N) ones where neurons fire over inputs X (T, K), from the first state."""
        return self.reservoir_.spikes(self.reservoir_.trajectory(self.scaled(table(X, "X"))))


class LSM(LsmNetwork, Regressor):
    """A liquid state machine for regression: X (T, K) to Y (T, O), rows in order of time.

    Parameters
    ----------
    units : neurons N.
    encoder : how inputs become spikes. "population": each has ``fields`` of them, spread over
        -reach..reach of an input scaled to about unit deviation, each awake within ``radius`` (a
        power of two) of its centre. "delta": a spike up or down for every ``delta`` moved. "rate":
        at random, as ``seed`` has it, never at -reach, always at reach (a power of two). "bsa":
        Ben's spiker, spikes that give the input back through a filter of ``length`` steps, from
        -reach to reach (a power of two); ``margin``, above 0 to 1: how much of the filter must be
        there. "direct": inputs are spikes, 0 or not.
    input_scaling : input weights are uniform within +-input_scaling, in thresholds, at most 1000.
    input_connectivity : share of input weights that are not zero.
    bias_scaling : biases are uniform within +-bias_scaling.
    recurrent_scaling : what a neuron's recurrent weights sum to in magnitude, on average.
    topology : "grid": neurons on a 3-D grid, connected with probability density * C *
        exp(-(d / distance)**2), d their distance; or one of the echo state network's, with
        in_degree; or "given" (``from_nir``).
    connection : C by kind of pair, the one that sends, then the one that hears, each 0..1; of those
        not given {"EE": 0.3, "EI": 0.2, "IE": 0.4, "II": 0.1}, as Maass et al. have them.
    distance : their lambda, in steps of the grid.  density : a factor of all probabilities.
    excitatory : share of neurons that excite; the others inhibit.
    tau_mem, tau_syn, tau_trace, tau_adaptation : time constants in steps; 0: no memory.
    spread : neurons' own time constants differ by factors up to exp(+-spread).
    refractory : steps of rest after a spike.
    delay, input_delay : synapses from neurons, and from the encoder's channels, are late by 0 to so
        many steps, at most 15.
    reset : "zero", or "subtract" the threshold.
    adaptation : what a spike adds to the neuron's threshold.
    utilisation : what share of its resources a neuron's first spike uses, above 0 to 1, and so what
        it is worth to all that hear it (Markram, Wang, Tsodyks 1998); 0: every spike is worth 1.
    tau_recovery : steps in which spent resources come back, so that frequent spikes are worth less;
        tau_facilitation : in which a utilisation that spikes have raised falls again; both vary
        with ``spread``. With tau_facilitation 0 it never rises.
    tap : what the readout sees of a neuron: "trace", the filtered spikes; "count", those in the
        present window of ``window`` steps; "membrane", the potential.
    schedule : of the circuit, "static" or "event".
    weight_bits : draw weights and decays on the circuit's grid.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class LSMClassifier(LsmNetwork, Classifier):
    """A liquid state machine that classifies sequences by their pooled scores.

    Parameters as of ``LSM``. With pooling "last" the states at the end of a pattern stand for it;
    with tap "count", and a window as long as the patterns, the counts of all their spikes.
    """
