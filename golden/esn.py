"""The echo state network, one cast point after the other, on int64 arrays."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints, activate, cast
from liquidgate.golden.fast import FastEsn
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.golden.readout import LinearModel
from liquidgate.golden.sums import check_sums, exact_matmul, largest_sum
from liquidgate.spec import Design, Esn
from liquidgate.spec.liquid import expect


class EsnModel(LiquidModel):
    """A step of the reservoir of ``design``.

    Sources are concatenated in the order states, inputs, fed-back outputs; ``weights`` is the
    dense matrix sources x neurons.
    """

    def __init__(self, design: Design) -> None:
        liquid = expect(Esn, design.liquid)
        self.design, self.liquid = design, liquid
        self.words = liquid.neurons
        matrices = (liquid.recurrent, liquid.input, liquid.feedback)
        dense = [np.array(m.dense(), dtype=np.int64).reshape(m.rows, m.columns) for m in matrices]
        self.weights: Ints = np.ascontiguousarray(np.concatenate(dense, axis=1).T)
        self.bias: Ints = np.array(liquid.bias, dtype=np.int64)
        self.mean: Ints = np.array(liquid.mean, dtype=np.int64)
        self.decay: Ints = np.array(liquid.decay, dtype=np.int64)
        self.gain: Ints = np.array(liquid.gain, dtype=np.int64)
        limits = [
            max(-design.source_format(j).raw_min, design.source_format(j).raw_max)
            for j in range(len(self.weights))
        ]
        self.magnitude = largest_sum(self.weights, limits, liquid.bias, liquid.acc_shift)
        self.acc_limit = 1 << (design.acc_width - 1)

    def sums(self, sources: Ints) -> Ints:
        """The exact sums, (..., sources) -> (..., neurons)."""
        sums = exact_matmul(sources, self.weights, self.magnitude) + self.bias
        check_sums(sums + ((1 << self.liquid.acc_shift) >> 1), self.acc_limit, "neuron")
        return sums

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        """The memory is the states."""
        liquid = self.liquid
        sums = self.sums(np.concatenate((memory, inputs, outputs), axis=-1))
        z = cast(sums, liquid.acc_shift, liquid.activation.input)
        g = activate(z, liquid.activation)
        d = cast(g - self.mean, liquid.deviation_shift, liquid.deviation)
        s = cast(self.decay * memory + self.gain * d, liquid.leak_shift, liquid.state)
        return Step(s, s, (z, g, d, s))

    def fast(self, readout: LinearModel) -> FastEsn | None:
        return FastEsn.of(self, readout)
