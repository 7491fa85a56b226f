"""The linear readout on int64 arrays: cast point 5."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints, cast
from liquidgate.golden.sums import check_sums, exact_matmul, largest_sum
from liquidgate.spec import Design


class LinearModel:
    """The readout of ``design``; ``weights`` is taps x outputs."""

    def __init__(self, design: Design) -> None:
        readout = design.readout
        self.shift = readout.shift
        self.format = design.output.format
        self.taps = len(design.liquid.taps)
        self.weights: Ints = np.array(readout.weights, dtype=np.int64).T.copy()
        self.bias: Ints = np.array(readout.bias, dtype=np.int64)
        limits = [
            max(-design.source_format(j).raw_min, design.source_format(j).raw_max)
            for j in range(readout.taps)
        ]
        self.magnitude = largest_sum(self.weights, limits, readout.bias, readout.shift)
        self.acc_limit = 1 << (design.readout_acc_width - 1)

    def outputs(self, taps: Ints, inputs: Ints) -> Ints:
        """New taps (..., taps) and inputs (..., inputs) -> raw outputs (..., outputs)."""
        seen = taps
        if len(self.weights) > self.taps:
            seen = np.concatenate((taps, inputs), axis=-1)
        sums = exact_matmul(seen, self.weights, self.magnitude) + self.bias
        check_sums(sums + ((1 << self.shift) >> 1), self.acc_limit, "readout")
        return cast(sums, self.shift, self.format)
