"""Designs at the edges of the contract: every pin on every clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from designs import random_inputs
from extremes import MOVED, extreme_design
from jobs import job
from kinds import KINDS

from liquidgate.spec import (
    Channel,
    Clip,
    Design,
    Fixed,
    LinearReadout,
    Port,
    QFormat,
    Schedule,
    SparseMatrix,
)
from liquidgate.spec.lsm_taps import Membranes
from liquidgate.tb import Stalls, verify_all
from liquidgate.tb.stimulus import held_inputs

CLOCKS = 1000
"""Of a design, about."""
STALLS = Stalls(idle=False, backpressure=True, clears=0.05, resets=0.02)


def drawn(rng: np.random.Generator, kinds: Iterable[str]) -> Iterator[Design]:
    for k, kind in enumerate(kinds):
        yield extreme_design(rng, kind, f"design{k}")


def compare(
    designs: Iterable[Design], rng: np.random.Generator, folder: Path, cache: Path
) -> int:
    """Clocks compared, about ``CLOCKS`` a design; fails on a mismatch."""
    folder.mkdir(exist_ok=True)
    jobs = []
    for k, design in enumerate(designs):
        lanes = int(rng.choice([1, 2, 4]))
        schedule = Schedule(design, lanes)
        steps = max(6, CLOCKS // schedule.interval)
        u = random_inputs(rng, design, steps) if k % 2 else held_inputs(design, steps, rng)
        jobs.append(job(design, schedule, u, stalls=STALLS, rng=rng, folder=folder))
    results = verify_all(jobs, folder=folder, cache=cache, fast=False)
    for each, result in zip(jobs, results):
        assert result.ok, f"{each.design.liquid} on {each.lanes} lanes: {result.first}"
    return sum(result.clocks for result in results)


def test_one_of_each(tmp_path: Path, cache: Path) -> None:
    rng = np.random.default_rng(1)
    assert compare(drawn(rng, MOVED), rng, tmp_path, cache) > 800 * len(MOVED)


def test_a_half_beyond_all_bits_of_what_is_rounded(tmp_path: Path, cache: Path) -> None:
    """A product of few bits, far below half a unit: it rounds to 0, whatever its sign."""
    rng = np.random.default_rng(5)
    n, made = 4, [
        KINDS[kind].random_design(rng, neurons=4, inputs=2, name=f"design{k}", **options)
        for k, (kind, options) in enumerate((
            ("esn", {"feedback": False}), ("lsm", {"encoder": "delta", "schedule": "static"}),
            ("fluid", {"adaptive": False})))
    ]
    esn, lsm, fluid = (design.liquid for design in made)
    state, coarse, zeros = QFormat(1, 2), QFormat(1, 1), (0,) * n
    edges = (1,) * len(fluid.tails)
    moved = (
        replace(esn, leak_shift=24, decay=(1,) * n, gain=(3,) * n, state=state,
                deviation=QFormat(3 - esn.activation.output.f_bits, esn.activation.output.f_bits)),
        replace(lsm, weight_width=12, input_delay=(), input=SparseMatrix.from_rows(
            rng.integers(-3, 4, (n, lsm.input.columns)), lsm.input.columns),
                leak_shift=16, current=state, membrane=QFormat(10, 2), weight_shift=0,
                threshold=(1000,) * n, current_decay=(1,) * n, membrane_decay=(1 << 16,) * n,
                bias=zeros, adaptation=None, dynamics=None, seen=Membranes()),
        replace(fluid, pressure=QFormat(-19, 31), activation=Clip(coarse, coarse),
                adaptation=Fixed(), watch="pressure", conductivity=QFormat(2, 0, False),
                initial=edges, flow=QFormat(7, 1), viscosity=zeros, viscosity_shift=0,
                inverse_density=(1,) * n, pressure_shift=0, bias=(3, -5, 2, -7), acc_shift=0),
    )
    port = Port(24, True, tuple(Channel(f"y{i}", 0) for i in range(n)))
    readout = LinearReadout(2, tuple(tuple(row) for row in np.eye(n, dtype=int).tolist()), zeros, 0)
    designs = [replace(design, liquid=liquid, output=port, readout=readout)
               for design, liquid in zip(made, moved)]
    assert compare(designs, rng, tmp_path, cache) > 2_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", MOVED)
def test_many(kind: str, tmp_path: Path, cache: Path) -> None:
    rng = np.random.default_rng(2)
    clocks = sum(compare(drawn(rng, [kind] * 20), rng, tmp_path / f"{batch}", cache)
                 for batch in range(2))
    print(f"{kind}: 40 designs at the edges, {clocks} clocks")
    assert clocks > 30_000
