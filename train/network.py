"""What all estimators share: channel scalings, warmup, the readout's features, saving."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator

from liquidgate.train.arrays import Floats
from liquidgate.train.parameters import check_weight_bits, check_whole
from liquidgate.train.readout import POOLINGS, Readout
from liquidgate.train.reservoir import FloatReservoir


def power_scaling(values: Floats) -> tuple[Floats, Floats]:
    """Offset and power-of-two scale of each column that bring it near mean 0, deviation 1.

    A power of two costs a circuit nothing: it moves the binary point.
    """
    offset, std = values.mean(axis=0), values.std(axis=0)
    std = np.where(std > 1e-12 * np.maximum(np.abs(offset), 1e-300), std, 1.0)
    return offset, np.asarray(2.0 ** -np.round(np.log2(std)), dtype=float)


class Network(BaseEstimator):
    """A liquid with a trained readout; subclasses have a constructor and ``draw``.

    The constructor's parameters are the legal keys of a configuration's [network], and its type
    annotations their types (int, float, bool, str, or ``Numbers``). All liquids have these:

    Parameters
    ----------
    units : neurons N.
    passthrough : the readout sees the inputs too.
    ridge : a number, candidates, or "cv": chosen by forward-chaining cross-validation.
    warmup : first steps that train and score nothing.
    normalise : offset and scale (a power of two) each channel.
    seed : of all that is drawn.
    pooling : what stands for a sequence, "mean" of the steps after the warmup, or the "last" one.

    Attributes
    ----------
    reservoir_, readout_ : after ``fit``.
    input_offset_, input_scale_, output_offset_, output_scale_ : (K,), (O,). The reservoir sees
        (u - input_offset_) * input_scale_.
    """

    liquid: ClassVar[str]
    """The kind in the registry ``train.liquids``."""
    reservoir_class: ClassVar[type[FloatReservoir]]
    """Whose ``restored`` reads a saved reservoir."""

    units: int
    passthrough: bool
    ridge: Any
    warmup: int
    normalise: bool
    seed: int
    pooling: str = "mean"
    timed: Any = False
    """Whether the last input channel is the interval since the sample before."""
    refit_ = True
    """Whether quantisation may train the readout anew; not that of an imported network."""
    reservoir_: Any
    readout_: Readout

    def draw(self, inputs: int, outputs: int) -> FloatReservoir:
        """The reservoir for these numbers of channels, from the parameters alone.

        Raises
        ------
        TypeError, ValueError : naming the parameter that is wrong.
        """
        raise NotImplementedError

    def check(self) -> None:
        """Raises TypeError or ValueError for parameters that no data could make right."""
        check_whole(self.warmup, "warmup", 0)
        check_whole(self.seed, "seed", 0)
        if self.pooling not in POOLINGS:
            raise ValueError(f"pooling must be one of {', '.join(POOLINGS)}, not {self.pooling!r}")
        check_weight_bits(getattr(self, "weight_bits", None))

    def _prepare(self, inputs: Floats, targets: Floats) -> None:
        """Scalings from the training data, and the reservoir."""
        k, o = inputs.shape[1], targets.shape[1]
        self.n_features_in_ = k
        plain_in, plain_out = (np.zeros(k), np.ones(k)), (np.zeros(o), np.ones(o))
        chosen_in = power_scaling(inputs) if self.normalise else plain_in
        chosen_out = power_scaling(targets) if self.normalise else plain_out
        self.input_offset_, self.input_scale_ = chosen_in
        if self.timed:
            if k < 2:
                raise ValueError("timed needs an input besides the interval, the last one, "
                                 f"not {k} in all")
            self._scale_intervals(inputs[:, -1])
        self.output_offset_, self.output_scale_ = chosen_out
        self.reservoir_ = self.draw(k, o)

    def _scale_intervals(self, intervals: Floats) -> None:
        """Brings them near 1, by a power of two; an offset would make another time of it."""
        self._check_intervals(intervals)
        self.input_offset_[-1] = 0.0
        if self.normalise and intervals.any():
            self.input_scale_[-1] = 2.0 ** -np.round(np.log2(intervals.mean()))

    def _check_intervals(self, intervals: Floats) -> None:
        if intervals.min(initial=0.0) < 0:
            row = int(np.argmax(intervals < 0))
            raise ValueError(f"the last input must be an interval of at least 0, not "
                             f"{intervals[row]} in row {row}, the first being 0")

    def scaled(self, inputs: Floats) -> Floats:
        """What the reservoir sees of (T, K) inputs: (u - input_offset_) * input_scale_."""
        if inputs.shape[1] != len(self.input_offset_):
            raise ValueError(f"X must have {len(self.input_offset_)} columns, as in training, "
                             f"not {inputs.shape[1]}")
        if getattr(self.reservoir_, "timed", False):  # what a chain's parameters say is slow to ask
            self._check_intervals(inputs[:, -1])
        return (inputs - self.input_offset_) * self.input_scale_

    def features(self, taps: Floats, scaled: Floats) -> Floats:
        """What the readout sees: taps, and the scaled inputs with pass-through."""
        return np.concatenate([taps, scaled], axis=-1) if self.passthrough else taps

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
