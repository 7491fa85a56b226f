"""liquidgate fit"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liquidgate.cli.output import DesignFile, Json, Lanes, show, table

if TYPE_CHECKING:
    from liquidgate.boards.fit import Estimate


def command(design: DesignFile, lanes: Lanes = 4, as_json: Json = False) -> None:
    """Tells in a second what a design will take on every board, and whether it fits.

    Memories and multipliers follow Yosys' own rules; logic cells come from a model that was fitted
    to measured builds, with the largest error that was found for such a liquid, and at least that
    of echo state networks. The circuit is that of a build without --swappable and --readout ram,
    which take more memories. Samples a second are those of the board's own clock; whether it is
    reached, only a build tells. "perhaps": the error decides.

    \b
    Example:
      liquidgate fit build/laser/design.lgd --lanes 4
    """
    from liquidgate.boards import BOARDS
    from liquidgate.boards.fit import Fit
    from liquidgate.spec import load

    read = load(design)
    fit = Fit(read, lanes)
    rows = [plain(fit.on(board)) for board in BOARDS.values()]
    kind = read.liquid.kind
    answer = {"design": read.name, "digest": read.digest, "lanes": lanes, "boards": rows}
    show(as_json, answer, table(
        f"{read.name}, {lanes} lanes, {rows[0]['interval']:,} clocks a step",
        ("board", "logic cells", "error", "memories", "multipliers", "clock", "samples/s", "fits"),
        [(row["board"], *_columns(row)) for row in rows],
    ), f"error: the largest of measured builds of {kind} designs that the model had not seen, "
       "or of echo state networks"
       if any(row["error"] for row in rows) else f"no {kind} design has been measured")


def plain(estimate: Estimate) -> dict[str, Any]:
    """For JSON."""
    return {
        "board": estimate.board.name,
        "cells": {cell.name: {"used": cell.used, "budget": cell.budget} for cell in estimate.cells},
        "error": estimate.error, "in_logic": estimate.in_logic, "interval": estimate.interval,
        "clock_hz": estimate.clock_hz, "samples": estimate.samples, "fits": estimate.fits,
    }


def _columns(row: dict[str, Any]) -> tuple[str, ...]:
    logic, memories, multipliers = (
        f"{cell['used']:,} of {cell['budget']:,}" for cell in row["cells"].values())
    error = "-" if row["error"] is None else f"{row['error']:.0%}"
    soft = f", {row['in_logic']} in logic" if row["in_logic"] else ""
    verdict = {True: "yes", False: "no", None: "perhaps"}[row["fits"]]
    return (logic, error, memories, multipliers + soft, f"{row['clock_hz'] / 1e6:g} MHz",
            f"{row['samples']:,.0f}", verdict)
