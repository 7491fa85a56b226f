"""liquidgate run"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Annotated, Any

import typer

from liquidgate.cli.output import DesignFile, Json, show

if TYPE_CHECKING:
    from liquidgate.spec import Design


def command(
    design: DesignFile,
    input: Annotated[str, typer.Option(
        "--input", metavar="IN.csv", help="Columns named as the design's input channels.")],
    output: Annotated[str | None, typer.Option(
        "--output", "-o", metavar="OUT.csv", help="Default: standard output.")] = None,
    as_json: Json = False,
) -> None:
    """Runs the golden model on a user's data, in the data's units, from the first state.

    OUT.csv has a column for each output channel; a classification has one more, "class": the
    channel of the greatest mean score of the rows so far.

    \b
    Example:
      liquidgate run build/laser/design.lgd --input in.csv -o out.csv
    """
    from liquidgate.files import write_output
    from liquidgate.golden import Golden
    from liquidgate.spec import load
    from liquidgate.train.data.csv_file import read_columns

    read = load(design)
    reals = read_columns(input, [channel.name for channel in read.input.channels])
    if not len(reals):
        raise ValueError(f"{input}: must have at least one row below the header")
    raws = read.input.encode(reals)
    clipped = int((abs(read.input.decode(raws) - reals) > _steps(read)).sum())
    found = Golden(read).run(raws)
    columns = _columns(read, read.output.decode(found))
    plain = {"design": read.name, "digest": read.digest, "rows": len(reals), "clipped": clipped,
             **({} if output else {"outputs": columns})}
    text = _csv(columns)
    if output:
        write_output(output, text)
        show(as_json, plain, f"{len(reals)} rows written to {output}; "
             f"{clipped} input values were beyond the channels' range")
    else:
        show(as_json, plain, text.rstrip("\n"))


def _steps(design: Design) -> Any:
    """Rounding moves a value by half a step at most; more than one step is clipping."""
    return [2.0**-channel.f_bits for channel in design.input.channels]


def _columns(design: Design, reals: Any) -> dict[str, list[Any]]:
    names = [channel.name for channel in design.output.channels]
    columns: dict[str, list[Any]] = {name: reals[:, k].tolist() for k, name in enumerate(names)}
    if design.readout.decision == "argmax":
        columns["class"] = [names[k] for k in reals.cumsum(axis=0).argmax(axis=1)]
    return columns


def _csv(columns: dict[str, list[Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values()))
    return file.getvalue()
