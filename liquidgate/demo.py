"""The end of ``make demo``: every step's report in one table and in summary.json.

``python -m liquidgate.demo FOLDER [SECONDS]``: the folder with what the steps wrote (see the
Makefile), and how long setting up the environment took.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from liquidgate.boards import load_report
from liquidgate.cli.output import show, table, to_json
from liquidgate.files import write_output
from liquidgate.training import read_report


def summary(folder: Path, setup: float | None) -> dict[str, Any]:
    """The figures of all steps.

    Parameters
    ----------
    folder : has report.json (training), verify-*/verify.json, board/report.json.
    setup : seconds that the environment took.

    Raises
    ------
    OSError, ValueError : when a report is missing, damaged or of another design.
    """
    training = read_report(folder / "report.json")
    runs = [read_report(path) for path in sorted(folder.glob("verify-*/verify.json"))]
    board = load_report(folder / "board")
    if not runs:
        raise FileNotFoundError(f"{folder}: holds no verify-*/verify.json")
    for what in (*runs, board.plain()):
        if what["digest"] != training["digest"]:
            raise ValueError(f"{folder}: its reports must be of one design, {training['digest']}, "
                             f"not {what['digest']}")
    cells = {cell.name: cell.used for cell in board.cells}
    baselines = training["baselines"]
    best = min(baselines, key=lambda name: baselines[name])
    free = next((run for run in runs if run["latency"] is not None), runs[0])
    return {
        "task": training["title"], "design": training["design"], "digest": training["digest"],
        "metric": training["metric"], "float": training["float"], "fixed": training["fixed"],
        "nrmse": training["nrmse"], "baselines": baselines,
        "best_baseline": best, "better_than_it": baselines[best] / training["fixed"],
        "cycles_compared": sum(run["clocks"] for run in runs),
        "mismatches": sum(run["mismatches"] for run in runs),
        "cycles_a_second": max(run["speed"] for run in runs),
        "board": board.board, "lanes": board.lanes, "cells": cells,
        "clock_hz": board.clock_hz, "fmax_hz": board.fmax_hz,
        "clocks_a_step": board.interval, "latency_clocks": board.latency,
        "latency_clocks_on_the_wire": free["latency"],
        "latency_s": board.latency / board.clock_hz,
        "samples_a_second": board.core_samples, "samples_a_second_uart": board.uart_samples,
        "bitstream": f"{folder}/board/{board.bitstream}",
        "pictures": [f"{folder}/{name}" for name in ("forecast.png", "quantise.png")],
        "seconds": {
            **({} if setup is None else {"setup": setup}), **training["seconds"],
            "verify": sum(run["seconds"] for run in runs),
            **{pair.name: float(pair.value) for pair in board.seconds},
        },
    }


def rows(plain: dict[str, Any]) -> list[tuple[str, Any]]:
    """The summary for people."""
    nrmse, cells = plain["nrmse"], plain["cells"]
    micro = plain["latency_s"] * 1e6
    return [
        ("digest", plain["digest"][:16] + "..."),
        ("NRMSE, float", nrmse["float"]),
        ("NRMSE, fixed point", nrmse["fixed"]),
        (f"NMSE better than {plain['best_baseline']}", f"{plain['better_than_it']:.1f} times"),
        ("cycles compared", plain["cycles_compared"]),
        ("mismatches", plain["mismatches"]),
        ("simulated cycles a second", round(plain["cycles_a_second"])),
        ("cells", ", ".join(f"{count:,} {name}" for name, count in cells.items())),
        ("Fmax", f"{plain['fmax_hz'] / 1e6:.1f} MHz, runs at {plain['clock_hz'] / 1e6:g}"),
        ("samples a second", f"{plain['samples_a_second']:,.0f} (core), "
         f"{plain['samples_a_second_uart']:,.0f} (UART)"),
        ("latency", f"{micro:.1f} us, {plain['latency_clocks']} clocks"),
        *((f"seconds, {name}", value) for name, value in plain["seconds"].items()),
        ("bitstream", plain["bitstream"]),
        *(("picture", path) for path in plain["pictures"]),
    ]


def main(arguments: Sequence[str]) -> int:
    """Writes FOLDER/summary.json and shows it; 1 when a mismatch is in it."""
    folder = Path(arguments[0])
    setup = float(arguments[1]) if len(arguments) > 1 else None
    plain = summary(folder, setup)
    write_output(folder / "summary.json", to_json(plain))
    title = f"{plain['task']}: from data to {plain['board']}, {plain['lanes']} lanes"
    show(False, plain, table(title, ("", "value"), rows(plain)))
    return 1 if plain["mismatches"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
