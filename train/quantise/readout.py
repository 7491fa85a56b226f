"""The readout on its grid: fitted on the circuit's own states, rounded with their covariance."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cholesky

from liquidgate.spec import LinearReadout, Port
from liquidgate.train.arrays import Floats
from liquidgate.train.readout import Readout

CARRY = 0.9
"""Share of a weight's range that is filled: the rest is for errors carried between weights."""
WIDEST_SUM = 54
"""Bits of the exact sum, its sign left out, that the contract allows."""
MOST_SHIFT = 62
"""Of the sum, by the contract."""


def round_with_covariance(weights: Floats, gram: Floats, limit: int) -> np.ndarray:
    """Integers near ``weights`` (O, F) whose outputs are near: Babai's nearest plane (1986).

    Each rounding error is carried into the weights not yet rounded, along the correlations of
    their features (``gram``, (F, F), positive definite): |R (w - rounded)| is made small, with
    gram = R' R.
    """
    r = cholesky(gram, lower=False)
    rounded = np.zeros(weights.shape, dtype=np.int64)
    left = np.zeros_like(weights)
    for k in range(weights.shape[1] - 1, -1, -1):
        carried = weights[:, k] + left[:, k + 1:] @ r[k, k + 1:] / r[k, k]
        rounded[:, k] = np.clip(np.round(carried), -limit, limit).astype(np.int64)
        left[:, k] = weights[:, k] - rounded[:, k]
    return rounded


def raw_weights(readout: Readout, unit: Floats, port: Port) -> Floats:
    """(O, F) real weights from raw features (units (F,)) to raw outputs."""
    fine = np.array([2.0**channel.f_bits for channel in port.channels])
    return readout.weights * unit * fine[:, None]


def readout_shift(weights: Floats, bits: int, widths: Floats) -> int:
    """Greatest shift such that weights * 2**shift fit; negative: the outputs are too fine.

    ``widths`` (F,): greatest magnitudes of the features, whose sum the contract bounds. Raises
    ValueError when the weights are as good as 0.
    """
    top = float(np.abs(weights).max())
    if top == 0:
        return 0
    shift = int(np.floor(np.log2(((1 << (bits - 1)) - 1) * CARRY / top)))
    total = float((np.abs(weights) @ widths).max())
    shift = min(shift, int(np.floor(WIDEST_SUM - 1 - np.log2(total))))
    if shift > MOST_SHIFT:
        raise ValueError("the readout hears nothing: with its weights no output moves by a raw "
                         "unit; lower ridge")
    return shift


def quantise_readout(readout: Readout, raws: Floats, unit: Floats, targets: Floats, *, bits: int,
                     shift: int, port: Port) -> LinearReadout:
    """The integers of ``readout``.

    Parameters
    ----------
    readout : fitted to raws * unit.
    raws : (T, F) raw states, then raw inputs with pass-through.
    targets : (T, O) in the data's units.
    shift : from ``readout_shift``, not negative.
    """
    limit = (1 << (bits - 1)) - 1
    weights = raw_weights(readout, unit, port) * 2.0**shift
    mean = raws.mean(axis=0)
    centred = raws - mean
    gram = centred.T @ centred
    # the ridge of the fit, and a little that makes silent features harmless
    gram[np.diag_indices_from(gram)] += readout.ridge / unit**2 + 1e-10 * np.trace(gram) / len(gram)
    rounded = round_with_covariance(weights, gram, limit)
    fine = np.array([2.0**channel.f_bits for channel in port.channels])
    offsets = np.array([channel.offset for channel in port.channels])
    middle = (targets.mean(axis=0) * fine - offsets) * 2.0**shift - rounded @ mean
    return LinearReadout(
        weight_width=bits, weights=tuple(tuple(row) for row in rounded.tolist()),
        bias=tuple(int(b) for b in np.round(middle)), shift=shift, decision=readout.decision,
    )
