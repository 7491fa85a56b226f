"""A serial port with a bad cable, to try a host on: damaged and lost bytes, an unplugged device."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from liquidgate.boards.port import Port


class BadLine:
    """A port for ``Host``.

    Parameters
    ----------
    opened : opens the real port. rng : of all trouble.
    damage : chance of a byte, in either direction, to become another one.
    loss : chance of a byte to be lost. drop : chance of a call to find the device gone.

    Attributes
    ----------
    damaged, lost, dropped : how often it happened.
    """

    def __init__(self, opened: Callable[[], Port], rng: Random, *, damage: float, loss: float,
                 drop: float) -> None:
        self._opened, self._rng = opened, rng
        self._damage, self._loss, self._drop = damage, loss, drop
        self._port = opened()
        self.damaged = self.lost = self.dropped = 0

    def reopen(self) -> BadLine:
        """What a host does after an OSError."""
        self._port = self._opened()
        return self

    def write(self, data: bytes, /) -> None:
        self._cable()
        self._port.write(self._spoilt(data))

    def read(self, size: int = 1, /) -> bytes:
        self._cable()
        return self._spoilt(self._port.read(size))

    def close(self) -> None:
        self._port.close()

    def _cable(self) -> None:
        if self._rng.random() < self._drop:
            self.dropped += 1
            raise OSError("the device is gone")

    def _spoilt(self, data: bytes) -> bytes:
        out = bytearray()
        for byte in data:
            chance = self._rng.random()
            if chance < self._loss:
                self.lost += 1
                continue
            if chance < self._loss + self._damage:
                self.damaged += 1
                byte ^= self._rng.randrange(1, 256)
            out.append(byte)
        return bytes(out)
