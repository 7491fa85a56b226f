"""A random design as a job of the bench."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from liquidgate.rtl_gen import emit
from liquidgate.spec import Design, Schedule
from liquidgate.tb import Job, Stalls
from liquidgate.tb.collisions import treacherous
from liquidgate.tb.stimulus import stimulus


def job(design: Design, schedule: Schedule, inputs: np.ndarray, *, stalls: Stalls,
        rng: np.random.Generator, folder: Path) -> Job:
    """Its text, on treacherous memories, in ``folder`` under its name, and the pins."""
    path = folder / f"{design.name}.v"
    path.write_text(treacherous(emit(design, schedule.lanes)))
    pins = stimulus(design, schedule, inputs, stalls=stalls, rng=rng)
    return Job(verilog=path, design=design, lanes=schedule.lanes, pins=pins)
