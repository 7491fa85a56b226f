"""What a reservoir must beat: persistence, a linear filter, its own readout alone."""

from __future__ import annotations

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet
from liquidgate.train.network import power_scaling
from liquidgate.train.readout import fit_readout, one_hot


def persistence(data: DataSet) -> Floats:
    """(T, O): the newest target already known, max(horizon, 1) steps old; NaN before it."""
    back = max(data.horizon, 1)
    found = np.full_like(data.targets, np.nan)
    found[back:] = data.targets[:-back]
    return found


def delayed(inputs: Floats, taps: int) -> Floats:
    """(T, K * taps): the newest ``taps`` inputs of each step, zeros before the first."""
    columns = [inputs]
    for k in range(1, taps):
        columns.append(np.vstack([np.zeros((k, inputs.shape[1])), inputs[:-k]]))
    return np.hstack(columns)


def linear(data: DataSet, taps: int | None = None) -> Floats:
    """(T, O): ridge regression on the last ``taps`` inputs: AR for a forecast, else FIR.

    taps 1 is the same readout without a reservoir. Trained on the train range only.
    """
    start, stop = data.split.train
    offset, scale = power_scaling(data.inputs[start:stop])
    features = delayed((data.inputs - offset) * scale, taps or data.taps)
    rows = slice(start + max(data.washout, taps or data.taps), stop)
    readout = fit_readout(features[rows], data.targets[rows])
    return readout.predict(features)


def linear_classes(data: DataSet, parts: int = 1) -> np.ndarray:
    """(S,) labels by the readout on mean inputs of equal parts, without a reservoir."""
    start, stop = data.split.train
    features = np.array([
        np.concatenate([part.mean(axis=0) for part in np.array_split(sequence, parts)])
        for sequence in data.inputs
    ])
    classes, labels = np.unique(data.targets, return_inverse=True)
    offset, scale = power_scaling(features[start:stop])
    features = (features - offset) * scale
    order = start + np.random.default_rng(0).permutation(stop - start)
    readout = fit_readout(features[order], one_hot(labels, len(classes))[order])
    return np.asarray(classes[readout.predict(features).argmax(axis=1)])
