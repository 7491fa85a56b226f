"""liquidgate load"""

from __future__ import annotations

import time

from liquidgate.cli.output import DesignFile, Json, progress, show
from liquidgate.cli.serial import BAUD, PATIENCE, Baud, Patience, PortName, connected


def command(
    design: DesignFile,
    port: PortName,
    baud: Baud = BAUD,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Writes a newly trained readout into a running board, which then holds DESIGN.

    The board must have been built with --readout ram, from a design that differs from DESIGN in
    weights and biases of the readout alone. It takes the new readout between two samples, when all
    of it is there and its checksum is right; until then, and after any error, it goes on with the
    old one. Lost and damaged frames are repeated.

    \b
    Example:
      liquidgate load build/laser/retrained.lgd --port /dev/ttyUSB1
    """
    from liquidgate.spec import load

    read = load(design)
    with progress() as say, connected(
        port, read, baud=baud, patience=patience, check=False
    ) as host:
        begun = time.monotonic()
        entries = host.load(read, progress=lambda done, total: say(f"{done:,} of {total:,}"))
        seconds = time.monotonic() - begun
        recoveries = host.counts.recoveries
    show(as_json, {"design": read.name, "digest": read.digest, "port": port, "entries": entries,
                   "seconds": seconds, "recoveries": recoveries},
         f"{read.name} is in use at {port}: {entries:,} entries in {seconds:.2f} s")
