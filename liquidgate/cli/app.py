"""All commands, by name; each stands in the file of its name."""

from __future__ import annotations

from typing import Annotated

import typer

from liquidgate.cli import (
    board,
    boards,
    build,
    fit,
    info,
    load,
    monitor,
    program,
    quantise,
    report,
    retrain,
    run,
    stream,
    swap,
    train,
    verify,
    verilog,
)

app = typer.Typer(
    help="Liquid neural networks as verified FPGA circuits: train, quantise, emit Verilog, "
    "verify it clock by clock, place and route.\n\n"
    "Exit codes: 0; 1 when a check failed; 2 for bad input, with one line on standard error.",
    no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (train, quantise, info, run, verilog, verify, fit, build, swap, report, boards,
               program, board, stream, load, monitor, retrain):
    app.command(module.__name__.rpartition(".")[2])(module.command)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"liquidgate {version('liquidgate')}")
        raise typer.Exit


@app.callback()
def options(version: Annotated[bool, typer.Option(
    "--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    """What stands before a command."""
