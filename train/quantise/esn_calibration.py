"""Calibration: the ranges that a float reservoir really uses on its training data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.esn import ACTIVATIONS, Reservoir

SILENT = 1e-5
"""Below this span in -1..1 a neuron tells nothing."""
SATURATED = 0.98
"""Above this magnitude an activation hardly moves any more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """Float runs of the training data, the washout dropped, and what they span.

    Attributes
    ----------
    preactivations, activations, states : (T, N).
    centre, reach : (N,): each state stays within centre +- reach.
    """

    preactivations: Floats
    activations: Floats
    states: Floats
    centre: Floats
    reach: Floats


def calibrate(reservoir: Reservoir, inputs: Sequence[Floats], back: Sequence[Floats] | None,
              washout: int) -> Calibration:
    """Runs sequences of scaled inputs (T_i, K), outputs to feed back (T_i, O) or None.

    Raises
    ------
    ValueError : when the reservoir is silent or saturated; says why.
    """
    # A long series forgets its start in the washout; short sequences must start where the circuit
    # does, at the centre: once more from there.
    z, x = _run(reservoir, inputs, back, None, washout)
    if len(inputs) > 1:
        z, x = _run(reservoir, inputs, back, x.mean(axis=0), washout)
    g = ACTIVATIONS[reservoir.activation](z)
    low, high = x.min(axis=0), x.max(axis=0)
    found = Calibration(preactivations=z, activations=g, states=x,
                        centre=(low + high) / 2, reach=(high - low) / 2)
    _check_activity(found)
    return found


def _run(reservoir: Reservoir, inputs: Sequence[Floats], back: Sequence[Floats] | None,
         state: Floats | None, washout: int) -> tuple[Floats, Floats]:
    """(pre-activations, states), both (T, N), of all sequences behind each other."""
    zs, xs = [], []
    for i, u in enumerate(inputs):
        y = None if back is None else back[i]
        x = reservoir.run(u, y, state=state)
        before = np.vstack([np.zeros(reservoir.units) if state is None else state, x[:-1]])
        z = (reservoir.W @ before.T).T + u @ reservoir.Win.T + reservoir.bias
        if reservoir.Wfb is not None and y is not None:
            z[1:] += y[:-1] @ reservoir.Wfb.T
        skip = min(washout, len(u) - 1)
        zs.append(z[skip:])
        xs.append(x[skip:])
    return np.vstack(zs), np.vstack(xs)


def _check_activity(found: Calibration) -> None:
    n = len(found.reach)
    saturated = (np.abs(found.activations) > SATURATED).mean(axis=0)
    stuck = int((saturated > 0.5).sum())
    if 2 * stuck > n:
        raise ValueError(
            f"the reservoir is saturated: {stuck} of {n} neurons are beyond {SATURATED:g} in most "
            "steps; lower input_scaling, bias_scaling or sr"
        )
    silent = int((found.reach < SILENT).sum())
    if 2 * silent > n:
        raise ValueError(
            f"the reservoir is silent: {silent} of {n} neurons move by less than {SILENT:g}; "
            "raise input_scaling, lr or sr"
        )
