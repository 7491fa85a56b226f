"""The closed-form continuous-time network, one cast point after the other, on int64 arrays."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints, activate, cast
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.golden.sums import check_sums, exact_matmul, largest_sum
from liquidgate.spec import Cfc, Design
from liquidgate.spec.liquid import expect


class CfcModel(LiquidModel):
    """A step of the reservoir of ``design``; rows stand neuron by neuron, its heads together."""

    def __init__(self, design: Design) -> None:
        liquid = self.liquid = expect(Cfc, design.liquid)
        self.words = liquid.neurons
        dense = np.array([head.dense() for head in liquid.heads], dtype=np.int64)
        # (heads, N, sources) to sources x (N heads)
        self.weights: Ints = np.ascontiguousarray(
            dense.transpose(2, 1, 0).reshape(dense.shape[2], -1))
        self.bias: Ints = np.array(liquid.bias, dtype=np.int64).T.reshape(-1)
        self.mean: Ints = np.array(liquid.mean, dtype=np.int64)
        limits = [max(-fmt.raw_min, fmt.raw_max)
                  for fmt in map(design.source_format, range(len(self.weights)))]
        self.magnitude = largest_sum(self.weights, limits, tuple(self.bias.tolist()),
                                     liquid.acc_shift)
        self.acc_limit = 1 << (design.acc_width - 1)

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        """The memory is the states."""
        liquid = self.liquid
        sources = np.concatenate((memory, inputs), axis=-1)
        sums = exact_matmul(sources, self.weights, self.magnitude) + self.bias
        check_sums(sums + ((1 << liquid.acc_shift) >> 1), self.acc_limit, "neuron")
        z = cast(sums, liquid.acc_shift, liquid.activation.input)
        heads = z.reshape(*z.shape[:-1], liquid.neurons, len(liquid.heads))
        points: tuple[Ints, ...] = (z,)
        if liquid.timed:
            shift = liquid.time_shift
            e = cast(heads[..., 2] * inputs[..., -1:] + (heads[..., 3] << shift), shift,
                     liquid.activation.input)
            heads = np.concatenate((heads[..., :2], e[..., None]), axis=-1)
            points += (e,)
        g = activate(heads, liquid.activation)
        a, b, c = g[..., 0], g[..., 1], g[..., 2]
        f_bits = liquid.activation.output.f_bits
        blend = (((2 * a + b) << f_bits) + c * b if liquid.mode == "no_gate"
                 else ((a + b) << f_bits) + c * (b - a))
        s = cast(blend - self.mean, liquid.state_shift, liquid.state)
        return Step(s, s, (*points, g.reshape(*g.shape[:-2], -1), s))
