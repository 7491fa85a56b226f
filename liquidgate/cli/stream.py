"""liquidgate stream"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from liquidgate.cli.columns import checked_rows, clipped, columns, csv_text, inputs_of
from liquidgate.cli.output import DesignFile, Json, progress, show
from liquidgate.cli.serial import (
    BAUD,
    PATIENCE,
    Baud,
    Clock,
    Patience,
    PortName,
    connected,
    raw_rows,
)


def command(
    design: DesignFile,
    port: PortName,
    input: Annotated[str, typer.Option(
        "--input", metavar="IN.csv", help="Columns named as the design's input channels; - reads "
        "standard input, and answers each row as it comes.")],
    output: Annotated[str, typer.Option(
        "--output", "-o", metavar="OUT.csv", help="- for standard output.")] = "-",
    baud: Baud = BAUD,
    patience: Patience = PATIENCE,
    load: Annotated[str | None, typer.Option(
        "--load", metavar="NEW", help="Write the readout of this design into the board meanwhile "
        "(see liquidgate load); it is told from which row on the answers are its own.")] = None,
    as_json: Json = False,
) -> None:
    """Sends a user's data through a board, in the data's units, and collects its answers.

    The board must hold the design. Damaged, lost and interrupted frames are repeated: OUT.csv has
    every answer once, in order, or there is an error and no file. Figures go to standard error when
    the answers go to standard output.

    \b
    Example:
      liquidgate stream build/laser/design.lgd --port /dev/ttyUSB1 --input in.csv -o out.csv
    """
    from liquidgate.files import write_output
    from liquidgate.spec import load as load_design

    fresh = None if load is None else load_design(load)
    if input == "-":
        if load is not None:
            raise ValueError("--load must not be given when --input is -")
        return _converse(design, port, output, baud, patience)

    read = load_design(design)
    reals = inputs_of(input, read)
    if not len(reals):
        raise ValueError(f"{input}: must have at least one row below the header")
    raws = read.input.encode(reals)
    if output != "-" and not Path(output).parent.is_dir():
        raise FileNotFoundError(f"{Path(output).parent}: no such folder")
    with progress() as say, connected(port, read, baud=baud, patience=patience) as host:
        clock, answers = Clock(host), []
        for answer in host.stream(raws.tolist(), load=fresh):
            answers.append(answer)
            if len(answers) % 100 == 0:
                say(f"{len(answers):,} of {len(raws):,}: {clock.line()}")
        figures, line = clock.plain(), clock.line()
        if fresh is not None:
            figures |= {"switched": host.switched,
                        "loaded": {"design": fresh.name, "digest": fresh.digest}}
            line += f"; from row {(host.switched or 0) + 1} on by the readout of {load}"
    found = columns(read, read.output.decode(answers))
    plain = {"design": read.name, "digest": read.digest, "port": port, **figures,
             "clipped": clipped(read, raws, reals)}
    text = csv_text(found)
    if output != "-":
        write_output(output, text)
        show(as_json, plain, f"{len(reals)} rows written to {output}", line)
    elif as_json:
        show(True, {**plain, "outputs": found})
    else:
        show(False, plain, text.rstrip("\n"))
        print(line, file=sys.stderr)
    return None


def _converse(design: str, port: str, output: str, baud: int, patience: float) -> None:
    """A row in, a row out, over pipes."""
    from liquidgate.spec import load

    if output != "-":
        raise ValueError("--output must be - when --input is -: rows are answered as they come, "
                         f"not written to {output}")
    read = load(design)
    rows = checked_rows(sys.stdin, "standard input", read)
    with connected(port, read, baud=baud, patience=patience) as host:
        clock = Clock(host)
        print(csv_text({channel.name: [] for channel in read.output.channels}), end="", flush=True)
        for answer in host.stream(raw_rows(read, rows), window=1):
            values: Any = read.output.decode([answer])[0].tolist()
            print(",".join(map(repr, values)), flush=True)
        print(clock.line(), file=sys.stderr)
