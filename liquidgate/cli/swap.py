"""liquidgate swap"""

from __future__ import annotations

from typing import Annotated

import typer

from liquidgate.cli.build import tables
from liquidgate.cli.output import DesignFile, Json, progress, show


def command(
    build: Annotated[str, typer.Argument(
        metavar="DIR", help="The folder of a build with --swappable, or of another swap.")],
    design: DesignFile,
    output: Annotated[str, typer.Option(
        "--output", "-o", metavar="DIR", help="The folder to write; may be that of the build.")],
    as_json: Json = False,
) -> None:
    """Puts another readout into a finished bitstream: no synthesis, no routing, a few seconds.

    DESIGN may differ from what was built in the readout's weights and biases only; the bytes are
    those that a build of DESIGN gives.

    \b
    Example:
      liquidgate swap build/laser/board retrained.lgd -o build/laser/retrained
    """
    from liquidgate.boards.swap import swap
    from liquidgate.files import staged
    from liquidgate.spec import load

    read = load(design)
    with progress() as say, staged(output) as work:
        report = swap(build, read, work, progress=say)
    seconds = report.seconds[-1].value
    show(as_json, report.plain(), *tables(report), f"readout exchanged in {seconds} s")
