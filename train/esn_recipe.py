"""The recipe of a reservoir: every parameter its matrices are drawn from, checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from liquidgate.train.arrays import Floats, Numbers
from liquidgate.train.esn import Reservoir
from liquidgate.train.parameters import check_number, check_weight_bits, check_whole
from liquidgate.train.topology import TOPOLOGIES, WEIGHTS, on_grid, recurrent


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a reservoir is drawn from. Fields as in ``esn_model.ESN``."""

    units: int
    inputs: int
    outputs: int = 0
    lr: Numbers = 1.0
    sr: float = 0.9
    input_scaling: Numbers = 1.0
    bias_scaling: float = 0.0
    fb_scaling: float = 1.0
    in_degree: int = 10
    input_connectivity: float = 1.0
    topology: str = "uniform"
    weights: str = "uniform"
    input_weights: str = "uniform"
    activation: str = "tanh"
    weight_bits: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low in (("units", 1), ("inputs", 1), ("outputs", 0), ("in_degree", 1)):
            check_whole(getattr(self, name), name, low)
        if self.in_degree > self.units:
            raise ValueError(f"in_degree must be at most units: {self.units}, "
                             f"not {self.in_degree}")
        for name in ("sr", "bias_scaling", "fb_scaling", "input_connectivity"):
            check_number(getattr(self, name), name)
        if np.ndim(self.input_scaling) and np.shape(self.input_scaling) != (self.inputs,):
            raise ValueError(f"input_scaling must be a number or one an input: {self.inputs}, "
                             f"not of shape {np.shape(self.input_scaling)}")
        if not 0 < self.input_connectivity <= 1:
            raise ValueError(f"input_connectivity must be above 0 and at most 1, "
                             f"not {self.input_connectivity}")
        check_weight_bits(self.weight_bits)
        for name, known in (("topology", TOPOLOGIES), ("weights", WEIGHTS),
                            ("input_weights", WEIGHTS)):
            if getattr(self, name) not in known:
                raise ValueError(
                    f"{name} must be one of {sorted(known)}, not {getattr(self, name)!r}"
                )

    def build(self) -> Reservoir:
        """The reservoir; each matrix has its own generator, so none depends on another's size."""
        r_w, r_in, r_fb, r_bias = np.random.default_rng(self.seed).spawn(4)
        n, bits = self.units, self.weight_bits
        w = recurrent(units=n, in_degree=self.in_degree, sr=self.sr, topology=self.topology,
                      weights=self.weights, weight_bits=bits, rng=r_w)
        win = self._spread(r_in, self.inputs) * self.input_scaling
        wfb = self._spread(r_fb, self.outputs) * self.fb_scaling if self.outputs else None
        if bits is not None:
            win = np.stack([on_grid(column, bits) for column in win.T], axis=1)
            if wfb is not None:
                wfb = np.stack([on_grid(column, bits) for column in wfb.T], axis=1)
        bias = r_bias.uniform(-1.0, 1.0, n) * self.bias_scaling
        return Reservoir(W=w, Win=win, Wfb=wfb, bias=bias, lr=np.asarray(self.lr, float),
                         activation=self.activation)

    def _spread(self, rng: Generator, columns: int) -> Floats:
        """(N, columns) weights, each there with probability ``input_connectivity``."""
        shape = (self.units, columns)
        drawn = WEIGHTS[self.input_weights](rng, self.units * columns).reshape(shape)
        return np.where(rng.random(shape) < self.input_connectivity, drawn, 0.0)
