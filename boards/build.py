"""From a design to a bitstream."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from liquidgate.boards import ice40, tools
from liquidgate.boards.advice import problems
from liquidgate.boards.board import Board
from liquidgate.boards.frames import slot_bytes
from liquidgate.boards.registry import find
from liquidgate.boards.report import (
    Cells,
    NotFitError,
    Pair,
    Report,
    critical_path,
    load_report,
)
from liquidgate.boards.top import Top, divisor, emit_top
from liquidgate.spec import Design, Schedule
from liquidgate.spec.lgd import write_text

SEEDS = (1, 2, 3, 4)
"""Placements that are tried, in this order, until one meets the clock."""


def build(
    design: Design, board: str, lanes: int, directory: str | Path, *,
    progress: Callable[[str], None] = lambda step: None,
    freq: float | None = None, baud: int | None = None,
) -> Report:
    """Synthesises, places, routes and packs ``design`` for a board.

    Leaves NAME.bin, report.json and every file between in ``directory``. What is already there
    and still true is returned at once. The same design and tools give the same bytes.

    Parameters
    ----------
    board : a name in BOARDS.
    progress : is told each step as it begins.
    freq : clock of the core in Hz, rounded down to what the board can make; its default if None.
    baud : of the UART; the board's default if None.

    Raises
    ------
    TypeError, ValueError : for a board, lanes, freq or baud that can not be.
    OSError : when the folder can not be written.
    NotFitError : when the design is too big or misses the clock; its report is saved too.
    ToolError : when a tool is missing or fails.
    """
    target = find(board)
    clock = ice40.clock(target, target.clock_hz if freq is None else freq)
    baud = target.baud if baud is None else baud
    Schedule(design, lanes), divisor(clock.hz, baud)  # raise before there is half a circuit
    top = Top(design=design, lanes=lanes, clock_hz=clock.hz, baud=baud)
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    progress("emitting Verilog")
    texts = {
        f"{design.name}_top.v": emit_top(top),
        "board.v": ice40.wrapper(f"{design.name}_top", clock),
        "board.pcf": ice40.constraints(target),
    }
    versions = tools.versions(ice40.TOOLS)
    key = hashlib.sha256(
        json.dumps([target.part, target.package, ice40.SYNTHESIS, SEEDS, versions, texts]).encode()
    ).hexdigest()
    old = _finished(folder, key)
    if old is not None:
        return old
    for stale in (f"{design.name}.bin", "report.json"):
        (folder / stale).unlink(missing_ok=True)
    for name, text in texts.items():
        write_text(folder / name, text)
    report = Report(
        board=target.name, design=design.name, digest=design.digest, lanes=lanes,
        baud=top.identity.baud, clock_hz=clock.hz, fmax_hz=0.0,
        interval=top.schedule.interval, latency=top.schedule.latency,
        core_samples=clock.hz / (top.schedule.interval + top.schedule.plan.longest),
        uart_samples=top.identity.baud / 10 / slot_bytes(
            top.schedule, clock_hz=clock.hz, baud=top.identity.baud
        ),
        seed=0, bitstream="", sha256="", key=key, cells=(), path=(), problems=(),
        tools=tuple(Pair(name, value) for name, value in versions.items()),
        seconds=(_seconds("emit", begun),),
    )
    report = _run(target, top, report, folder, progress)
    report.save(folder)
    if not report.fits:
        raise NotFitError(report)
    return report


def _seconds(step: str, begun: float) -> Pair:
    return Pair(step, str(round(time.monotonic() - begun, 2)))


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


def _run(
    board: Board, top: Top, report: Report, folder: Path, progress: Callable[[str], None]
) -> Report:
    def timed(report: Report, step: str, begun: float) -> Report:
        return replace(report, seconds=(*report.seconds, _seconds(step, begun)))

    def judged(report: Report) -> Report:
        return replace(report, problems=problems(
            board, top.schedule, report.cells, report.clock_hz, report.fmax_hz
        ))

    progress("synthesis (Yosys)")
    begun = time.monotonic()
    in_logic = ice40.synthesise([f"{report.design}_top.v", "board.v"], folder,
                                board.budget["DSP"])
    counted = ice40.estimate(folder)
    cells = tuple(Cells(n, counted[n], board.budget[n], True) for n in board.budget)
    report = timed(judged(replace(report, cells=cells, in_logic=in_logic)), "yosys", begun)
    if not report.fits:
        return report

    # The best of the seeds that are tried; the first one that meets the clock ends the search.
    begun = time.monotonic()
    for seed in SEEDS:
        progress(f"placement and routing (nextpnr, seed {seed})")
        try:
            routed = ice40.route(board, seed, folder)
        except tools.ToolError as error:
            if not any(words in error.output for words in ice40.FULL):
                raise
            full = f"placement: {error}: build with fewer lanes or a smaller design"
            return timed(replace(report, problems=(full,)), "nextpnr", begun)
        path, fmax = critical_path(routed)
        if fmax > report.fmax_hz:
            cells = tuple(
                Cells(n, routed["utilization"][ice40.CELLS[n]]["used"], board.budget[n], False)
                for n in board.budget
            )
            report = replace(report, cells=cells, path=path, fmax_hz=fmax, seed=seed)
        if fmax >= report.clock_hz:
            break
    report = timed(judged(report), "nextpnr", begun)
    if not report.fits:
        return report

    progress("bitstream (icepack)")
    begun = time.monotonic()
    ice40.pack(report.design, f"{report.design} {report.digest}", folder)
    name = f"{report.design}.bin"
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    return timed(replace(report, bitstream=name, sha256=digest), "icepack", begun)
