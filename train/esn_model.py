"""The echo state network's estimators: its parameters, and the feedback of its outputs."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats, Numbers, table
from liquidgate.train.classifier import Classifier
from liquidgate.train.esn import Reservoir
from liquidgate.train.esn_recipe import Recipe
from liquidgate.train.network import Network
from liquidgate.train.regressor import Regressor


class EsnNetwork(Network):
    """What both have in common. Parameters: see ``ESN``."""

    liquid = "esn"
    reservoir_class = Reservoir
    reservoir_: Reservoir

    def __init__(self, units: int = 100, *, lr: Numbers = 1.0, sr: float = 0.9,
                 input_scaling: Numbers = 1.0, bias_scaling: float = 0.0,
                 in_degree: int | None = None, rc_connectivity: float | None = None,
                 input_connectivity: float = 1.0, topology: str = "uniform",
                 weights: str = "uniform", input_weights: str = "uniform",
                 activation: str = "tanh", feedback: bool = False, fb_scaling: float = 1.0,
                 passthrough: bool = False, ridge: Numbers | str = "cv", warmup: int = 100,
                 weight_bits: int | None = None, normalise: bool = True, seed: int = 0,
                 pooling: str = "mean") -> None:
        self.units = units
        self.lr = lr
        self.sr = sr
        self.input_scaling = input_scaling
        self.bias_scaling = bias_scaling
        self.in_degree = in_degree
        self.rc_connectivity = rc_connectivity
        self.input_connectivity = input_connectivity
        self.topology = topology
        self.weights = weights
        self.input_weights = input_weights
        self.activation = activation
        self.feedback = feedback
        self.fb_scaling = fb_scaling
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    def _in_degree(self) -> int:
        if self.in_degree is not None:
            if self.rc_connectivity is not None:
                raise ValueError("give in_degree or rc_connectivity, not both")
            return self.in_degree
        connectivity = 0.1 if self.rc_connectivity is None else self.rc_connectivity
        if not 0 < connectivity <= 1:
            raise ValueError(f"rc_connectivity must be above 0 and at most 1, not {connectivity}")
        return max(1, round(connectivity * self.units))

    def recipe(self, inputs: int, outputs: int) -> Recipe:
        """What the reservoir for these numbers of channels is drawn from."""
        return Recipe(
            units=self.units, inputs=inputs, outputs=outputs if self.feedback else 0, lr=self.lr,
            sr=self.sr, input_scaling=self.input_scaling, bias_scaling=self.bias_scaling,
            fb_scaling=self.fb_scaling, in_degree=self._in_degree(),
            input_connectivity=self.input_connectivity, topology=self.topology,
            weights=self.weights, input_weights=self.input_weights, activation=self.activation,
            weight_bits=self.weight_bits, seed=self.seed,
        )

    def draw(self, inputs: int, outputs: int) -> Reservoir:
        return self.recipe(inputs, outputs).build()


class ESN(EsnNetwork, Regressor):
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
    topology : "uniform", "ring", "jumps", "small-world", "grid".
    weights, input_weights : "uniform", "normal", "signs", "powers".
    activation : "tanh", "clip".
    feedback : feed the outputs back (trained with the true ones), scaled by fb_scaling.
    weight_bits : draw the weights on a grid of so many bits.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.

    Attributes
    ----------
    reservoir_, readout_, input_offset_ ... : as of every ``Network``. The feedback is
        (y - output_offset_) * output_scale_.
    """

    def trajectory(self, X: object, y: object = None, *, state: Floats | None = None) -> Floats:
        """(T, N) states; y (T, O) are the outputs to feed back, by default the network's own."""
        if not self.feedback:
            return super().trajectory(X, state=state)
        scaled = self.scaled(table(X, "X"))
        if y is None:
            return self._run_fed_back(scaled, state)[0]
        return self.reservoir_.run(scaled, self._back(table(y, "y")), state=state)

    def _answers(self, scaled: Floats) -> Floats:
        return self._run_fed_back(scaled)[1] if self.feedback else super()._answers(scaled)

    def _back(self, y: Floats) -> Floats:
        return (y - self.output_offset_) * self.output_scale_

    def _next(self, x: Floats, u: Floats, y: Floats) -> Floats:
        return self.reservoir_.step(x, u, self._back(y) if self.feedback else None)

    def _run_fed_back(self, scaled: Floats, state: Floats | None = None) -> tuple[Floats, Floats]:
        """(T, N) states and (T, O) outputs, each step fed with the output before it."""
        x = np.zeros(self.reservoir_.units) if state is None else state
        back = np.zeros(self.readout_.outputs)
        states = np.empty((len(scaled), self.reservoir_.units))
        outputs = np.empty((len(scaled), self.readout_.outputs))
        for n, u in enumerate(scaled):
            states[n] = x = self.reservoir_.step(x, u, back)
            outputs[n] = self.readout_.predict(self.features(x, u))
            back = self._back(outputs[n])
        return states, outputs


class ESNClassifier(EsnNetwork, Classifier):
    """An echo state network that classifies sequences by their pooled scores.

    Parameters as of ``ESN`` (no feedback); ``fit`` takes a list of (T_i, K) sequences and their
    labels. The ``warmup`` first steps of each sequence do not count.
    """

    def check(self) -> None:
        if self.feedback:
            raise ValueError("feedback must be False: a classifier has no outputs to feed back")
        super().check()
