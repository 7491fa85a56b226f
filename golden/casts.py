"""The rounding of the numbered cast points, on int64 arrays. docs/arithmetic.md.

A legal design keeps every exact sum within 56 signed bits (``Design`` refuses others), so int64
has room for the sum, its rounding half, and every product of the leaky update (48 bits).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liquidgate.spec import Clip, QFormat, Table

Ints = NDArray[np.int64]


def round_shift(value: Any, shift: int) -> Any:
    """floor(value / 2**shift + 1/2): an arithmetic shift, halves towards plus infinity."""
    return (value + ((1 << shift) >> 1)) >> shift


def saturate(value: Ints, fmt: QFormat) -> Ints:
    """The nearest raw value of ``fmt``."""
    return np.minimum(np.maximum(value, fmt.raw_min), fmt.raw_max)


def cast(value: Ints, shift: int, fmt: QFormat) -> Ints:
    """``round_shift``, then ``saturate``."""
    return saturate(round_shift(value, shift), fmt)


def activate(z: Ints, activation: Table | Clip) -> Ints:
    """Cast point 2: the raw activation of raw pre-activations of any shape."""
    if isinstance(activation, Clip):
        g = round_shift(z, activation.shift)
        return np.minimum(np.maximum(g, -activation.limit), activation.limit)
    magnitude = np.minimum(np.abs(z), activation.input.raw_max)
    segment = magnitude >> activation.offset_bits
    offset = magnitude & ((1 << activation.offset_bits) - 1)
    base, slope = _columns(activation.base, activation.slope)
    g = base[segment] + round_shift(slope[segment] * offset, activation.shift)
    return np.where(z < 0, -g, g)


@lru_cache(maxsize=16)
def _columns(base: tuple[int, ...], slope: tuple[int, ...]) -> tuple[Ints, Ints]:
    """A table's segments as arrays, made once."""
    return np.array(base, dtype=np.int64), np.array(slope, dtype=np.int64)
