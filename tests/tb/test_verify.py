"""verify(): stalls of every kind, resets and clears, corners, latencies, wrong pairs, tools."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Fragment

from liquidgate.golden import Golden
from liquidgate.rtl_gen import Core, emit
from liquidgate.spec import Design, Schedule
from liquidgate.tb import STALLS, Job, Stalls, ToolError, VerifyResult, verify, verify_all
from liquidgate.tb.stimulus import random_inputs, stimulus

Lively = Callable[[str], Design]
Check = Callable[..., VerifyResult]


@pytest.fixture
def check(lively: Lively, tmp_path: Path, cache: Path) -> Check:
    """``check(activation="clip", lanes=2, text=None, **options)``: verify in a fresh folder."""

    def run(activation: str = "clip", lanes: int = 2, text: str | None = None, **options: Any):
        design = lively(activation)
        path = tmp_path / "circuit.v"
        path.write_text(emit(design, lanes) if text is None else text)
        return verify(path, design, lanes, folder=tmp_path / "bench", cache=cache,
                      rng=np.random.default_rng(11), **options)

    return run


def test_idle_and_backpressure_reset_and_clear(
    lively: Lively, tmp_path: Path, cache: Path
) -> None:
    """{idle, busy} x {backpressure, free} x {quiet, resets and clears}, on both designs, side by
    side in one program. A strike in every single clock of a step: test_mutants, number 0."""
    rng, jobs = np.random.default_rng(3), []
    for lanes, activation in ((2, "clip"), (4, "table")):
        design = lively(activation)
        schedule = Schedule(design, lanes)
        path = tmp_path / f"{activation}.v"
        path.write_text(emit(design, lanes))
        played = [
            stimulus(design, schedule, random_inputs(design, 40, rng), rng=rng,
                     stalls=Stalls(idle=idle, backpressure=backpressure, clears=rate, resets=rate))
            for idle in (False, True) for backpressure in (False, True) for rate in (0, 0.5)
        ]
        jobs += [Job(verilog=path, design=design, lanes=lanes, pins=pins) for pins in played]
    for job, result in zip(jobs, verify_all(jobs, folder=tmp_path / "bench", cache=cache)):
        assert result.ok, result.first
        assert result.clocks == len(job.pins["rst"])
        if not job.pins["rst"].any():
            assert result.inputs == result.outputs == 40
    quiet = [not (job.pins["rst"].any() or job.pins["clear"].any()) for job in jobs]
    assert sum(quiet) == 8


@pytest.mark.parametrize("stalls", STALLS)
def test_by_name(check: Check, stalls: str) -> None:
    result = check(stalls=stalls, steps=30)
    assert result.ok and result.first is None
    assert result.inputs == 30
    assert (result.outputs == 30) == (stalls != "worst")
    assert result.plain()["stalls"] == stalls


@pytest.mark.parametrize("activation, lanes", [("clip", 1), ("table", 2), ("clip", 8)])
def test_latency_on_the_wire_is_the_schedule_is_the_sum(
    check: Check, lively: Lively, activation: str, lanes: int
) -> None:
    result = check(activation, lanes, steps=12)
    design = lively(activation)
    schedule, core = Schedule(design, lanes), Core(design=design, lanes=lanes)
    Fragment.get(core, None)
    assert (result.latency, result.interval) == (schedule.latency, schedule.interval)
    last = max(t for t, word in enumerate(schedule.readout_words) if word.last)
    parts = core.lanes.latency + core.output_stage.latency
    assert result.latency == 1 + schedule.gate + last + parts
    # the last state of a step is in its memory before the next step can ask for it
    rows = [t for t, word in enumerate(schedule.neuron_words) if word.last]
    assert rows[-1] + core.lanes.latency + core.liquid.latency + 1 <= schedule.run


def test_corners_saturate_every_cast(check: Check, lively: Lively) -> None:
    """Inputs at both ends of their range drive every cast point to both of its ends."""
    for activation in ("clip", "table"):
        design = lively(activation)
        rng = np.random.default_rng(8)
        fmt, esn = design.input.format, design.liquid
        inputs = rng.choice([fmt.raw_min, fmt.raw_max], (200, design.inputs))
        values = Golden(design).run(inputs, trace=True)
        limit = esn.activation.limit
        ends = {
            "preactivation": (esn.activation.input.raw_min, esn.activation.input.raw_max),
            "activation": (-limit, limit),
            "deviation": (esn.deviation.raw_min, esn.deviation.raw_max),
            "state": (esn.state.raw_min, esn.state.raw_max),
            "output": (design.output.format.raw_min, design.output.format.raw_max),
        }
        for point, (low, high) in ends.items():
            seen = values.points[point]
            assert (seen.min(), seen.max()) == (low, high), (activation, point)
        assert check(activation, inputs=inputs).ok


def test_a_single_step_in_a_folder_with_a_space(
    lively: Lively, tmp_path: Path, cache: Path
) -> None:
    folder = tmp_path / "my circuits"
    folder.mkdir()
    (folder / "a circuit.v").write_text(emit(lively("clip"), 2))
    result = verify(folder / "a circuit.v", lively("clip"), 2, folder=folder / "bench",
                    cache=cache, rng=np.random.default_rng(1), steps=1)
    assert (result.ok, result.inputs, result.outputs, result.interval) == (True, 1, 1, None)


def test_waves_on_demand(check: Check, tmp_path: Path) -> None:
    assert check(steps=2).ok
    waves = tmp_path / "bench" / "dump.vcd"
    assert not waves.exists()
    assert check(steps=2, waves=True).ok
    assert "$enddefinitions" in waves.read_text()
    assert len(waves.read_text()) > 10_000


def test_two_designs_in_one_program(lively: Lively, tmp_path: Path, cache: Path) -> None:
    rng, jobs = np.random.default_rng(4), []
    for activation in ("clip", "table"):
        design = lively(activation)
        path = tmp_path / f"{activation}.v"
        text = emit(design, 2)
        if activation == "table":
            text = text.replace("$signed(accumulator) + ", "$signed(accumulator) - ")
        path.write_text(text)
        pins = stimulus(design, Schedule(design, 2), random_inputs(design, 20, rng),
                        stalls=STALLS["random"], rng=rng)
        jobs.append(Job(verilog=path, design=design, lanes=2, pins=pins))
    right, wrong = verify_all(jobs, folder=tmp_path / "bench", cache=cache)
    assert right.ok and not wrong.ok
    assert wrong.first is not None


def test_same_seed_same_clocks(check: Check) -> None:
    first, second = (check(stalls="worst", steps=10) for _ in range(2))
    assert (first.clocks, first.outputs) == (second.clocks, second.outputs)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"steps": 0}, "steps must be at least 1, not 0"),
        ({"stalls": "some"}, "stalls must be one of none, random, worst, not 'some'"),
        ({"lanes": 3}, "lanes must be a power of two up to 64, not 3"),
    ],
)
def test_illegal_arguments(check: Check, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as error:
        check(**{"text": "", **options})
    assert str(error.value) == message


def test_a_text_of_another_design_or_schedule(check: Check, lively: Lively) -> None:
    with pytest.raises(ValueError, match="must be of the design with the digest"):
        check("clip", text=emit(lively("table"), 2))
    with pytest.raises(ValueError, match=r"circuit\.v must have 2 lanes, not 4"):
        check("clip", text=emit(lively("clip"), 4))


def test_bad_texts_are_refused_in_one_line(check: Check, lively: Lively) -> None:
    text = emit(lively("clip"), 2)
    cases = {
        "module nonsense(": "verilator failed: ",
        "": "verilator failed: ",
        "\0\1": "verilator failed: ",
        text.replace("module lively_clip(", "module other("): "verilator failed: ",
        text.replace("clear", "cleer"): "Pin not found: 'clear'",
        text.replace("[17:0] o__payload", "[16:0] o__payload"): "o__payload must have 18 bits",
    }
    for bad, message in cases.items():
        with pytest.raises(ToolError) as error:
            check(text=bad, steps=2)
        assert message in str(error.value)
        assert "\n" not in str(error.value)


def test_missing_files_and_tools(
    check: Check, lively: Lively, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ToolError, match=r"there is no Verilog file .*none\.v"):
        verify(tmp_path / "none.v", lively("clip"), 2, folder=tmp_path / "b", cache=cache,
               rng=np.random.default_rng(0), steps=1)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError) as error:
        check(steps=1)
    assert str(error.value) == "g++ is missing: install the system's package g++"


def test_inputs_are_taken_in_order_and_once(lively: Lively) -> None:
    design = lively("clip")
    schedule, rng = Schedule(design, 2), np.random.default_rng(0)
    inputs = random_inputs(design, 25, rng)
    for stalls in STALLS.values():
        pins = stimulus(design, schedule, inputs, stalls=stalls, rng=rng)
        assert pins["i_data"] is inputs or (pins["i_data"] == inputs).all()
        lengths = {len(pins[name]) for name in ("rst", "clear", "i_valid", "o_ready")}
        assert all(a == b for a, b in pairwise(lengths))
