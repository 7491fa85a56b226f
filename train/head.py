"""What networks of one sum a neuron, with a time constant and a target each, have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liquidgate.train.arrays import Floats, floats
from liquidgate.train.reservoir import FloatReservoir

ARRAYS = ("W", "Win", "bias", "tau", "A")


@dataclass(frozen=True, kw_only=True, eq=False)
class Head(FloatReservoir):
    """z = W x + Win u + bias; tau and A are the network's own affair.

    Parameters
    ----------
    W : (N, N).  Win : (N, K).  bias, tau, A : (N,).
    """

    W: Floats
    Win: Floats
    bias: Floats
    tau: Floats
    A: Floats

    def __post_init__(self) -> None:
        for name in ARRAYS:
            object.__setattr__(self, name, floats(getattr(self, name), 1 + (name[0] == "W"), name))
        n = len(self.bias)
        if self.W.shape != (n, n):
            raise ValueError(f"W must be of shape {(n, n)}, not {self.W.shape}")
        for name in ("Win", "tau", "A"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name} must have a row a neuron: {n}, "
                                 f"not {len(getattr(self, name))}")

    @property
    def units(self) -> int:
        return len(self.bias)

    @property
    def inputs(self) -> int:
        return int(self.Win.shape[1])

    @property
    def nnz(self) -> int:
        """Weights that are not zero."""
        return int(np.count_nonzero(self.W)) + int(np.count_nonzero(self.Win))

    def preactivations(self, x: Floats, u: Floats) -> Floats:
        """(.., N) z from states (.., N) and scaled inputs (.., K)."""
        return np.asarray(x @ self.W.T + u @ self.Win.T + self.bias)

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays by name."""
        return {name: getattr(self, name) for name in ARRAYS}
