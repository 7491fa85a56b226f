"""Random legal designs of every kind, many in one program: every pin on every clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from designs import random_inputs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jobs import job
from kinds import KINDS

from liquidgate.spec import Design, Schedule
from liquidgate.tb import Job, Stalls, verify_all

CLOCKS = 4500
"""At least so many a design, nearly."""


@dataclass(frozen=True)
class Case:
    """Everything that makes a job, in a form that is short to print."""

    kind: str
    seed: int
    neurons: int
    lanes: int
    options: tuple[tuple[str, Any], ...]
    stalls: Stalls

    def job(self, name: str, folder: Path) -> Job:
        rng = np.random.default_rng(self.seed)
        design = self.design(name)
        schedule = Schedule(design, self.lanes)
        steps = max(6, CLOCKS // (schedule.interval + schedule.latency // 4))
        return job(design, schedule, random_inputs(rng, design, steps), stalls=self.stalls,
                   rng=rng, folder=folder)

    def design(self, name: str) -> Design:
        return KINDS[self.kind].random_design(
            np.random.default_rng(self.seed), neurons=self.neurons, name=name,
            **dict(self.options),
        )


RATES = st.sampled_from([0.0, 0.05, 0.3])


def cases(kind: str) -> st.SearchStrategy[Case]:
    options = KINDS[kind].options
    return st.builds(
        Case,
        kind=st.just(kind),
        seed=st.integers(0, 2**32 - 1),
        neurons=st.integers(1, 64),
        lanes=st.sampled_from([1, 2, 4, 8, 16, 32, 64]),
        options=st.tuples(*(st.tuples(st.just(n), values) for n, values in options.items())),
        stalls=st.builds(
            Stalls, idle=st.booleans(), backpressure=st.booleans(), clears=RATES, resets=RATES
        ),
    )


def compare(these: list[Case], folder: Path, cache: Path) -> int:
    """Clocks compared; fails on a mismatch, naming the case."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [case.job(f"design{k}", folder) for k, case in enumerate(these)]
    results = verify_all(jobs, folder=folder, cache=cache, fast=False)
    for case, result in zip(these, results):
        assert result.ok, f"{case}: {result.first}"
    return sum(result.clocks for result in results)


def run(kind: str, count: int, batch: int, folder: Path, cache: Path) -> int:
    """Clocks compared over ``count`` designs, ``batch`` in each program."""
    clocks = 0

    @settings(max_examples=count // batch, derandomize=True, deadline=None, database=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.lists(cases(kind), min_size=batch, max_size=batch, unique=True))
    def compare_batch(these: list[Case]) -> None:
        nonlocal clocks
        clocks += compare(these, folder, cache)

    compare_batch()
    return clocks


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample(kind: str, tmp_path: Path, cache: Path) -> None:
    assert run(kind, 6, 6, tmp_path, cache) > 20_000


@pytest.mark.parametrize("case", [
    # a shift beyond all bits of what is rounded
    Case("ltc", 14, 13, 2, (("solver", "fused"),),
         Stalls(idle=False, backpressure=False, clears=0.3, resets=0)),
    # a share above 1 takes back more than the drive
    Case("ltc", 2, 6, 16, (("solver", "fused"), ("timed", False), ("any_share", True)),
         Stalls(idle=False, backpressure=False, clears=0.05, resets=0.05)),
], ids=lambda case: case.kind)
def test_what_was_wrong_once(case: Case, tmp_path: Path, cache: Path) -> None:
    compare([case], tmp_path / "one", cache)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_hundreds(kind: str, tmp_path: Path, cache: Path) -> None:
    """500 echo state networks, over two million clocks; half as many of every other liquid."""
    begin, count = time.perf_counter(), 500 if kind == "esn" else 250
    clocks = run(kind, count, 25, tmp_path, cache)
    print(f"{kind}: {count} designs, {clocks} clocks, {time.perf_counter() - begin:.0f} s")
    assert clocks >= 4_000 * count
