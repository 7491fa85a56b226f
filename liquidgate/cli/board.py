"""liquidgate board"""

from __future__ import annotations

import signal
import sys
from typing import Annotated, Any

import typer

from liquidgate.cli.output import DesignFile, Json, Lanes, Readout, progress, show, table
from liquidgate.cli.serial import BAUD, PATIENCE, connected


def command(
    design: DesignFile,
    virtual: Annotated[bool, typer.Option(
        "--virtual", help="Simulate a board with the design, behind a serial device, until "
        "interrupted.")] = False,
    port: Annotated[str | None, typer.Option(
        metavar="DEVICE", help="Ask the board at this serial device what it is.")] = None,
    lanes: Lanes = 4,
    board: Annotated[str, typer.Option(help="Whose clock the virtual board has.")] = "icebreaker",
    baud: Annotated[int | None, typer.Option(help="Of the UART; default: the board's.")] = None,
    device: Annotated[str | None, typer.Option(
        metavar="PATH", help="A path for the virtual board's device.")] = None,
    readout: Readout = "rom",
    as_json: Json = False,
) -> None:
    """A virtual board with a design, or what a real one says of itself.

    The virtual board is the Verilog of the board's circuit, UART and all, in Verilator; programs
    talk to it as to a real one.

    \b
    Example:
      liquidgate board build/laser/design.lgd --virtual --device build/laser/tty
    """
    from liquidgate.spec import load

    if virtual == (port is not None):
        raise ValueError("give --virtual or --port DEVICE, not "
                         + ("both" if virtual else "neither"))
    read = load(design)
    if port is not None:
        with connected(port, read, baud=baud or BAUD, patience=PATIENCE) as host:
            plain: dict[str, Any] = vars(host.identify())
        show(as_json, plain, table(f"{read.name} at {port}", ("", "value"), plain.items()))
        return
    from liquidgate.virtual import VirtualBoard

    with progress() as say:
        say("compiling the circuit")
        opened = VirtualBoard(read, lanes=lanes, board=board, baud=baud, device=device,
                              readout=readout)
    with opened:
        plain = {"design": read.name, "digest": read.digest, "device": opened.device,
                 "baud": opened.baud, "lanes": lanes, "readout": readout}
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            show(as_json, plain, f"{read.name} at {opened.device}, until interrupted:",
                 f"liquidgate stream {design} --port {opened.device} --input IN.csv")
            sys.stdout.flush()  # whoever started it may be waiting for the device's name
            opened.wait()
        except KeyboardInterrupt:
            pass
