"""Circuits whose readout can be exchanged: any readout, the same circuit around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from designs import random_design

from liquidgate.rtl_gen import emit
from liquidgate.rtl_gen.exchange import ROWS, Exchange, placeholder
from liquidgate.spec import Design, Schedule
from liquidgate.tb import STALLS, Job, verify_all
from liquidgate.tb.stimulus import random_inputs, stimulus

CASES = {
    "alone": (dict(neurons=12, inputs=2, outputs=1), 1, 2),
    "slow": (dict(neurons=20, inputs=1, outputs=3, feedback=True, density=0.3), 1, 3),
    "shared": (dict(neurons=14, inputs=1, outputs=3, feedback=True, density=0.3), 2, 0),
    "close": (dict(neurons=3, inputs=1, outputs=2, pass_through=True, density=1.0), 1, 1),
    "fast": (dict(neurons=4, inputs=2, outputs=4), 8, 0),
}
"""Options of a design, lanes, and the reads of a bias."""


def case(name: str) -> tuple[Design, int]:
    options, lanes, _ = CASES[name]
    return random_design(np.random.default_rng(4), name=f"x_{name}", **options), lanes  # type: ignore[arg-type]


def extreme(design: Design, sign: int) -> Design:
    """Every weight at an end of its range, and a bias of as many bits as before."""
    readout = design.readout
    end = -1 << (readout.weight_width - 1) if sign < 0 else (1 << (readout.weight_width - 1)) - 1
    return replace(design, readout=replace(
        readout, weights=((end,) * readout.taps,) * readout.outputs,
        bias=tuple(-b for b in readout.bias),
    ))


def test_equal_on_every_clock(tmp_path: Path) -> None:
    """The readout as it is, and one that needs the widest sums."""
    rng, jobs = np.random.default_rng(9), []
    for name in CASES:
        design, lanes = case(name)
        for k, each in enumerate((design, extreme(design, -1))):
            each = replace(each, name=f"{design.name}{k}")
            schedule = Schedule(each, lanes)
            path = tmp_path / f"{each.name}.v"
            path.write_text(emit(each, lanes, exchange=Exchange(schedule).images))
            pins = stimulus(each, schedule, random_inputs(each, 30, rng), stalls=STALLS["worst"],
                            rng=rng)
            jobs.append(Job(verilog=path, design=each, lanes=lanes, pins=pins))
    cache = tmp_path.parent.parent / "liquidgate-verilator"
    for result in verify_all(jobs, folder=tmp_path / "bench", cache=cache, fast=False):
        assert result.ok, result.first


@pytest.mark.parametrize("name", CASES)
def test_one_circuit_for_every_readout(name: str) -> None:
    design, lanes = case(name)
    texts = []
    for each in (design, extreme(design, 1)):
        exchange = Exchange(Schedule(each, lanes))
        assert exchange.reads == CASES[name][2]
        assert all(len(image.words) % ROWS == 0 for image in exchange.images.values())
        text = emit(each, lanes, exchange=placeholder(exchange.images))
        texts.append(text.replace(each.digest, ""))
    assert texts[0] == texts[1]


def test_columns_of_a_placeholder_differ() -> None:
    design, lanes = case("slow")
    exchange = Exchange(Schedule(design, lanes))
    columns = [
        tuple(word >> bit & 1 for word in image.words)
        for image in placeholder(exchange.images).values() for bit in range(image.width)
    ]
    assert len(set(columns)) == len(columns) == sum(
        image.width for image in exchange.images.values())
