"""Checked float arrays: what every float of a user passes through."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers: TypeAlias = float | list[float] | tuple[float, ...] | Floats
"""A parameter that is one number, or one a neuron or channel."""


def floats(value: Any, ndim: int, name: str) -> Floats:
    """A finite float64 array of ``ndim`` dimensions."""
    array = np.asarray(value.toarray() if sp.issparse(value) else value, dtype=float)
    if array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimensions, not {array.ndim}")
    check_finite(array, name)
    return array


def check_finite(array: Floats, name: str) -> None:
    if not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}{list(place)} must be finite, not {array[place]}")


def table(value: object, name: str) -> Floats:
    """A finite (T, K) float array of a table or a single column; clear errors otherwise."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a table of numbers of equally long rows") from None
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise ValueError(f"{name} must be of shape (steps, channels), not {array.shape}")
    if not array.size:
        raise ValueError(f"{name} must not be empty")
    if not np.isfinite(array).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}[{row}][{column}] must be finite, not {array[row, column]}")
    return array
