"""Ways to multiply sources by the integer weights that feed back, all of them exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from liquidgate.golden.casts import Ints

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dense:
    """out (..., n) = sources (..., m) @ weights (m, n), in the type of the weights."""

    weights: NDArray[Any]

    def __call__(self, sources: NDArray[Any], out: NDArray[Any]) -> None:
        np.dot(sources, self.weights, out=out)


class Sparse:
    """Only the weights that there are: for a single sequence."""

    def __init__(self, back: Ints, unit: float) -> None:
        self._weights = csr_array(back.T * unit)

    def __call__(self, sources: Floats, out: Floats) -> None:
        out[...] = self._weights @ sources

    @staticmethod
    def pays(back: Ints, weight_bytes: float) -> bool:
        """Whether a dense product, which reads ``weight_bytes`` a weight, takes longer: about 1.5
        us + 10 us a MB, and 30 us each MB more than a cache holds, against 2.5 us + 0.7 ns a weight
        (measured; only the speed depends on it)."""
        dense = back.size * weight_bytes / 1e6
        sparse = 2.5 + 0.0007 * int(np.count_nonzero(back))
        return sparse <= 1.5 + 10 * dense + 20 * max(0, dense - 1)


class Packed:
    """Two neurons in one float64: half the arithmetic, and half the memory to read.

    Neurons a and b with the exact sums S_a and S_b share a column of weights w_b + w_a 2**-k. Its
    sum is P = S_b + S_a 2**-k. While |S_a| < 2**(k-1), the integer nearest to P is S_b; while
    |S_a| + 2**k |S_b| < 2**53, no partial sum rounds, in whatever order BLAS adds.

    Attributes
    ----------
    order : the neurons: all b, then all a (with an odd number of them, the last b is alone). The
        sources and the sums of ``__call__`` are in this order.
    """

    LEAST = 160
    """Neurons from which it pays (measured; only the speed depends on it)."""

    def __init__(self, back: Ints, unit: float) -> None:
        """``back`` (n, n): sources x neurons."""
        sizes = np.abs(back)
        totals, n = sizes.sum(axis=0), len(back)
        pairs, by_size = n // 2, np.argsort(sizes.sum(axis=0), kind="stable")
        b, a = by_size[::-1][: n - pairs], by_size[:pairs]  # the heaviest with the lightest
        # each k lets sources be as large as a and b allow: the k that lets them be largest
        ks = np.arange(2, 52)[:, None]
        allowed = np.minimum(2.0 ** (ks - 1) / np.maximum(totals[a], 1),
                             2.0 ** (53 - ks) / np.maximum(totals[b[:pairs]], 1))
        self._k = 2.0 ** ks[allowed.argmax(axis=0), 0]
        self.order = np.concatenate((b, a))
        weights = back[np.ix_(self.order, b)].astype(np.float64)
        weights[:, :pairs] += back[np.ix_(self.order, a)] / self._k
        self._weights = np.ascontiguousarray(weights)
        self._sizes = sizes[np.ix_(self.order, self.order)].astype(np.float64)
        self._units = np.concatenate((np.full(n - pairs, unit), self._k * unit))
        self._sums = np.empty(0)

    def exact(self, largest: Floats) -> bool:
        """Whether it is exact for sources within +-``largest`` (n,), given in ``order``."""
        reach = largest @ self._sizes  # itself exact, or beyond what is asked for
        b, a = reach[: len(reach) - len(self._k)], reach[len(reach) - len(self._k) :]
        return bool(reach.max() < 2.0**52 and np.all(2 * a < self._k)
                    and np.all(a + self._k * b[: len(a)] < 2.0**53))

    def __call__(self, sources: Floats, out: Floats) -> None:
        lead, (count, pairs) = out.shape[:-1], (self._weights.shape[1], len(self._k))
        if self._sums.shape[:-1] != lead or not self._sums.size:
            self._sums = np.empty((*lead, count))
        sums = self._sums
        np.dot(sources, self._weights, out=sums)
        b, a = out[..., :count], out[..., count:]
        np.rint(sums, out=b)
        np.subtract(sums[..., :pairs], b[..., :pairs], out=a)
        np.multiply(out, self._units, out=out)
