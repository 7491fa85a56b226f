"""Exact sums of products, by float64 where that is proven exact."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints


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
