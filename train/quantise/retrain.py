"""A new readout for a design that is already a circuit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.train.arrays import Floats, table
from liquidgate.train.quantise.readout import quantise_readout, raw_weights
from liquidgate.train.readout import Readout, fit_readout

WARMUP = 100
STRONGEST = 40
"""Tenfold ridges that are tried until the weights fit."""


def retrain(design: Design, inputs: Any, targets: Any, *, warmup: int = WARMUP,
            ridge: Any = "cv") -> tuple[Design, float]:
    """The design with a readout fitted to new data; nothing else changes, formats and shift too.

    It is fitted on the states that the circuit itself has for these inputs, and rounded with
    their covariance, as by ``quantise``. When weights do not fit their width at this shift, the
    ridge is raised tenfold until they do.

    Parameters
    ----------
    inputs, targets : one sequence (T, K), (T, O) in the data's units.
    warmup : its first rows that only move the states.
    ridge : a number, candidates, or "cv"; of raw states divided by their greatest magnitude.

    Returns
    -------
    The design, and the ridge.

    Raises
    ------
    ValueError : when data or warmup do not fit, the design hears its own outputs, or the targets
        are so far from the outputs' range that no circuit could take the biases.
    """
    if design.has_feedback:
        raise ValueError("a readout that is fed back must be trained with its liquid, not alone")
    u, y = table(inputs, "inputs"), table(targets, "targets")
    if len(u) != len(y) or y.shape[1] != design.outputs:
        raise ValueError(f"targets must be {len(u)} x {design.outputs}, as inputs and outputs are, "
                         f"not {len(y)} x {y.shape[1]}")
    if type(warmup) is not int or not 0 <= warmup <= len(u) - 2:
        raise ValueError(f"warmup must be in 0..{len(u) - 2}, so that 2 of {len(u)} rows are left, "
                         f"not {warmup!r}")
    raws = design.input.encode(u)
    seen = np.hstack([Golden(design).states(raws), raws])[warmup:, : design.readout.taps]
    features, wanted = seen.astype(float), y[warmup:]
    formats = map(design.source_format, range(design.readout.taps))
    unit: Floats = np.array([1.0 / max(-f.raw_min, f.raw_max) for f in formats])
    old = design.readout
    readout = fit_readout(features * unit, wanted, ridge=ridge, decision=old.decision)
    for _ in range(STRONGEST):
        if _fits(readout, unit, design):
            break
        stronger = max(readout.ridge * 10, 1e-10)
        readout = fit_readout(features * unit, wanted, ridge=stronger, decision=old.decision)
    trained = quantise_readout(readout, features, unit, wanted, bits=old.weight_width,
                               shift=old.shift, port=design.output)
    new = replace(design, readout=trained)
    try:
        ReadoutMap(Schedule(new, 1))
    except ValueError:
        low, high = design.output.decode(np.array([[design.output.format.raw_min],
                                                   [design.output.format.raw_max]])
                                         .repeat(design.outputs, axis=1))
        raise ValueError(
            f"targets must suit the range of the outputs, {low.min():g}..{high.max():g}, "
            f"not be {wanted.min():g}..{wanted.max():g}"
        ) from None
    return new, readout.ridge


def _fits(readout: Readout, unit: Floats, design: Design) -> bool:
    """Whether rounded weights stay in their range, with some room for carried errors."""
    weights = raw_weights(readout, unit, design.output) * 2.0**design.readout.shift
    return bool(np.abs(weights).max() < 0.98 * (1 << (design.readout.weight_width - 1)))
