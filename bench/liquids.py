"""Every liquid from real data to a bitstream: errors, bits, clocks, cells, all verified.

    python bench/liquids.py [--rows esn:laser cfc:laser] [--bits 16] [--formats solver_bits=18]
                            [--search solver_bits=16,18 segment_bits=8,9] [--steps 300] [--json]

With ``--search`` the formats of all combinations are tried on the last fifth of the training rows,
and the best ones are used. Each row trains a liquid's preset on a data set, quantises it with
states of so many bits, compares the Verilog with golden on every clock under the worst stalls, and
places it for the iCEBreaker. Exits with 1 when a clock differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from liquidgate import evaluation
from liquidgate.boards import NotFitError, build
from liquidgate.referee import verify
from liquidgate.spec import Schedule
from liquidgate.train import tasks
from liquidgate.train.data import load, names
from liquidgate.train.liquids import kinds
from liquidgate.train.quantise import Formats, fit_formats, quantise

ROWS = ("esn:laser", "cfc:laser", "cfc_pure:laser", "ltc:laser", "synaptic:laser",
        "lsm:japanese_vowels", "fluid:ecg", "fluid:laser", "fluid:co2", "chain:laser")
BOARD = "icebreaker"
LANES = {"synaptic:laser": 1}
"""4 but for these: synapses have a lane of their own, and the readout waits for it anyway."""
FORMATS = {"lsm:japanese_vowels": {"output_bits": 8}}
"""What a row says beyond the bits of its states: nine scores of 16 bits would fill nine of the
thirty block RAMs with the answers that the board's link keeps."""


def measure(liquid: str, name: str, choices: list[Formats], steps: int,
            board: bool) -> dict[str, Any]:
    """One row of the table, with the best of the formats."""
    data = load(name)
    model = tasks.fit(data, liquid=liquid)
    start, stop = data.split.train
    rows, called = (data.inputs[start:stop], data.targets[start:stop]), f"{liquid}_{name}"
    made = (quantise(model, *rows, formats=choices[0], name=called) if len(choices) == 1 else
            fit_formats(model, *rows, choices=choices, name=called))
    design = made.design
    lanes = LANES.get(f"{liquid}:{name}", 4)
    checked = verify(design, lanes, steps=steps, stalls="worst")
    schedule = Schedule(design, lanes)
    row = {
        "liquid": liquid, "task": name, "neurons": design.liquid.neurons, "lanes": lanes,
        "bits": made.formats.state_bits, "formats": asdict(made.formats),
        **evaluation.evaluate(model, design, data), "products": schedule.products,
        "clocks_a_step": schedule.interval, "clocks": checked.clocks,
        "mismatches": checked.mismatches,
    }
    return {**row, **_placed(design, lanes)} if board else row


def _placed(design: Any, lanes: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            report = build(design, BOARD, lanes, Path(folder))
        except NotFitError as error:
            report = error.report
    return {"cells": {cell.name: cell.used for cell in report.cells},
            "fmax_hz": report.fmax_hz, "problems": list(report.problems)}


def table(rows: list[dict[str, Any]]) -> Table:
    found = Table(title=f"Liquids on the {BOARD}")
    for column in ("liquid", "task", "neurons", "lanes", "metric", "float", "fixed", "bits",
                   "baselines", "clocks a step", "LCs", "EBRs", "DSPs", "Fmax, MHz",
                   "clocks compared", "mismatches"):
        found.add_column(column)
    for row in rows:
        cells = row.get("cells", {})
        found.add_row(
            row["liquid"], row["task"], str(row["neurons"]), str(row["lanes"]), row["metric"],
            f"{row['float']:.4g}",
            f"{row['fixed']:.4g}", str(row["bits"]),
            ", ".join(f"{k} {v:.3g}" for k, v in row["baselines"].items()),
            f"{row['clocks_a_step']:,}", *(str(cells.get(n, "-")) for n in ("LC", "EBR", "DSP")),
            f"{row['fmax_hz'] / 1e6:.1f}" if row.get("fmax_hz") else "-",
            f"{row['clocks']:,}", str(row["mismatches"]),
        )
    return found


def pair(text: str) -> tuple[str, str]:
    liquid, _, task = text.partition(":")
    if liquid not in kinds() or task not in names():
        raise argparse.ArgumentTypeError(
            f"must be LIQUID:TASK of {', '.join(kinds())} and {', '.join(names())}, not {text}")
    return liquid, task


def width(text: str) -> tuple[str, int]:
    name, (bits, *more) = widths(text)
    if more:
        raise argparse.ArgumentTypeError(f"must be a field of Formats and its bits, not {text}")
    return name, bits


def widths(text: str) -> tuple[str, list[int]]:
    name, _, bits = text.partition("=")
    if name not in Formats.names() or not all(b.isdecimal() for b in bits.split(",")):
        raise argparse.ArgumentTypeError(f"must be a field of Formats and its bits, not {text}")
    return name, [int(b) for b in bits.split(",")]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=pair, default=list(map(pair, ROWS)))
    parser.add_argument("--bits", type=int, default=16)
    parser.add_argument("--formats", nargs="+", type=width, default=[], metavar="NAME=BITS")
    parser.add_argument("--search", nargs="+", type=widths, default=[], metavar="NAME=BITS,BITS",
                        help="formats to be tried on held-back training rows")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--no-board", dest="board", action="store_false")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    changes: dict[str, Any] = {"state_bits": given.bits, **dict(given.formats)}
    searched = dict(given.search)
    tried = [changes | dict(zip(searched, bits)) for bits in product(*searched.values())]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        rows = [measure(*row, [Formats(**FORMATS.get(":".join(row), {}) | own) for own in tried],
                        given.steps, given.board)
                for row in progress.track(given.rows, description="liquids")]
    if given.json:
        print(json.dumps(rows))
    else:
        Console(width=200).print(table(rows))
    return 1 if any(row["mismatches"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
