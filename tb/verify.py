"""Verify: a Verilog text against golden, every output pin on every clock, in Verilator."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.golden import Trace, trace
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap, check_readout
from liquidgate.tb.build import ToolError, build
from liquidgate.tb.exchange import random_exchanges
from liquidgate.tb.explain import Divergence, explain
from liquidgate.tb.header import Header
from liquidgate.tb.play import play
from liquidgate.tb.player import TOP, read_result, text, write_changes
from liquidgate.tb.stimulus import Stalls, random_inputs, stalls_of, stimulus


@dataclass(frozen=True)
class VerifyResult:
    """What a verification saw.

    ``clocks`` compared, each with every output pin; ``inputs`` and ``outputs``: transfers;
    ``mismatches`` in clocks; ``speed`` in clocks a second; ``latency`` and ``interval`` on the
    wire (None when nothing ran free); ``first``: the first divergence, None when there is none.
    """

    design: str
    digest: str
    lanes: int
    stalls: str
    clocks: int
    inputs: int
    outputs: int
    mismatches: int
    speed: float
    latency: int | None
    interval: int | None
    first: Divergence | None

    @property
    def ok(self) -> bool:
        return self.mismatches == 0

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A circuit with what its pins do.

    Parameters
    ----------
    verilog : the text; its top module is ``design.name``, with the pins of docs/timing.md.
    design, lanes : what it should be.
    pins : as ``trace`` takes them: rst, clear, i_valid, o_ready, i_data; exchanges exactly when
        the circuit has its readout in RAM.
    stalls : a name for the report.

    Raises
    ------
    ValueError : when lanes are not legal, or the header of the text names another design,
    interface or place of the readout.
    """

    verilog: Path
    design: Design
    lanes: int
    pins: dict[str, Any]
    stalls: str = "given"

    def __post_init__(self) -> None:
        Schedule(self.design, self.lanes)
        if not self.verilog.is_file():
            return  # build says so
        said = Header.of(self.verilog)
        if said.digest and said.digest != self.design.digest:
            raise ValueError(f"{self.verilog} must be of the design with the digest "
                             f"{self.design.digest[:12]}, not {said.digest[:12]}")
        if said.interface is not None:
            raise ValueError(f"{self.verilog} must have the interface stream, not {said.interface}")
        if said.lanes not in (None, self.lanes):
            raise ValueError(f"{self.verilog} must have {self.lanes} lanes, not {said.lanes}")
        if said.digest and said.readout != self.readout:
            raise ValueError(f"{self.verilog} must have its readout in {self.readout}, not "
                             f"{said.readout}")

    @property
    def readout(self) -> str:
        """Where the circuit keeps its readout."""
        return "ram" if "exchanges" in self.pins else "rom"

    @property
    def expected(self) -> Trace:
        """What golden says of the output pins."""
        return trace(self.design, Schedule(self.design, self.lanes), **self.pins)


def verify(
    verilog: Path,
    design: Design,
    lanes: int,
    *,
    folder: Path,
    cache: Path,
    rng: np.random.Generator,
    steps: int = 100,
    inputs: Any = None,
    stalls: str | Stalls = "none",
    waves: bool = False,
    readout: str = "rom",
) -> VerifyResult:
    """Builds, plays and compares.

    Parameters
    ----------
    verilog : the emitted (or edited) text; its top module is ``design.name``.
    folder : for the bench's files; waves go to ``folder/dump.vcd``.
    cache : see ``build``.
    steps : time steps of random inputs, when ``inputs`` (steps x inputs, raw) is None.
    stalls : a name in STALLS, or the stalls themselves.
    readout : "ram" for a circuit with its readout there: it is exchanged all the time.

    Raises
    ------
    ToolError : when a tool is missing or does not accept the text.
    ValueError : when lanes, steps or stalls are not legal, or the text is of another design.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    check_readout(readout)
    behaviour = stalls_of(stalls) if isinstance(stalls, str) else stalls
    schedule = Schedule(design, lanes)
    data = random_inputs(design, steps, rng) if inputs is None else np.asarray(inputs)
    pins = stimulus(design, schedule, data, stalls=behaviour, rng=rng)
    if readout == "ram":
        pins["exchanges"] = random_exchanges(design, schedule, pins, rng)
    name = stalls if isinstance(stalls, str) else "given"
    job = Job(verilog=verilog, design=design, lanes=lanes, pins=pins, stalls=name)
    return verify_all([job], folder=folder, cache=cache, waves=waves)[0]


def verify_all(
    jobs: Sequence[Job], *, folder: Path, cache: Path, waves: bool = False, fast: bool = True
) -> list[VerifyResult]:
    """All ``jobs`` side by side in one program. The texts of different designs must have
    different module names: the emitted ones do when the designs' names differ. See ``build``."""
    designs = [job.design for job in jobs]
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "players.v"
    maps = [ReadoutMap(Schedule(job.design, job.lanes)) if job.readout == "ram" else None
            for job in jobs]
    source.write_text(text(designs, readouts=maps))
    program = build([source, *dict.fromkeys(job.verilog for job in jobs)], TOP, folder / "sim",
                    cache=cache, waves=waves, fast=fast)
    traces = [job.expected for job in jobs]
    for number, (job, expected) in enumerate(zip(jobs, traces)):
        write_changes(number, expected, job.pins, program.parent)
    seconds = play(program, program.parent, ["--trace"] if waves else [])
    if waves:
        os.replace(program.parent / "dump.vcd", folder / "dump.vcd")
    speed = sum(expected.clocks for expected in traces) / seconds
    return [_result(number, job, expected, speed, folder, cache)
            for number, (job, expected) in enumerate(zip(jobs, traces))]


def _result(
    number: int, job: Job, expected: Trace, speed: float, folder: Path, cache: Path
) -> VerifyResult:
    seen = read_result(number, folder / "sim")
    if seen["clock"] != expected.clocks:
        raise ToolError(f"the bench compared {seen['clock']} of {expected.clocks} clocks")
    steps = expected.steps
    free = _runs_free(job.pins, steps.taken)
    return VerifyResult(
        design=job.design.name, digest=job.design.digest, lanes=job.lanes, stalls=job.stalls,
        clocks=seen["clock"], inputs=len(steps.taken), outputs=int((steps.given >= 0).sum()),
        mismatches=seen["mismatches"], speed=speed,
        latency=int((steps.valid - steps.taken).min()) if free else None,
        interval=int(np.diff(steps.taken).min()) if free and len(steps.taken) > 1 else None,
        first=explain(job.verilog, expected, job.pins, seen, folder=folder / "probed", cache=cache)
        if seen["mismatches"] else None,
    )


def _runs_free(pins: dict[str, Any], taken: Any) -> bool:
    """Whether nothing waits, strikes or pauses up to the last input."""
    quiet = not (np.any(pins["rst"]) or np.any(pins["clear"]))
    return bool(
        quiet and len(taken) and np.all(pins["o_ready"])
        and np.all(pins["i_valid"][: int(taken[-1]) + 1])
    )
