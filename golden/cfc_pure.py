"""The pure closed-form network, one cast point after the other, on int64 arrays."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints, activate, cast, saturate
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.golden.sums import check_sums, exact_matmul, largest_sum
from liquidgate.spec import CfcPure, Design
from liquidgate.spec.liquid import expect


class CfcPureModel(LiquidModel):
    """A step of the reservoir of ``design``; ``weights`` is the dense matrix sources x neurons."""

    def __init__(self, design: Design) -> None:
        liquid = self.liquid = expect(CfcPure, design.liquid)
        self.words = liquid.neurons
        self.weights: Ints = np.ascontiguousarray(np.array(liquid.head.dense(), dtype=np.int64).T)
        self.bias, self.rate, self.target, self.offset = (
            np.array(values, dtype=np.int64)
            for values in (liquid.bias, liquid.rate, liquid.target, liquid.offset))
        limits = [max(-fmt.raw_min, fmt.raw_max)
                  for fmt in map(design.source_format, range(len(self.weights)))]
        self.magnitude = largest_sum(self.weights, limits, liquid.bias, liquid.acc_shift)
        self.acc_limit = 1 << (design.acc_width - 1)

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        """The memory is the states."""
        liquid, f = self.liquid, self.liquid.activation
        sources = np.concatenate((memory, inputs), axis=-1)
        sums = exact_matmul(sources, self.weights, self.magnitude) + self.bias
        check_sums(sums + ((1 << liquid.acc_shift) >> 1), self.acc_limit, "neuron")
        z = cast(sums, liquid.acc_shift, liquid.preactivation)
        e = np.abs(z) + self.rate
        e = (cast(e * inputs[..., -1:], liquid.time_shift, f.input) if liquid.timed
             else saturate(e, f.input))
        c = activate(e, f)
        y = cast(((1 << f.output.f_bits) - c) * z, liquid.rest_shift, liquid.rest)
        s = cast(self.offset - self.target * y, liquid.state_shift, liquid.state)
        return Step(s, s, (z, e, c, y, s))
