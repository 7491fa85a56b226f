"""Ports: the channels of a stream, and what their raw integers mean outside."""

from __future__ import annotations

from dataclasses import dataclass

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
