"""The echo state network, one cast point after the other, on int64 arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from liquidgate.golden.casts import Ints, activate, cast
from liquidgate.spec import Design


class Points(NamedTuple):
    """The raw values of cast points 1 to 4; each has shape (..., neurons)."""

    preactivation: Ints
    activation: Ints
    deviation: Ints
    state: Ints


class EsnModel:
    """A step of the reservoir of ``design``.

    Sources are concatenated in the order states, inputs, fed-back outputs; ``weights`` is the
    dense matrix sources x neurons.
    """

    def __init__(self, design: Design) -> None:
        liquid = design.liquid
        self.liquid = liquid
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

    def step(self, states: Ints, inputs: Ints, outputs: Ints) -> Points:
        """One time step: (..., neurons), (..., inputs), (..., fed-back outputs) -> points."""
        liquid = self.liquid
        sums = self.sums(np.concatenate((states, inputs, outputs), axis=-1))
        z = cast(sums, liquid.acc_shift, liquid.activation.input)
        g = activate(z, liquid.activation)
        d = cast(g - self.mean, liquid.deviation_shift, liquid.deviation)
        s = cast(self.decay * states + self.gain * d, liquid.leak_shift, liquid.state)
        return Points(z, g, d, s)


def largest_sum(weights: Ints, limits: list[int], bias: tuple[int, ...], shift: int) -> int:
    """Bound of every partial sum's magnitude, in any order, rounding half included."""
    columns = (np.abs(weights).T @ np.array(limits, dtype=np.int64)).tolist()
    return max(total + abs(b) for total, b in zip(columns, bias)) + ((1 << shift) >> 1)


def exact_matmul(values: Ints, weights: Ints, magnitude: int) -> Ints:
    """values @ weights, exact: by float64 where every partial sum is below 2**53.

    Integers below 2**53 are float64 numbers, so no sum rounds, in whatever order BLAS adds. Wider
    sums (up to 56 bits by the contract) take NumPy's own int64 loop.
    """
    if magnitude < 1 << 53:
        return (values.astype(np.float64) @ weights.astype(np.float64)).astype(np.int64)
    return values @ weights


def check_sums(sums: Ints, limit: int, what: str) -> None:
    """Raises AssertionError when a sum leaves the derived accumulator (a bug, never a user's)."""
    if sums.size and (int(sums.min()) < -limit or int(sums.max()) >= limit):
        raise AssertionError(f"an exact sum of a {what} must fit its accumulator: +-{limit}")
