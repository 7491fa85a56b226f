"""The steps of a build, at any clock."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path

from liquidgate.boards import tools
from liquidgate.boards.advice import problems
from liquidgate.boards.board import Board
from liquidgate.boards.families import family_of
from liquidgate.boards.family import Family, used
from liquidgate.boards.filling import fill
from liquidgate.boards.fit import Fit
from liquidgate.boards.frames import Identity, slot_bytes
from liquidgate.boards.report import Cells, Pair, Report, critical_path
from liquidgate.boards.top import Top, divisor, emit_top
from liquidgate.boards.wrapper import wrapper
from liquidgate.rtl_gen import emit
from liquidgate.rtl_gen.exchange import Exchange, padded, placeholder
from liquidgate.rtl_gen.images import Image
from liquidgate.spec import Design, Schedule
from liquidgate.spec.lgd import save, write_text

SEEDS = (1, 2, 3, 4)
"""Placements that are tried, in this order, until one meets the clock."""

HOPELESS = 1.5
"""Times its budget of logic or memories, by the model: then nothing is synthesised."""


def _seconds(step: str, begun: float) -> Pair:
    return Pair(step, str(round(time.monotonic() - begun, 2)))


@dataclass(frozen=True)
class Flow:
    """A build at any clock; the names are those of ``build``."""

    design: Design
    board: Board
    lanes: int
    baud: int
    folder: Path
    progress: Callable[[str], None]
    _: KW_ONLY
    seeds: int | None = None
    auto: bool = False
    swappable: bool = False
    readout: str = "rom"

    @property
    def family(self) -> Family:
        return family_of(self.board)

    def texts(self, hz: int) -> dict[str, str]:
        """The files that the tools read."""
        name = f"{self.design.name}_top"
        held = placeholder(self.contents(hz)) if self.swappable else None
        return {
            f"{self.design.name}.v": emit(
                self.design, self.lanes, readout=self.readout, exchange=held
            ),
            f"{name}.v": emit_top(Top(
                design=self.design, lanes=self.lanes, clock_hz=hz, baud=self.baud, apart=True,
                identity=bytes(held["identity"].words) if held else None, readout=self.readout,
            )),
            "board.v": wrapper(name, self.family.clock(self.board, hz), self.board),
            self.family.PINS: self.family.constraints(self.board),
        }

    def contents(self, hz: int) -> dict[str, Image]:
        """What the memories hold that depend on the readout."""
        schedule = Schedule(self.design, self.lanes)
        identity = Identity.of(schedule, clock_hz=hz, baud=round(hz / divisor(hz, self.baud)))
        return Exchange(schedule).images | {
            "identity": padded(Image(8, tuple(identity.encode())))
        }

    def key(self, texts: dict[str, str]) -> str:
        """Hash of everything that goes into the build."""
        board = [self.board.part, self.board.package, self.board.speed]
        return hashlib.sha256(json.dumps([
            board, self.family.SETTINGS, SEEDS if self.seeds is None else self.seeds, self.auto,
            tools.versions(self.family.TOOLS), texts,
        ]).encode()).hexdigest()

    def write(self, texts: dict[str, str]) -> None:
        for name, text in texts.items():
            write_text(self.folder / name, text)

    def synthesise(self) -> int:
        """The files of ``texts`` to netlist.json; returns how many products are in logic."""
        name = self.design.name
        return self.family.synthesise(
            [f"{name}.v", f"{name}_top.v", "board.v"], self.folder, self.board
        )

    def at(self, hz: int, texts: dict[str, str], key: str, begun: float) -> Report:
        """The whole flow at one clock."""
        for stale in (f"{self.design.name}{self.family.SUFFIX}", "report.json"):
            (self.folder / stale).unlink(missing_ok=True)
        self.write(texts)
        schedule = Schedule(self.design, self.lanes)
        baud = round(hz / divisor(hz, self.baud))
        report = Report(
            board=self.board.name, design=self.design.name, digest=self.design.digest,
            lanes=self.lanes, baud=baud, clock_hz=hz, fmax_hz=0.0,
            interval=schedule.interval, latency=schedule.latency,
            core_samples=hz / (schedule.interval + schedule.plan.longest),
            uart_samples=baud / 10 / slot_bytes(schedule, clock_hz=hz, baud=baud),
            seed=0, bitstream="", sha256="", key=key, swappable=self.swappable,
            cells=(), path=(), problems=(),
            tools=tuple(Pair(n, v) for n, v in tools.versions(self.family.TOOLS).items()),
            seconds=(_seconds("emit", begun),),
        )
        for step in (self._foreseen, self._synthesised, self._routed, self._packed):
            report = step(report, schedule)
            if not report.fits:
                break
        return report

    def _judged(
        self, report: Report, schedule: Schedule, step: str, begun: float
    ) -> Report:
        found = problems(self.board, schedule, report.cells, report.clock_hz, report.fmax_hz)
        return replace(report, problems=found, seconds=(*report.seconds, _seconds(step, begun)))

    def _foreseen(self, report: Report, schedule: Schedule) -> Report:
        """Ends here what is hopelessly too big, by the model of ``liquidgate fit``."""
        begun = time.monotonic()
        expected = Fit(self.design, self.lanes).on(self.board)
        logic, memories, _ = expected.cells
        known = [memories] if expected.error is None else [logic, memories]
        if all(cell.used <= HOPELESS * cell.budget for cell in known):
            return report
        report = replace(report, cells=expected.cells, in_logic=expected.in_logic)
        return self._judged(report, schedule, "fit", begun)

    def _synthesised(self, report: Report, schedule: Schedule) -> Report:
        self.progress("synthesis (Yosys)")
        begun = time.monotonic()
        in_logic = self.synthesise()
        counted = self.family.estimate(self.folder)
        cells = tuple(Cells(n, counted[n], limit, True) for n, limit in self.board.budget.items())
        report = replace(report, cells=cells, in_logic=in_logic)
        return self._judged(report, schedule, "yosys", begun)

    def _routed(self, report: Report, schedule: Schedule) -> Report:
        """The best of the seeds that are tried."""
        begun = time.monotonic()
        budget, placed = self.board.budget, 0
        for seed in SEEDS if self.seeds is None else range(1, self.seeds + 1):
            self.progress(f"placement and routing for {report.clock_hz / 1e6:g} MHz "
                          f"(nextpnr, seed {seed})")
            try:
                routed = self.family.route(self.board, report.clock_hz, seed, self.folder)
            except tools.ToolError as error:
                if not any(words in error.output for words in self.family.FULL):
                    raise
                full = f"placement: {error}: build with fewer lanes or a smaller design"
                return replace(report, problems=(full,),
                               seconds=(*report.seconds, _seconds("nextpnr", begun)))
            placed = seed
            path, fmax = critical_path(routed)
            if fmax > report.fmax_hz:
                counted = used(self.family, routed)
                cells = tuple(Cells(n, counted[n], budget[n], False) for n in budget)
                report = replace(report, cells=cells, path=path, fmax_hz=fmax, seed=seed)
            if self.seeds is None and fmax >= report.clock_hz:
                break
        report = self._judged(report, schedule, "nextpnr", begun)
        if report.fits and placed != report.seed:  # the files are those of the last one
            self.family.route(self.board, report.clock_hz, report.seed, self.folder)
        return report

    def _packed(self, report: Report, schedule: Schedule) -> Report:
        tool = self.family.TOOLS[-1]
        self.progress(f"bitstream ({tool})")
        begun = time.monotonic()
        report = self.packed(report)
        if self.swappable:
            save(self.design, self.folder / f"{report.design}.lgd")
        return self._judged(report, schedule, tool, begun)

    def packed(self, report: Report) -> Report:
        """What was placed, with the contents of memories that depend on the readout, packed."""
        family = self.family
        if self.swappable:
            contents = self.contents(report.clock_hz)
            fill(family, placeholder(contents), contents, self.folder)
        elif family.CONFIG != family.PLACED:
            shutil.copyfile(self.folder / family.PLACED, self.folder / family.CONFIG)
        family.pack(self.board, report.design, f"{report.design} {self.design.digest}", self.folder)
        name = f"{report.design}{family.SUFFIX}"
        digest = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
        return replace(report, bitstream=name, sha256=digest)
