"""The fluid network in floats: pressures, and flows along the edges of a graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from liquidgate.spec.formats import at_most
from liquidgate.train.arrays import Floats, floats
from liquidgate.train.reservoir import FloatReservoir


def _linear(d: Floats) -> Floats:
    return d


def _clip(d: Floats) -> Floats:
    return np.clip(d, -1.0, 1.0)


RESPONSES: dict[str, Callable[[Floats], Floats]] = {
    "clip": _clip, "linear": _linear, "tanh": np.tanh}
"""phi: of a difference of pressures; odd, of slope at most 1."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Flow(FloatReservoir):
    """Nodes of pressure p_i and density rho_i, edges ij of conductivity g_ij.

    In a step q_ij = g_ij phi(p_i - p_j) of mass flows from i to j, and the mass m_i = rho_i p_i
    becomes m_i + inflow - outflow + (Win u + bias)_i - viscosity_i p_i. A flow is the same at both
    ends: without viscosity and drive the sum of m never changes.

    With ``rate`` a > 0 the conductivities adapt (Tero, Kobayashi, Nakagaki 2007, explicit Euler):
    g becomes g + a (growth |q| - g), at most ``ceiling``. Used edges widen, unused ones dry out.

    The state is p, then g when it adapts; the readout sees p. The first p is 0.

    Parameters
    ----------
    edges : (E, 2) nodes i < j.  conductivity : (E,), of the first state when it adapts.
    density, viscosity, bias : (N,).  Win : (N, K).
    phi : "linear", "tanh", or "clip" (hard tanh).
    rate, growth, ceiling : of the adaptation; see above.

    Raises
    ------
    ValueError : naming the array that is wrong; for an explicit step that is not stable, with the
        largest conductivity that is.
    """

    edges: np.ndarray
    conductivity: Floats
    density: Floats
    viscosity: Floats
    Win: Floats
    bias: Floats
    phi: str = "tanh"
    rate: float = 0.0
    growth: float = 0.0
    ceiling: float = 1.0

    def __post_init__(self) -> None:
        for name, ndim in (("conductivity", 1), ("density", 1), ("viscosity", 1), ("Win", 2),
                           ("bias", 1)):
            object.__setattr__(self, name, floats(getattr(self, name), ndim, name))
        n, edges = self.units, np.asarray(self.edges)
        object.__setattr__(self, "edges", edges)
        if edges.shape != (len(self.conductivity), 2) or edges.dtype.kind not in "iu":
            raise ValueError(f"edges must be pairs of nodes, one a conductivity: "
                             f"{(len(self.conductivity), 2)}, not {edges.shape}")
        wrong = np.flatnonzero((edges[:, 0] < 0) | (edges[:, 0] >= edges[:, 1])
                               | (edges[:, 1] >= n))
        if len(wrong):
            i, j = edges[wrong[0]].tolist()
            raise ValueError(f"edges[{wrong[0]}] must be nodes i < j of 0..{n - 1}, not {i}, {j}")
        for name in ("viscosity", "Win", "bias"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name} must have one row a node: {n}, "
                                 f"not {len(getattr(self, name))}")
        if not (self.density > 0).all():
            raise ValueError(f"density must be above 0, not {self.density.min():g}")
        for name in ("viscosity", "conductivity"):
            if not (getattr(self, name) >= 0).all():
                raise ValueError(f"{name} must be at least 0, not {getattr(self, name).min():g}")
        if self.phi not in RESPONSES:
            raise ValueError(f"phi must be one of {sorted(RESPONSES)}, not {self.phi!r}")
        if not 0 <= self.rate <= 1 or self.growth < 0 or self.ceiling < 0:
            raise ValueError(f"rate must be in 0..1, growth and ceiling at least 0, not "
                             f"{self.rate:g}, {self.growth:g}, {self.ceiling:g}")
        self._check_step()

    def _check_step(self) -> None:
        """|1 - rate| <= 1 for every pattern of pressures; phi's slope is at most 1."""
        widest = self.conductivity
        if self.rate:
            widest = np.maximum(widest, self.ceiling)
        fastest = stiffness(self.edges, widest, self.density)
        room = 2.0 - float((self.viscosity / self.density).max(initial=0.0))
        if room < 0:
            raise ValueError(f"viscosity must be at most 2 densities, not {2 - room:g} of them")
        if fastest > room * (1 + 1e-9):
            raise ValueError(
                f"conductivities are too large for an explicit step: up to {widest.max():.4g}, "
                f"where {at_most(widest.max() * room / fastest)} is the largest that is stable; "
                "lower them, or raise the densities"
            )

    @property
    def units(self) -> int:
        return len(self.density)

    @property
    def inputs(self) -> int:
        return int(self.Win.shape[1])

    @property
    def adapts(self) -> bool:
        return self.rate > 0

    @property
    def width(self) -> int:
        return self.units + len(self.edges) * self.adapts

    def start(self) -> Floats:
        return np.concatenate([np.zeros(self.units), self.conductivity[: self.width - self.units]])

    def seen(self, x: Floats) -> Floats:
        return x[..., : self.units]

    @cached_property
    def gradient(self) -> Floats:
        """(N, E): a row of pressures times it is p_i - p_j of each edge."""
        return incidence(self.edges, self.units)

    @cached_property
    def _divergence(self) -> Floats:
        """(E, N): a row of flows times it is what each pressure loses."""
        return np.ascontiguousarray((self.gradient / self.density[:, None]).T)

    @cached_property
    def _kept(self) -> Floats:
        """(N,) what a pressure keeps of itself in a step without flows."""
        return np.asarray(1.0 - self.viscosity / self.density)

    def flows(self, x: Floats) -> Floats:
        """(.., E) q from i to j, of states (.., S)."""
        g = x[..., self.units :] if self.adapts else self.conductivity
        return np.asarray(g * RESPONSES[self.phi](x[..., : self.units] @ self.gradient))

    def step(self, x: Floats, u: Floats) -> Floats:
        return self._advance(x, (u @ self.Win.T + self.bias) / self.density)

    def _advance(self, x: Floats, drive: Floats) -> Floats:
        q = self.flows(x)
        p = x[..., : self.units]
        p = p * self._kept - q @ self._divergence + drive
        if not self.adapts:
            return np.asarray(p)
        g = x[..., self.units :]
        g = np.minimum(g + self.rate * (self.growth * np.abs(q) - g), self.ceiling)
        return np.concatenate([p, g], axis=-1)

    def trajectory(self, U: Floats, *, state: Floats | None = None) -> Floats:
        u = floats(U, 2, "U")
        if u.shape[1] != self.inputs:
            raise ValueError(f"U must have {self.inputs} columns, not {u.shape[1]}")
        x = self.start() if state is None else state
        found = np.empty((len(u), self.width))
        for n, drive in enumerate((u @ self.Win.T + self.bias) / self.density):
            found[n] = x = self._advance(x, drive)
        return found

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        edges = len(self.edges) * (state_bits if self.adapts else weight_bits)
        return edges + int(np.count_nonzero(self.Win)) * weight_bits + 2 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        names = ("edges", "conductivity", "density", "viscosity", "Win", "bias")
        settings = {"phi": self.phi, "rate": self.rate, "growth": self.growth,
                    "ceiling": self.ceiling}
        return settings, {name: getattr(self, name) for name in names}

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Flow:
        return cls(edges=arrays["edges"], conductivity=arrays["conductivity"],
                   density=arrays["density"], viscosity=arrays["viscosity"], Win=arrays["Win"],
                   bias=arrays["bias"], **settings)


def incidence(edges: np.ndarray, nodes: int) -> Floats:
    """(nodes, E): 1 where an edge begins, -1 where it ends."""
    found = np.zeros((nodes, len(edges)))
    found[edges[:, 0], np.arange(len(edges))] = 1.0
    found[edges[:, 1], np.arange(len(edges))] = -1.0
    return found


def stiffness(edges: np.ndarray, conductivity: Floats, density: Floats) -> float:
    """The largest rate per step at which a pattern of pressures levels out."""
    if not len(edges):
        return 0.0
    b = incidence(edges, len(density)) / np.sqrt(density)[:, None]
    return float(np.linalg.eigvalsh((b * conductivity) @ b.T)[-1])
