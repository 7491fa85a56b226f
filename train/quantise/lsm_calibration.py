"""What the float liquid does on the training data: ranges, activity, and whether it is of use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.lsm_model import LsmNetwork
from liquidgate.train.quantise.material import Material

USELESS = 0.9
"""A liquid of which so large a share is silent or saturated is an error."""
EVERY_STEP = 0.98
"""Share of the steps it may fire in from which on a neuron is saturated."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """Of all training steps after the washout.

    top : greatest current, membrane or threshold.  raised : greatest adaptation.
    trace : greatest trace.  rate : (N,) spikes a step.
    """

    top: float
    raised: float
    trace: float
    rate: Floats


def calibrate(model: LsmNetwork, data: Material) -> Calibration:
    """Runs the training data; raises ValueError when the liquid is silent or saturated."""
    liquid = model.reservoir_
    tops, raised, traces, spikes, levels = [], [], [], [], []
    for inputs in data.inputs:
        x = liquid.trajectory(model.scaled(inputs))
        before = np.vstack([liquid.start(), x[:-1]])
        charged = liquid.charged(before, x)
        threshold = liquid.threshold + liquid.raised(before)
        skip = min(data.skip, len(x) - 1)
        # formats must hold the washout too
        tops.append(max(np.abs(charged).max(), np.abs(liquid.currents(x)).max(), threshold.max()))
        raised.append(liquid.raised(x).max())
        traces.append(liquid.traces(x).max())
        spikes.append(liquid.spikes(x)[skip:])
        levels.append((charged / threshold)[skip:].max())
    rate = np.vstack(spikes).mean(axis=0)
    check_activity(rate, liquid.refractory, f"the greatest membrane was {max(levels):.2g} of its "
                   "threshold")
    return Calibration(top=float(max(tops)), raised=float(max(raised)),
                       trace=float(max(traces)), rate=rate)


def check_activity(rate: Floats, refractory: Floats, reached: str, what: str = "liquid") -> None:
    """Raises ValueError when nearly all neurons never fire, or fire whenever they may.

    rate : (N,) spikes a step.  refractory : (N,) steps.  reached : how near the silent ones came.
    """
    n = len(rate)
    silent = int((rate == 0).sum())
    if silent > USELESS * n:
        raise ValueError(f"the {what} is silent: {silent} of {n} neurons never fire ({reached}); "
                         "raise input_scaling, input_connectivity or bias_scaling")
    stuck = int((rate * (refractory + 1) > EVERY_STEP).sum())
    if stuck > USELESS * n:
        raise ValueError(f"the {what} is saturated: {stuck} of {n} neurons fire in every step in "
                         "which they are not refractory; lower input_scaling, bias_scaling or "
                         "recurrent_scaling")


