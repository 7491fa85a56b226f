"""What the estimators share: parameters, channel scalings, saving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from liquidgate.train.esn import Floats
from liquidgate.train.recipe import Recipe


def table(value: object, name: str) -> Floats:
    """A finite (T, K) float array of a table or a single column; clear errors otherwise."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a table of numbers of equally long rows") from None
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise ValueError(f"{name} must be of shape (steps, channels), not {array.shape}")
    if not array.size:
        raise ValueError(f"{name} must not be empty")
    if not np.isfinite(array).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}[{row}][{column}] must be finite, not {array[row, column]}")
    return array


def power_scaling(values: Floats) -> tuple[Floats, Floats]:
    """Offset and power-of-two scale of each column that bring it near mean 0, deviation 1.

    A power of two costs a circuit nothing: it moves the binary point.
    """
    offset, std = values.mean(axis=0), values.std(axis=0)
    std = np.where(std > 1e-12 * np.maximum(np.abs(offset), 1e-300), std, 1.0)
    return offset, np.asarray(2.0 ** -np.round(np.log2(std)), dtype=float)


class Network(BaseEstimator):
    """What regression and classification share. Parameters: see ``ESN``."""

    decision = "none"

    def __init__(self, units: int = 100, *, lr: Any = 1.0, sr: float = 0.9,
                 input_scaling: Any = 1.0, bias_scaling: float = 0.0,
                 in_degree: int | None = None, rc_connectivity: float | None = None,
                 input_connectivity: float = 1.0, topology: str = "uniform",
                 weights: str = "uniform", input_weights: str = "uniform",
                 activation: str = "tanh", feedback: bool = False, fb_scaling: float = 1.0,
                 passthrough: bool = False, ridge: Any = "cv", warmup: int = 100,
                 weight_bits: int | None = None, normalise: bool = True, seed: int = 0) -> None:
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

    def _in_degree(self) -> int:
        if self.in_degree is not None:
            if self.rc_connectivity is not None:
                raise ValueError("give in_degree or rc_connectivity, not both")
            return self.in_degree
        connectivity = 0.1 if self.rc_connectivity is None else self.rc_connectivity
        if not 0 < connectivity <= 1:
            raise ValueError(f"rc_connectivity must be above 0 and at most 1, not {connectivity}")
        return max(1, round(connectivity * self.units))

    def _check_warmup(self) -> None:
        if isinstance(self.warmup, bool) or not isinstance(self.warmup, (int, np.integer)):
            raise TypeError(f"warmup must be an integer, not {self.warmup!r}")
        if self.warmup < 0:
            raise ValueError(f"warmup must be at least 0, not {self.warmup}")

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

    def _prepare(self, inputs: Floats, targets: Floats) -> None:
        """Scalings from the training data, and the reservoir."""
        k, o = inputs.shape[1], targets.shape[1]
        self.n_features_in_ = k
        plain_in, plain_out = (np.zeros(k), np.ones(k)), (np.zeros(o), np.ones(o))
        chosen_in = power_scaling(inputs) if self.normalise else plain_in
        chosen_out = power_scaling(targets) if self.normalise else plain_out
        self.input_offset_, self.input_scale_ = chosen_in
        self.output_offset_, self.output_scale_ = chosen_out
        self.reservoir_ = self.recipe(k, o).build()

    def scaled(self, inputs: Floats) -> Floats:
        """What the reservoir sees of (T, K) inputs: (u - input_offset_) * input_scale_."""
        if inputs.shape[1] != len(self.input_offset_):
            raise ValueError(f"X must have {len(self.input_offset_)} columns, as in training, "
                             f"not {inputs.shape[1]}")
        return (inputs - self.input_offset_) * self.input_scale_

    def features(self, states: Floats, scaled: Floats) -> Floats:
        """What the readout sees: states, and the scaled inputs with pass-through."""
        return np.hstack([states, scaled]) if self.passthrough else states

    def save(self, path: str | Path) -> None:
        """Writes the fitted model as one .npz without pickle."""
        from liquidgate.train.store import save_model

        save_model(self, path)

    @classmethod
    def load(cls, path: str | Path) -> Any:
        """Reads what ``save`` wrote."""
        from liquidgate.train.store import load_model

        model = load_model(path)
        if not isinstance(model, cls):
            raise ValueError(f"{path}: holds an {type(model).__name__}, not an {cls.__name__}")
        return model
