"""Ports: the channels of a stream, and what their raw integers mean outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liquidgate.spec.formats import QFormat, check_int


@dataclass(frozen=True)
class Channel:
    """One scalar of a stream: real = (raw + offset) * 2**-f_bits, in the data's own unit.

    The offset lets a signal that moves a little about a large mean use all its bits; the circuit
    never sees it.
    """

    name: str
    f_bits: int
    offset: int = 0

    def __post_init__(self) -> None:
        if type(self.name) is not str or not self.name:
            raise ValueError(f"the name of a channel must be a text, not {self.name!r}")
        check_int(self.f_bits, -64, 64, f"channel {self.name}: f_bits")
        check_int(self.offset, -(1 << 62), 1 << 62, f"channel {self.name}: offset")

    def real(self, raw: int) -> float:
        return (raw + self.offset) * 2.0**-self.f_bits


@dataclass(frozen=True)
class Port:
    """A stream's payload: channels of one width, the first in the least significant bits."""

    width: int
    signed: bool
    channels: tuple[Channel, ...]

    def __post_init__(self) -> None:
        check_int(self.width, 1, 32, "the width of a port")
        if not self.channels:
            raise ValueError("a port must have at least one channel")
        names = [channel.name for channel in self.channels]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"channel names must differ, not twice {name!r}")

    @property
    def format(self) -> QFormat:
        """The raw range (the binary point is each channel's own)."""
        return QFormat(self.width, 0, self.signed)

    def encode(self, reals: Any) -> NDArray[np.int64]:
        """(T, channels) reals in the data's units -> raws: nearest (half up), saturated."""
        table = np.asarray(reals, dtype=float)
        if table.ndim != 2 or table.shape[1] != len(self.channels):
            raise ValueError(f"values must be of shape (steps, {len(self.channels)}), "
                             f"not {table.shape}")
        if not np.isfinite(table).all():
            row, column = (int(k) for k in np.argwhere(~np.isfinite(table))[0])
            raise ValueError(f"values[{row}][{column}] must be finite, not {table[row, column]}")
        low, high = self.format.raw_min, self.format.raw_max
        offsets, units = self._offsets(), self._units()
        raws = np.floor(table / units + 0.5) - offsets
        return np.asarray(np.clip(raws, low, high), dtype=np.int64)

    def decode(self, raws: Any) -> NDArray[np.float64]:
        """(T, channels) raws -> reals in the data's units."""
        return np.asarray((np.asarray(raws) + self._offsets()) * self._units(), dtype=float)

    def _offsets(self) -> NDArray[np.float64]:
        return np.array([channel.offset for channel in self.channels], dtype=float)

    def _units(self) -> NDArray[np.float64]:
        return np.array([2.0**-channel.f_bits for channel in self.channels])
