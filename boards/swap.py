"""Another readout into a finished bitstream, without synthesis, placement or routing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from liquidgate.boards.families import family_of
from liquidgate.boards.flow import Flow
from liquidgate.boards.registry import find
from liquidgate.boards.report import Pair, Report, load_report
from liquidgate.spec import Design, Schedule, load
from liquidgate.spec.lgd import save
from liquidgate.spec.readout_map import ReadoutMap


def swap(
    folder: str | Path, design: Design, directory: str | Path, *,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """The bitstream of ``design`` from that of a design with another readout.

    Its bytes are those that a build of ``design`` gives. ``directory`` is then as good as the
    folder of a build: for ``program``, for ``verify --netlist`` and for another swap.

    Parameters
    ----------
    folder : of a build with ``swappable``, or of another swap.
    design : differs from what was built in the readout's weights and biases alone.
    directory : is written; may be ``folder``.
    progress : is told each step as it begins.

    Raises
    ------
    OSError, ValueError : when there is no such build, or the design differs in something else.
    ToolError : when a tool is missing or fails.
    """
    begun = time.monotonic()
    source, target = Path(folder), Path(directory)
    report = load_report(source)
    if not report.swappable:
        raise ValueError(f"{folder} must be a build whose readout can be exchanged: build with "
                         "--swappable")
    if not report.fits:
        raise ValueError(f"{folder} must be a build that fits its board")
    built = load(source / f"{report.design}.lgd")
    check(built, design, report.lanes)

    board = find(report.board)
    family = family_of(board)
    target.mkdir(parents=True, exist_ok=True)
    for name in ("netlist.json", "placed.json", "nextpnr.json", family.PLACED):
        if source.resolve() != target.resolve():
            shutil.copyfile(source / name, target / name)
    progress("exchanging the readout")
    job = Flow(design, board, report.lanes, report.baud, target, progress,
               swappable=True)
    report = job.packed(replace(report, digest=design.digest, key=""))
    save(design, target / f"{design.name}.lgd")
    seconds = (Pair("swap", str(round(time.monotonic() - begun, 2))),)
    report = replace(report, seconds=seconds)
    report.save(target)
    return report


def check(built: Design, design: Design, lanes: int) -> None:
    """Raises ValueError when the designs differ in more than the readout's weights and bias, or a
    bias is beyond what sums can need."""
    same = replace(design, readout=replace(
        design.readout, weights=built.readout.weights, bias=built.readout.bias,
    )) if _shape(design) == _shape(built) else design
    if same != built:
        raise ValueError(
            f"the design must differ from the one built in readout.weights and readout.bias alone, "
            f"not in {_difference(built, same)}: build it anew"
        )
    ReadoutMap(Schedule(design, lanes))


def _shape(design: Design) -> tuple[int, int]:
    return design.readout.outputs, design.readout.taps


def _difference(built: Any, design: Any, name: str = "") -> str:
    """The first field in which two values differ, with both of its values when they are short."""
    if is_dataclass(built) and type(built) is type(design):
        for field in fields(built):
            pair = getattr(built, field.name), getattr(design, field.name)
            if pair[0] != pair[1]:
                return _difference(*pair, f"{name}.{field.name}".lstrip("."))
    said = f"{name}, built {built!r}, now {design!r}"
    return said if len(said) < 100 else name
