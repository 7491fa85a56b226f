"""The equations of a liquid time-constant design on real numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from liquidgate.spec import Design, Explicit, Ltc
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.quantise.activation import activation_curve
from liquidgate.train.quantise.seam import exact_outputs


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """The design's equations on real numbers, every value in raw units."""
    ltc = expect(Ltc, design.liquid)
    results = []
    for inputs in sequences:
        s = np.zeros(ltc.neurons)
        run: dict[str, list[Floats]] = {name: [] for name in ltc.points}
        for u in inputs:
            rounds = []
            for _ in range(ltc.substeps):
                rounds.append(_exact_substep(ltc, s, u.astype(float)))
                s = rounds[-1][-1]
            for name, values in zip(run, zip(*rounds)):
                run[name].append(np.concatenate(values))
        found = {name: np.array(values) for name, values in run.items()}
        found["output"] = exact_outputs(design, found["state"][:, -ltc.neurons:], inputs)
        results.append(found)
    return results


def _exact_substep(ltc: Ltc, s: Floats, u: Floats) -> list[Floats]:
    """The cast points of a sub-step without rounding; the new states the last."""
    wires = [np.array(m.dense(), dtype=float) for m in (ltc.recurrent, ltc.input)]
    z = (wires[0] @ s + wires[1] @ u + np.array(ltc.bias, dtype=float)) * 2.0**-ltc.acc_shift
    g = activation_curve(ltc.activation)(z)
    points = [z, g]
    q, r = ltc.middle + g, np.array(ltc.leak, dtype=float)
    if ltc.timed:
        q, r = q * u[-1] * 2.0**-ltc.time_shift, r * u[-1] * 2.0**-ltc.time_shift
        points += [q, r]
    one = 2.0**ltc.f_bits
    v = s * one + (q * np.array(ltc.target) - r * np.array(ltc.mean)) * 2.0**ltc.target_shift
    if isinstance(ltc.solver, Explicit):
        return [*points, (v - (q + r) * s) / one]
    w = activation_curve(ltc.solver.share)(q + r)
    share = w * 2.0**-ltc.solver.share.output.f_bits
    return [*points, w, v * 2.0**-ltc.drive_shift, (v - share * v) / one]
