"""liquidgate verilog"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liquidgate.cli.output import DesignFile, Json, Lanes, progress, show


def command(
    design: DesignFile,
    output: Annotated[str, typer.Option(
        "--output", "-o", metavar="DIR", help="The folder to write.")],
    lanes: Lanes = 4,
    as_json: Json = False,
) -> None:
    """Writes NAME.v, an image of each ROM, and NAME.json with ports, formats and schedule.

    \b
    Example:
      liquidgate verilog build/laser/design.lgd -o build/laser/verilog --lanes 4
    """
    from liquidgate.files import staged
    from liquidgate.spec import Schedule, load

    read = load(design)
    Schedule(read, lanes)
    with progress() as say:
        say("emitting Verilog")
        from liquidgate.rtl_gen.emit import write

        with staged(output) as work:
            names = [path.name for path in write(read, lanes, work)]
    paths = [str(Path(output) / name) for name in names]
    show(as_json, {"design": read.name, "digest": read.digest, "lanes": lanes, "files": paths},
         *paths)
