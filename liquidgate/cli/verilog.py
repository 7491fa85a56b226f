"""liquidgate verilog"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liquidgate.cli.output import DesignFile, Json, Lanes, Readout, progress, show


def command(
    design: DesignFile,
    output: Annotated[str, typer.Option(
        "--output", "-o", metavar="DIR", help="The folder to write.")],
    lanes: Lanes = 4,
    interface: Annotated[str, typer.Option(
        help="stream, axis, wishbone or bare (docs/integration.md).")] = "stream",
    readout: Readout = "rom",
    as_json: Json = False,
) -> None:
    """Writes NAME.v, an image of each ROM, and NAME.json with ports, formats and schedule.

    Beside them NAME.core for FuseSoC; with axis or wishbone the registers as Markdown and C
    header, and with --readout ram the readout as a C array.

    \b
    Examples:
      liquidgate verilog build/laser/design.lgd -o build/laser/verilog --lanes 4
      liquidgate verilog build/laser/design.lgd -o build/laser/axis --interface axis
    """
    from liquidgate.files import staged
    from liquidgate.rtl_gen.interfaces import check_interface
    from liquidgate.spec import Schedule, load
    from liquidgate.spec.readout_map import check_readout

    read = load(design)
    Schedule(read, lanes)
    check_interface(interface)
    check_readout(readout)
    with progress() as say:
        say("emitting Verilog")
        from liquidgate.rtl_gen.emit import write

        with staged(output) as work:
            names = [path.name for path in write(read, lanes, work, interface, readout)]
    paths = [str(Path(output) / name) for name in names]
    show(as_json, {"design": read.name, "digest": read.digest, "lanes": lanes,
                   "interface": interface, "readout": readout, "files": paths}, *paths)
