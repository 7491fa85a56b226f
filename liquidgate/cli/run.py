"""liquidgate run"""

from __future__ import annotations

from typing import Annotated

import typer

from liquidgate.cli.columns import clipped, columns, csv_text, inputs_of
from liquidgate.cli.output import DesignFile, Json, show


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

    read = load(design)
    reals = inputs_of(input, read)
    if not len(reals):
        raise ValueError(f"{input}: must have at least one row below the header")
    raws = read.input.encode(reals)
    beyond = clipped(read, raws, reals)
    found = columns(read, read.output.decode(Golden(read).run(raws)))
    plain = {"design": read.name, "digest": read.digest, "rows": len(reals), "clipped": beyond,
             **({} if output else {"outputs": found})}
    text = csv_text(found)
    if output:
        write_output(output, text)
        show(as_json, plain, f"{len(reals)} rows written to {output}; "
             f"{beyond} input values were beyond the channels' range")
    else:
        show(as_json, plain, text.rstrip("\n"))

