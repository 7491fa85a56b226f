"""A design without its rounding: what the cast points would hold if numbers had no end.

The activation keeps its line segments: they are the function the design computes, no noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from liquidgate.spec import Design, Esn
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.quantise.activation import activation_curve
from liquidgate.train.quantise.esn_calibration import Calibration
from liquidgate.train.quantise.seam import exact_outputs

POINTS = ("preactivation", "activation", "deviation", "state")
FULL = 0.97
"""A state that comes nearer to the end of its format has too little room."""

GROWTH = 1.1
"""Such a neuron's reach becomes so much more than what was met."""


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """The design's equations on real numbers, every value in raw units: the noiseless twin.

    For each sequence (T_i, K) of raw inputs the cast points by name, (T_i, N) or (T_i, O).
    """
    esn = expect(Esn, design.liquid)
    w = np.array(esn.recurrent.dense(), dtype=float).T.copy()
    win = np.array(esn.input.dense(), dtype=float).T
    bias, mean, decay, gain = (np.array(v, dtype=float)
                               for v in (esn.bias, esn.mean, esn.decay, esn.gain))
    unit, coarse, leak = 2.0**-esn.acc_shift, 2.0**-esn.deviation_shift, 2.0**-esn.leak_shift
    curve = activation_curve(esn.activation)
    # all sequences step side by side; the rows behind a short one's end are dropped
    longest = max(len(inputs) for inputs in sequences)
    drive = np.stack([np.pad(inputs, ((0, longest - len(inputs)), (0, 0))) @ win + bias
                      for inputs in sequences], axis=1)
    run = {name: np.empty(drive.shape) for name in POINTS}
    s = np.zeros(drive.shape[1:])
    for n, row in enumerate(drive):
        z = (row + s @ w) * unit
        g = curve(z)
        d = (g - mean) * coarse
        s = (decay * s + gain * d) * leak
        for name, value in zip(POINTS, (z, g, d, s)):
            run[name][n] = value
    results = []
    for k, inputs in enumerate(sequences):
        found = {name: values[: len(inputs), k] for name, values in run.items()}
        found["output"] = exact_outputs(design, found["state"], inputs)
        results.append(found)
    return results


def recalibrate(found: Calibration, design: Design, inputs: Sequence[np.ndarray],
                washout: int) -> tuple[Calibration, bool]:
    """The ranges that the design itself uses, and whether its states have room for them.

    A neuron's reach only ever grows, so that calibrating again comes to an end.
    """
    esn = expect(Esn, design.liquid)
    runs = without_rounding(design, inputs)
    z, g, s = (np.vstack([run[name][min(washout, len(run[name]) - 1):] for run in runs])
               for name in ("preactivation", "activation", "state"))
    scale = np.array([esn.scale(i) for i in range(esn.neurons)])
    mean = np.array(esn.mean) * esn.activation.output.lsb
    x = mean + s * scale
    beyond = np.abs(x - found.centre).max(axis=0)
    tight = np.abs(s).max(axis=0) > FULL * esn.state.raw_max
    return replace(
        found, preactivations=z * esn.activation.input.lsb,
        activations=g * esn.activation.output.lsb, states=x,
        reach=np.maximum(found.reach, beyond) * np.where(tight, GROWTH, 1.0),
    ), not tight.any()
