"""The committed baselines of the boards, and a bitstream of each family."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from designs import random_design

from liquidgate.boards import BOARDS, build

BASELINE = json.loads(
    (Path(__file__).parents[2] / "bench" / "boards.json").read_text()
)["laser"]


@pytest.mark.parametrize("name", BASELINE)
def test_a_baseline_fits_its_board_and_meets_its_clock(name: str) -> None:
    row, board = BASELINE[name], BOARDS[name]
    floor = {"icebreaker": 45, "upduino": 45, "tangnano9k": 80}.get(
        name, 100 if board.family == "ecp5" else 0)
    assert row["fmax_mhz"] >= row["clock_mhz"] >= floor
    cells = (row["logic"], row["memories"], row["multipliers"])
    assert all(n <= limit for n, limit in zip(cells, board.budget.values()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hx8k", "ulx3s-25f", "tangnano9k"])
def test_a_bitstream_of_each_family(name: str, tmp_path: Path) -> None:
    design = random_design(
        np.random.default_rng(2), neurons=4, inputs=1, outputs=1, activation="clip", density=0.3,
        weight_width=4, state_width=6, name="little",
    )
    report = build(design, name, 1, tmp_path, seeds=2)
    assert report.fits
    assert design.digest.encode() in (tmp_path / report.bitstream).read_bytes()[:200]
    faster = build(design, name, 1, tmp_path, freq="auto")
    assert faster.fits and faster.clock_hz >= report.clock_hz
