"""The equations of a design of synapses on real numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from liquidgate.spec import Design, Synaptic
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.quantise.activation import activation_curve
from liquidgate.train.quantise.seam import exact_outputs


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """The design's equations on real numbers, every value in raw units."""
    net = expect(Synaptic, design.liquid)
    exact = _Exact(net)
    results = []
    for inputs in sequences:
        s = np.zeros(net.neurons)
        run: dict[str, list[Floats]] = {name: [] for name in net.points}
        for u in inputs:
            rounds = []
            for _ in range(net.substeps):
                rounds.append(exact.substep(s, u.astype(float)))
                s = rounds[-1][-1]
            for name, values in zip(run, zip(*rounds)):
                run[name].append(np.concatenate(values))
            run["state"].append(s)
        found = {name: np.array(values) for name, values in run.items()}
        found["output"] = exact_outputs(design, found["state"], inputs)
        results.append(found)
    return results


class _Exact:
    """The cast points of a sub-step without rounding, the new states the last."""

    def __init__(self, net: Synaptic) -> None:
        self.net = net
        self.sources = np.array(list(chain.from_iterable(net.sources)))
        self.slope, self.offset, self.weight, self.pull = (
            np.array(list(chain.from_iterable(rows)), dtype=float)
            for rows in (net.slope, net.offset, net.weight, net.pull))
        self.starts = np.cumsum([0, *map(len, net.sources[:-1])])
        self.leak, self.rest = (np.array(v, dtype=float) for v in (net.leak, net.rest))
        self.gate, self.share = activation_curve(net.activation), activation_curve(net.share)

    def substep(self, s: Floats, u: Floats) -> list[Floats]:
        net = self.net
        y = np.concatenate([s, u])[self.sources]
        z = (self.slope * y + self.offset) * 2.0**-net.acc_shift
        g = self.gate(z)
        q = (np.add.reduceat(self.weight * g, self.starts) + self.leak) * 2.0**-net.load_shift
        p = (np.add.reduceat(self.pull * g, self.starts) + self.rest) * 2.0**-net.current_shift
        points, e, pushed = [z, g, q, p], q, p
        if net.timed:
            e, pushed = q * u[-1] * 2.0**-net.time_shift, p * u[-1]
            points.append(e)
        w = self.share(e)
        d = (s * 2.0**net.lift + pushed) * 2.0**-net.drive_shift
        left = 2.0**net.share.output.f_bits - w
        return [*points, w, d, left * d * 2.0**-net.state_shift]
