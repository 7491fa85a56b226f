"""What the commands that talk to a board share."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from liquidgate.boards.host import Host
    from liquidgate.spec import Design

PortName = Annotated[str, typer.Option(
    "--port", metavar="DEVICE", help="The board's serial device.")]
Baud = Annotated[int, typer.Option(help="Of the UART, as the build's report says.")]
Patience = Annotated[float, typer.Option(
    metavar="SECONDS", help="How long a device that is gone may take to come back.")]
BAUD = 1_000_000
PATIENCE = 10.0


@contextmanager
def connected(port: str, design: Design, *, baud: int, patience: float,
              check: bool = True) -> Iterator[Host]:
    """A host at a serial device, who has seen that the board holds ``design`` (with ``check``).

    Raises
    ------
    ValueError : for a baud rate or patience that can not be.
    OSError : when the device can not be opened; names it.
    LinkError : when the board does not answer, or holds another design.
    """
    from liquidgate.boards.host import Host
    from liquidgate.boards.port import open_port

    if baud < 1:
        raise ValueError(f"baud must be at least 1, not {baud}")
    if not 0 <= patience < float("inf"):
        raise ValueError(f"patience must be a number of seconds from 0 on, not {patience:g}")
    try:
        opened = open_port(port, baud=baud)
    except OSError as error:
        raise OSError(f"{port}: can not be opened as a serial device: "
                      f"{error.strerror or error}") from None
    host = Host(port=opened, design=design, patience=patience,
                reopen=lambda: open_port(port, baud=baud))
    try:
        if check:
            host.check()
        yield host
    finally:
        host.close()


class Clock:
    """Figures of a run, from the first sample on."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._begun = time.monotonic()

    def plain(self) -> dict[str, Any]:
        """For JSON: samples, seconds, samples a second, latency, trouble."""
        counts, seconds = self._host.counts, time.monotonic() - self._begun
        return {
            "samples": counts.samples, "seconds": seconds,
            "samples_a_second": counts.samples / seconds if seconds else 0.0,
            "latency_mean_s": counts.latency_sum / counts.samples if counts.samples else None,
            "latency_max_s": counts.latency_max if counts.samples else None,
            "recoveries": counts.recoveries, "reconnections": counts.reconnections,
        }

    def line(self) -> str:
        """For people."""
        found = self.plain()
        latency = found["latency_mean_s"]
        return (f"{found['samples']:,} samples, {found['samples_a_second']:,.0f} a second, round "
                f"trip {'-' if latency is None else f'{latency * 1e3:.1f} ms'}, "
                f"{found['recoveries']} recoveries, {found['reconnections']} reconnections")


def raw_rows(design: Design, reals: Iterable[Any]) -> Iterable[list[int]]:
    """Rows of raw inputs, encoded as they come."""
    return (design.input.encode([row])[0].tolist() for row in reals)
