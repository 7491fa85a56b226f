"""The liquid time-constant network against plain Python integers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from designs import random_inputs
from designs_ltc import LIVELY, lively_design, random_design
from hypothesis import given, settings
from hypothesis import strategies as st
from ltc_oracle import run

from liquidgate.golden import Golden
from liquidgate.spec import Chain, Design, Fused, Ltc, QFormat, Schedule
from liquidgate.spec.codec import from_plain, to_plain


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_every_cast_point(seed: int, neurons: int) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=neurons)
    inputs = random_inputs(rng, design, 8)
    found = Golden(design).run(inputs, trace=True).points
    for t, step in enumerate(run(design, inputs)):
        assert {name: found[name][t].tolist() for name in found} == step
    assert from_plain(Design, to_plain(design), "design") == design


@pytest.mark.parametrize("kind", LIVELY)
def test_lively(kind: str) -> None:
    design = lively_design(kind)
    found = Golden(design).run(random_inputs(np.random.default_rng(0), design, 2000),
                               trace=True).points
    for name, fmt in design.liquid.points.items():
        low, high = found[name].min(), found[name].max()
        if name not in ("activation", "share"):  # these tables end before their formats do
            assert low < 0.85 * fmt.raw_min and high > 0.85 * fmt.raw_max, name
        assert len(np.unique(found[name])) > 60, name


@pytest.mark.parametrize(("kind", "change", "message"), [
    ("fused", {"substeps": 2}, "ltc.substeps must be odd, not 2"),
    ("fused", {"substeps": 17}, r"ltc.substeps must be in 1\.\.15, not 17"),
    ("fused", {"middle": 100}, r"ltc.middle must be in 252\.\.8388608, not 100"),
    ("fused", {"leak": (0, 0, -1, 0, 0)}, r"ltc.leak\[2\] must be in 0\.\.8388608, not -1"),
    ("fused", {"leak": (0,) * 4}, "ltc.leak must have one entry a neuron: 5, not 4"),
    ("fused", {"leak": (0, 600, 0, 0, 0)},
     r"ltc.leak\[1\] \+ middle \+ activation must be in 0\.\.1023, not 1112"),
    ("fused", {"time_shift": 1}, r"ltc.time_shift must be in 0\.\.0, not 1"),
    ("fused", {"target_shift": 7}, r"ltc.target_shift must be in 0\.\.6, not 7"),
    ("fused", {"state": QFormat(1, 24)}, "ltc.state must be a signed format of 2..24 bits"),
    ("explicit", {"leak": (0, 0, 0, 700, 0)},
     r"ltc.leak\[3\]: the explicit solver must have \|1 - h \(1/tau \+ f\)\| <= 1: the step h "
     r"must be at most 0\.8448 of this one"),
    ("explicit", {"timed": True}, "ltc.solver must be fused when the interval comes with each"),
])
def test_bad_fields(kind: str, change: dict[str, Any], message: str) -> None:
    liquid = lively_design(kind).liquid
    assert isinstance(liquid, Ltc)
    with pytest.raises(ValueError, match=message):
        replace(liquid, **change)


def test_the_drive_is_not_too_coarse() -> None:
    liquid: Any = lively_design("fused").liquid
    assert isinstance(liquid.solver, Fused)
    with pytest.raises(ValueError, match=r"ltc.state.f_bits - ltc.solver.drive.f_bits must be in "
                                         r"9\.\.21, not 5"):
        replace(liquid, solver=replace(liquid.solver, drive=QFormat(2, 11)))


def test_bad_ports() -> None:
    design = lively_design("timed")
    one = replace(design.input, channels=design.input.channels[:1])
    with pytest.raises(ValueError, match="ltc.input must have one column an input channel: 1, not"):
        replace(design, input=one)
    with pytest.raises(ValueError, match="an interval must have at most 24 bits, not 25"):
        replace(design, input=replace(design.input, width=25))


def test_a_chain_takes_one_sub_step() -> None:
    liquid: Any = lively_design("fused").liquid
    with pytest.raises(ValueError, match=r"chain.stages\[0\] must write its taps once a step, "
                                         "not 3 times"):
        Chain((liquid, liquid))


def test_the_plan_of_sub_steps() -> None:
    """docs/timing.md: each sub-step begins when the last state of the one before is there."""
    design = lively_design("fused")
    plan = Schedule(design, 4).plan
    one = Schedule(replace(design, liquid=replace(design.liquid, substeps=1)), 4).plan
    begin = one.ready[-1] - 1
    assert plan.ready == tuple(clock + 2 * begin for clock in one.ready)
    assert plan.segments == ((0, len(one.words)), *((begin - len(one.words), len(one.words)),) * 2)
    mac, activation, solve = 7, 5, 8
    last = len(one.words) - 1
    assert one.ready[-1] == last + mac + 2 + activation + 1 + solve + 1
