"""The leaky-integrator echo state network in floats (Jaeger 2001; Jaeger et al. 2007)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from liquidgate.train.arrays import Floats, check_finite, floats
from liquidgate.train.reservoir import FloatReservoir

DENSE_UNITS = 200
"""Up to this many neurons a dense product is faster than a sparse one."""


def _clip(z: Floats, out: Floats | None = None) -> Floats:
    return np.clip(z, -1.0, 1.0, out=out)


ACTIVATIONS: dict[str, Callable[..., Floats]] = {"tanh": np.tanh, "clip": _clip}


@dataclass(frozen=True, kw_only=True, eq=False)
class Reservoir(FloatReservoir):
    """Leaky neurons: x[n] = (1 - a) x[n-1] + a f(Win u[n] + W x[n-1] + Wfb y[n-1] + b).

    The first state x[-1] and the first feedback y[-1] are 0.

    Parameters
    ----------
    W : (N, N) recurrent weights, dense or sparse (a sparse one is kept as CSR).
    Win : (N, K) input weights.
    Wfb : (N, O) feedback weights, or None.
    bias : (N,).
    lr : (N,) leak rates a in 0..1; a number stands for all neurons.
    activation : "tanh", or "clip" (hard tanh).

    Raises
    ------
    ValueError : naming the array whose shape or values are wrong.
    """

    W: Floats | sp.csr_array
    Win: Floats
    Wfb: Floats | None = None
    bias: Floats
    lr: Floats
    activation: str = "tanh"

    def __post_init__(self) -> None:
        if sp.issparse(self.W):
            check_finite(sp.csr_array(self.W, dtype=float).data, "W's data")
            object.__setattr__(self, "W", sp.csr_array(self.W, dtype=float))
        else:
            object.__setattr__(self, "W", floats(self.W, 2, "W"))
        n = self.W.shape[0]
        if self.W.shape != (n, n):
            raise ValueError(f"W must be square, not {self.W.shape}")
        object.__setattr__(self, "lr", np.broadcast_to(np.asarray(self.lr, float), (n,)).copy()
                           if np.ndim(self.lr) == 0 else floats(self.lr, 1, "lr"))
        object.__setattr__(self, "bias", floats(self.bias, 1, "bias"))
        for name in ("Win", "Wfb"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, floats(getattr(self, name), 2, name))
        for name in ("Win", "Wfb", "bias", "lr"):
            array = getattr(self, name)
            if array is not None and len(array) != n:
                raise ValueError(f"{name} must have one row a neuron: {n}, not {len(array)}")
        if not ((self.lr >= 0) & (self.lr <= 1)).all():
            raise ValueError(f"lr must be in 0..1, not {self.lr.min():g}..{self.lr.max():g}")
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation must be one of {sorted(ACTIVATIONS)}, not {self.activation!r}"
            )

    @property
    def units(self) -> int:
        return int(self.W.shape[0])

    @property
    def inputs(self) -> int:
        return int(self.Win.shape[1])

    def dense(self) -> Floats:
        """W as a dense (N, N) array."""
        return self.W.toarray() if isinstance(self.W, sp.csr_array) else self.W

    def step(self, x: Floats, u: Floats, y: Floats | None = None) -> Floats:
        """The next states, (N,) or (batch, N), from states x, inputs u, fed-back outputs y."""
        z = (self.W @ x.T).T + u @ self.Win.T + self.bias
        if self.Wfb is not None and y is not None:
            z += y @ self.Wfb.T
        return (1.0 - self.lr) * x + self.lr * ACTIVATIONS[self.activation](z)

    def run(self, U: Floats, Y_feedback: Floats | None = None, *,
            state: Floats | None = None) -> Floats:
        """States X (T, N), which are what the readout sees; see ``trajectory``."""
        return self.trajectory(U, Y_feedback, state=state)

    def trajectory(self, U: Floats, Y_feedback: Floats | None = None, *,
                   state: Floats | None = None) -> Floats:
        """States X (T, N) over inputs U (T, K).

        ``Y_feedback`` (T, O): y[n] of each step (teacher forcing); step n sees y[n-1], step 0
        sees 0. ``state`` (N,): x[-1] in place of 0.
        """
        u = floats(U, 2, "U")
        if u.shape[1] != self.inputs:
            raise ValueError(f"U must have {self.inputs} columns, not {u.shape[1]}")
        drive = u @ self.Win.T
        drive += self.bias
        if Y_feedback is not None:
            if self.Wfb is None:
                raise ValueError("Y_feedback must be None: the reservoir has no Wfb")
            y = floats(Y_feedback, 2, "Y_feedback")
            if y.shape != (len(u), self.Wfb.shape[1]):
                raise ValueError(
                    f"Y_feedback must be of shape {(len(u), self.Wfb.shape[1])}, not {y.shape}"
                )
            drive[1:] += y[:-1] @ self.Wfb.T
        start = np.zeros(self.units) if state is None else floats(state, 1, "state")
        if start.shape != (self.units,):
            raise ValueError(f"state must have one value a neuron: {self.units}, "
                             f"not {len(start)}")
        return self._integrate(drive, start)

    def _integrate(self, drive: Floats, x: Floats) -> Floats:
        """The recurrence over (T, N) drives; overwrites them with the states."""
        f, lr, keep = ACTIVATIONS[self.activation], self.lr, 1.0 - self.lr
        leaky = bool((lr != 1.0).any())
        small = self.units <= DENSE_UNITS
        w = np.ascontiguousarray(self.dense()) if small else self._sparse()
        held = np.empty(self.units)
        for z in drive:
            z += w.dot(x)
            f(z, out=z)
            if leaky:
                z *= lr
                np.multiply(x, keep, out=held)
                z += held
            x = z
        return drive

    def _sparse(self) -> Floats | sp.csr_array:
        """CSR where it is the faster product."""
        w = self.W if isinstance(self.W, sp.csr_array) else sp.csr_array(self.W)
        return w if w.nnz < 0.3 * self.units**2 else self.dense()

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        nnz = sum(int(np.count_nonzero(m)) for m in (self.dense(), self.Win, self.Wfb)
                  if m is not None)
        return nnz * weight_bits + 2 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        w = sp.csr_array(self.W)
        arrays = {"W_data": w.data, "W_indices": w.indices, "W_indptr": w.indptr,
                  "Win": self.Win, "bias": self.bias, "lr": self.lr}
        if self.Wfb is not None:
            arrays["Wfb"] = self.Wfb
        return {"activation": self.activation, "sparse": sp.issparse(self.W)}, arrays

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Reservoir:
        n = len(arrays["bias"])
        w = sp.csr_array((arrays["W_data"], arrays["W_indices"], arrays["W_indptr"]), (n, n))
        w.check_format()  # an index out of range would read beyond the arrays
        return cls(W=w if settings["sparse"] else w.toarray(), Win=arrays["Win"],
                   Wfb=arrays.get("Wfb"), bias=arrays["bias"], lr=arrays["lr"],
                   activation=settings["activation"])
