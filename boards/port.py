"""Serial ports as the host needs them."""

from __future__ import annotations

from typing import Any, Protocol


class Port(Protocol):
    """What the host needs of a serial port; pyserial's Serial with a timeout has it."""

    def write(self, data: bytes, /) -> Any: ...

    def read(self, size: int = 1, /) -> bytes:
        """At most ``size`` bytes; fewer when none comes for the port's timeout."""

    def close(self) -> None: ...


def open_port(device: str, *, baud: int, timeout: float = 0.2) -> Any:
    """A serial port for ``Host``. Raises OSError when it can not be opened."""
    import serial  # only who talks to a board needs it

    return serial.Serial(device, baudrate=baud, timeout=timeout, exclusive=True)
