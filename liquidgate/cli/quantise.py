"""liquidgate quantise"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from liquidgate.cli.output import Json, progress, show
from liquidgate.cli.train import tables


def _bits(what: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(metavar="N", help=f"Bits of {what}.")
    return option


def command(
    model: Annotated[str, typer.Argument(
        metavar="DIR|MODEL.npz", help="What liquidgate train wrote.")],
    state_bits: Annotated[int | None, _bits("a state")] = None,
    weight_bits: Annotated[int | None, _bits("a weight of the reservoir")] = None,
    readout_bits: Annotated[int | None, _bits("a trained weight")] = None,
    input_bits: Annotated[int | None, _bits("an input, at most")] = None,
    output_bits: Annotated[int | None, _bits("an output, at most")] = None,
    deviation_bits: Annotated[int | None, _bits("an activation less its mean, at most")] = None,
    segment_bits: Annotated[int | None, _bits("the activation table's address")] = None,
    solver_bits: Annotated[int | None, _bits("what a solver multiplies, at least")] = None,
    states: Annotated[str | None, typer.Option(help="centred or plain.")] = None,
    within: Annotated[float | None, typer.Option(
        help="Fewest state bits with an error within this share of the float error.")] = None,
    budget: Annotated[int | None, typer.Option(
        metavar="BITS", help="Least error that fits so many bits of memory.")] = None,
    name: Annotated[str | None, typer.Option(help="Of the design; default: the data's.")] = None,
    output: Annotated[str, typer.Option(
        "--output", "-o", metavar="DIR", help="The folder to write.")] = ...,  # type: ignore[assignment]
    as_json: Json = False,
) -> None:
    """Quantises a trained model again, in other formats or to a budget; trains nothing.

    Formats not given stay as they were.

    \b
    Examples:
      liquidgate quantise build/laser --state-bits 12 -o build/laser12
      liquidgate quantise build/laser --within 0.05 -o build/laser5
    """
    from liquidgate import training
    from liquidgate.files import staged

    given = {"state_bits": state_bits, "weight_bits": weight_bits, "readout_bits": readout_bits,
             "input_bits": input_bits, "output_bits": output_bits,
             "deviation_bits": deviation_bits, "segment_bits": segment_bits,
             "solver_bits": solver_bits, "states": states}
    budgeted = training.Budget(within=within, bits=budget)
    with progress() as say:
        trained, formats = training.reload(model)
        changes: dict[str, Any] = {k: v for k, v in given.items() if v is not None}
        formats = replace(formats, **changes)
        with staged(output) as work:
            report = training.write(trained, formats, budgeted, work, name=name, progress=say)
    show(as_json, report, *tables(report), f"{output}/design.lgd")
