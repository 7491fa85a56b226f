"""Neurons on a 3-D grid, connected by distance and kind (Maass, Natschlaeger, Markram 2002)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.random import Generator

from liquidgate.train.arrays import Floats

CONNECTION: Mapping[str, float] = MappingProxyType({"EE": 0.3, "EI": 0.2, "IE": 0.4, "II": 0.1})
"""The paper's C by kind of pair: the one that sends, then the one that hears."""
STRENGTH: Mapping[str, float] = MappingProxyType({"EE": 30.0, "EI": 60.0, "IE": -19.0,
                                                  "II": -19.0})
"""The paper's mean weights, in nA; only their ratios matter here."""


def positions(units: int) -> np.ndarray:
    """(N, 3) places on the integer grid of the most nearly cubic box that holds ``units``."""
    side = 1
    while side**3 < units:
        side += 1
    rows = -(-units // side)
    height = -(-rows // side)
    places = np.stack(np.unravel_index(np.arange(units), (height, side, side)), axis=1)
    return np.asarray(places)


def kinds(units: int, excitatory: float, rng: Generator) -> np.ndarray:
    """(N,) truth values: who is excitatory; exactly the share asked for, rounded."""
    chosen = np.zeros(units, dtype=bool)
    chosen[rng.permutation(units)[: round(excitatory * units)]] = True
    return chosen


def probabilities(excitatory: np.ndarray, reach: float, density: float = 1.0,
                  connection: Mapping[str, float] = CONNECTION) -> Floats:
    """(N, N) chance that i hears j: density * C * exp(-(d / reach)**2), at most 1.

    d is the Euclidean distance on the grid, C the ``connection`` of the pair's kind, reach the
    paper's lambda. No neuron hears itself.
    """
    places = positions(len(excitatory))
    square = ((places[:, None] - places[None, :]) ** 2).sum(axis=2)
    chance = density * per_pair(connection, excitatory) * np.exp(-square / reach**2)
    np.fill_diagonal(chance, 0.0)
    return np.minimum(chance, 1.0)


def per_pair(values: Mapping[str, float], excitatory: np.ndarray) -> Floats:
    """(N, N) the value of the pair's kind, for i (the row) hearing j (the column)."""
    sends, hears = excitatory[None, :], excitatory[:, None]
    return np.where(sends, np.where(hears, values["EE"], values["EI"]),
                    np.where(hears, values["IE"], values["II"]))
