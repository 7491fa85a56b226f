"""liquidgate build"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from liquidgate.cli.output import (
    CheckFailed,
    DesignFile,
    Json,
    Lanes,
    Readout,
    progress,
    show,
    table,
)

if TYPE_CHECKING:
    from liquidgate.boards import Report


def command(
    design: DesignFile,
    board: Annotated[str, typer.Option(help="See liquidgate boards.")],
    lanes: Lanes = 4,
    output: Annotated[str | None, typer.Option(
        "--output", "-o", metavar="DIR", help="The folder to write; default build/NAME/BOARD.")
    ] = None,
    clock: Annotated[str | None, typer.Option(
        "--clock", "--freq", metavar="MHZ|auto",
        help="Clock of the core; default: the board's; auto: as fast as a placement allows.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(
        metavar="K", help="Keep the fastest of K placements; default: the first that is fast "
        "enough, of up to 4.")] = None,
    baud: Annotated[int | None, typer.Option(help="Of the UART; default: the board's.")] = None,
    readout: Readout = "rom",
    swappable: Annotated[bool, typer.Option(
        "--swappable", help="So that liquidgate swap can put another readout into it.")] = False,
    as_json: Json = False,
) -> None:
    """Synthesises, places and routes a design for a board; writes bitstream and report.

    With --clock auto it places once, reads the highest frequency from the timing report, sets the
    PLL to it, and places again.

    Exit code 1, with a table, when the design is too big or misses its clock. A bitstream that is
    already there and still true is not built again.

    \b
    Example:
      liquidgate build build/laser/design.lgd --board icebreaker -o build/laser/board
    """
    from liquidgate.boards import NotFitError, build
    from liquidgate.boards.families import family_of
    from liquidgate.boards.registry import find
    from liquidgate.files import staged
    from liquidgate.spec import load

    read = load(design)
    folder = Path(output or f"build/{read.name}/{board}")
    names = ("report.json", f"{read.name}{family_of(find(board)).SUFFIX}")
    with progress() as say, staged(folder) as work:
        for name in names:
            if (folder / name).is_file():
                shutil.copy2(folder / name, work)
        try:
            report: Report = build(read, board, lanes, work, progress=say, baud=baud, seeds=seeds,
                                   freq=_hz(clock), swappable=swappable, readout=readout)
        except NotFitError as error:
            report = error.report
            # an older bitstream would not be the report's
            for place in (folder, work):
                (place / names[1]).unlink(missing_ok=True)
    show(as_json, report.plain(), *tables(report),
         *(f"does not fit: {problem}" for problem in report.problems))
    if not report.fits:
        raise CheckFailed


def _hz(clock: str | None) -> float | str | None:
    """In Hz, or as it is."""
    if clock is None or clock == "auto":
        return clock
    try:
        return float(clock) * 1e6
    except ValueError:
        raise ValueError(f"clock must be MHz or 'auto', not {clock!r}") from None


def tables(report: Report) -> list[Any]:
    """The report of a build for people."""
    return [table(f"{report.design}, {report.lanes} lanes, on {report.board}",
                  ("", "value", "limit", ""), [tuple(row.values()) for row in report.rows()])]
