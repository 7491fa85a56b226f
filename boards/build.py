"""From a design to a bitstream."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from liquidgate.boards.families import family_of
from liquidgate.boards.flow import Flow
from liquidgate.boards.registry import find
from liquidgate.boards.report import NotFitError, Report, load_report
from liquidgate.boards.top import divisor
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap, check_readout

AUTO = "auto"
ROUNDS = 4
"""Clocks that are tried after the first placement when the clock is AUTO."""


def build(
    design: Design, board: str, lanes: int, directory: str | Path, *,
    progress: Callable[[str], None] = lambda step: None,
    freq: float | str | None = None, baud: int | None = None, seeds: int | None = None,
    readout: str = "rom", swappable: bool = False,
) -> Report:
    """Synthesises, places, routes and packs ``design`` for a board.

    Leaves the bitstream, report.json and every file between in ``directory``. What is already
    there and still true is returned at once. The same design and tools give the same bytes.

    Parameters
    ----------
    board : a name in BOARDS.
    progress : is told each step as it begins.
    freq : clock of the core in Hz, rounded down to what the board can make; its default if None.
        "auto" places at the default, and again at the fastest clock that this placement allows.
    baud : of the UART; the board's default if None.
    seeds : placements to try, of which the fastest is kept; None stops at the first that meets
        the clock, of up to four.
    readout : "rom", or "ram" for one that can be loaded into the running board.
    swappable : whether another readout may come into the finished bitstream (``swap``): then what
        depends on it stands in memories of its own, and sums are wide enough for any readout.

    Raises
    ------
    TypeError, ValueError : for a board, lanes, freq, baud, seeds or readout that can not be.
    OSError : when the folder can not be written.
    NotFitError : when the design is too big or misses the clock; its report is saved too.
    ToolError : when a tool is missing or fails.
    """
    target = find(board)
    if seeds is not None and type(seeds) is not int:
        raise TypeError(f"seeds must be an integer, not {seeds!r}")
    if seeds is not None and seeds < 1:
        raise ValueError(f"seeds must be at least 1, not {seeds}")
    if isinstance(freq, str) and freq != AUTO:
        raise ValueError(f"freq must be a frequency in Hz or 'auto', not {freq!r}")
    if swappable and family_of(target).FILLER is None:
        raise ValueError(f"swappable must be False for {board}: no tool exchanges memories in "
                         f"bitstreams of the family {target.family}")
    first = target.clock_hz if freq is None or isinstance(freq, str) else freq
    hz = family_of(target).clock(target, first).hz
    rate = target.baud if baud is None else baud
    check_readout(readout)
    if swappable and readout == "ram":
        raise ValueError("readout must be rom when it is swappable in the bitstream, not ram")
    schedule, _ = Schedule(design, lanes), divisor(hz, rate)  # raise before half a circuit
    if readout == "ram":
        ReadoutMap(schedule)
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    job = Flow(design, target, lanes, rate, folder, progress, seeds=seeds, auto=freq == AUTO,
               swappable=swappable, readout=readout)
    begun = time.monotonic()
    progress("emitting Verilog")
    texts = job.texts(hz)
    key = job.key(texts)
    old = _finished(folder, key)
    if old is not None:
        return old
    report = job.at(hz, texts, key, begun)
    if freq == AUTO:
        report = _fastest(job, report)
    report.save(folder)
    if not report.fits:
        raise NotFitError(report)
    return report


def _fastest(job: Flow, first: Report) -> Report:
    """Places again at the clock that a placement allows, until one meets its clock."""
    report = first
    for _ in range(ROUNDS):
        if not report.fmax_hz or not all(cell.fits for cell in report.cells):
            return report
        try:
            clock = job.family.clock(job.board, report.fmax_hz)
        except ValueError:
            return report
        if report.fits and clock.hz <= report.clock_hz:
            return report
        report = job.at(clock.hz, job.texts(clock.hz), first.key, time.monotonic())
        if report.fits:
            return report
    if first.fits:
        return job.at(first.clock_hz, job.texts(first.clock_hz), first.key, time.monotonic())
    return report


def _finished(folder: Path, key: str) -> Report | None:
    """The report of an earlier build of the same things, when its bitstream is still there."""
    try:
        report = load_report(folder)
        if report.key != key or not report.fits:
            return None
        data = (folder / report.bitstream).read_bytes()
    except (OSError, ValueError):
        return None
    return report if hashlib.sha256(data).hexdigest() == report.sha256 else None
