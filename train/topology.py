"""Reservoir matrices: who is connected to whom, with which weights, at which scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.random import Generator
from scipy.sparse.linalg import ArpackError, eigs

from liquidgate.train.arrays import Floats

DENSE_EIGENVALUES = 600
"""Above this many neurons ARPACK finds the spectral radius faster than a dense solver."""
RESTARTS = 100
"""Of ARPACK; a random matrix needs a few, a ring never converges."""

POWERS = (0.125, 0.25, 0.5, 1.0)
"""Magnitudes of the "powers" weights."""


def _powers(rng: Generator, size: int) -> Floats:
    return np.asarray(rng.choice(POWERS, size) * rng.choice((-1.0, 1.0), size))


WEIGHTS: dict[str, Callable[[Generator, int], Floats]] = {
    "uniform": lambda rng, size: rng.uniform(-1.0, 1.0, size),
    "normal": lambda rng, size: rng.standard_normal(size),
    "signs": lambda rng, size: np.asarray(rng.choice((-1.0, 1.0), size)),
    "powers": _powers,
}
"""Weight distributions: a generator and a count to that many weights."""


def _uniform(rng: Generator, n: int, k: int) -> list[np.ndarray]:
    """Every neuron hears exactly k others, itself possibly among them."""
    return [np.sort(rng.choice(n, k, replace=False)) for _ in range(n)]


def _ring(rng: Generator, n: int, k: int) -> list[np.ndarray]:
    """Simple cycle: neuron i hears i - 1 (Rodan and Tino 2011)."""
    return [np.array([(i - 1) % n]) for i in range(n)]


def _jumps(rng: Generator, n: int, k: int) -> list[np.ndarray]:
    """Cycle with two-way jumps of length k between its every k-th neurons (Rodan and Tino 2012).

    The jumps close to a ring of their own when k divides n.
    """
    heard = [{(i - 1) % n} for i in range(n)]
    stops = list(range(0, n, k)) + ([0] if n % k == 0 else [])
    for a, b in zip(stops, stops[1:]):
        if a != b:
            heard[a].add(b)
            heard[b].add(a)
    return [np.array(sorted(h)) for h in heard]


def _small_world(rng: Generator, n: int, k: int) -> list[np.ndarray]:
    """Each hears its k nearest; one in ten links is rewired anywhere (Watts and Strogatz 1998)."""
    rows = []
    for i in range(n):
        near = [(i + (d // 2 + 1) * (-1) ** (d + 1)) % n for d in range(k)]
        kept = [j for j in dict.fromkeys(near) if rng.random() >= 0.1]
        others = np.setdiff1d(np.arange(n), [i, *kept])
        extra = rng.choice(others, min(k - len(kept), len(others)), replace=False)
        rows.append(np.sort(np.array([*kept, *extra], dtype=int)))
    return rows


def _grid(rng: Generator, n: int, k: int) -> list[np.ndarray]:
    """A near-square grid, filled row by row: each hears the up to four beside it."""
    width = math.ceil(math.sqrt(n))
    heard: list[set[int]] = [set() for _ in range(n)]
    for i in range(n):
        beside = [i + 1] * ((i + 1) % width > 0) + [i + width]
        for j in (j for j in beside if j < n):
            heard[i].add(j)
            heard[j].add(i)
    return [np.array(sorted(h), dtype=int) for h in heard]


TOPOLOGIES: dict[str, Callable[[Generator, int, int], list[np.ndarray]]] = {
    "grid": _grid, "jumps": _jumps, "ring": _ring, "small-world": _small_world,
    "uniform": _uniform,
}
"""Topologies: (rng, N, in_degree) to the sources of each neuron."""


def links(rows: Sequence[np.ndarray]) -> np.ndarray:
    """(E, 2) the undirected edges i < j of who hears whom, in ascending order, each once."""
    found = {(min(i, int(j)), max(i, int(j))) for i, row in enumerate(rows) for j in row if j != i}
    return np.array(sorted(found), dtype=int).reshape(-1, 2)


def spectral_radius(w: Floats | sp.csr_array) -> float:
    """Largest |eigenvalue| of a square matrix."""
    n = w.shape[0]
    if sp.issparse(w) and n > DENSE_EIGENVALUES:
        try:
            v0 = np.random.default_rng(0).standard_normal(n)
            return float(np.abs(eigs(w, k=1, v0=v0, ncv=60, maxiter=RESTARTS,
                                     return_eigenvectors=False)).max())
        except ArpackError:  # many eigenvalues of one size (a ring), or all of them 0
            pass
    dense: Any = w.toarray() if sp.issparse(w) else w  # type: ignore[union-attr]
    return float(np.abs(np.linalg.eigvals(dense)).max())


def on_grid(values: Floats, bits: int, *, least: int = 0) -> Floats:
    """Rounds to multiples of a power of two such that raws fit ``bits`` two's-complement bits.

    Raws of values that are not 0 are at least ``least`` in size.
    """
    top = np.abs(values).max(initial=0.0)
    if top == 0:
        return values
    limit = (1 << (bits - 1)) - 1
    # the greatest weight may be rounded down to the limit, so that an exact 1.0 costs no bit
    step = 2.0 ** np.ceil(np.log2(top / (limit + 0.5)))
    sizes = np.clip(np.round(np.abs(values) / step), np.where(values == 0, 0, least), limit)
    return np.asarray(np.sign(values) * sizes * step)


def recurrent(*, units: int, in_degree: int, sr: float, topology: str, weights: str,
              weight_bits: int | None, rng: Generator) -> sp.csr_array:
    """W (N, N) of spectral radius ``sr``: on the grid, the nearest one found."""
    rows = TOPOLOGIES[topology](rng, units, in_degree)
    indptr = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
    indices = np.concatenate(rows)
    data = WEIGHTS[weights](rng, len(indices))

    def matrix(values: Floats) -> sp.csr_array:
        return sp.csr_array((values, indices, indptr), shape=(units, units))

    drawn = spectral_radius(matrix(data))
    data = data * (sr / drawn) if sr > 0 else data * 0.0
    if weight_bits is not None and sr > 0:
        # rounding moves the radius a little: aim beside it until the rounded one is near
        aim, best = data, (np.inf, data)
        for _ in range(4):
            rounded = on_grid(aim, weight_bits)
            real = spectral_radius(matrix(rounded))
            if real < 1e-9:
                # a link rounded to nothing may cut the only cycle, as in a ring
                rounded = on_grid(aim, weight_bits, least=1)
                real = spectral_radius(matrix(rounded))
            best = min(best, (abs(real - sr), rounded), key=lambda pair: pair[0])
            if abs(real - sr) < 1e-3 * sr:
                break
            aim = aim * (sr / real)
        data = best[1]
    result = matrix(data)
    result.eliminate_zeros()
    return result
