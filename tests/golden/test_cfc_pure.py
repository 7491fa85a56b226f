"""The pure closed-form network against plain Python integers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cfc_pure_oracle import run
from designs import random_inputs
from designs_cfc_pure import lively_design, random_design
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.golden import Golden
from liquidgate.spec import CfcPure, Design, QFormat, Schedule
from liquidgate.spec.codec import from_plain, to_plain


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_every_cast_point(seed: int, neurons: int) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=neurons)
    inputs = random_inputs(rng, design, 12)
    found = Golden(design).run(inputs, trace=True).points
    for t, step in enumerate(run(design, inputs)):
        assert {name: found[name][t].tolist() for name in found} == step
    assert from_plain(Design, to_plain(design), "design") == design


@pytest.mark.parametrize("timed", [False, True])
def test_lively(timed: bool) -> None:
    design = lively_design(timed)
    found = Golden(design).run(random_inputs(np.random.default_rng(0), design, 2000),
                               trace=True).points
    for name, fmt in design.liquid.points.items():
        low, high = found[name].min(), found[name].max()
        if name != "activation":  # its table ends before the format does
            assert high == fmt.raw_max, name
            assert low == fmt.raw_min or name == "exponent" and not timed, name
        assert len(np.unique(found[name])) > 60, name


@pytest.mark.parametrize(("change", "message"), [
    ({"time_shift": 1}, r"cfc_pure.time_shift must be in 0\.\.0, not 1"),
    ({"rate": (0, -1, 0, 0, 0)}, r"cfc_pure.rate\[1\] must be in 0\.\.8388608, not -1"),
    ({"target": (0,) * 4}, "cfc_pure.target must have one entry a neuron: 5, not 4"),
    ({"target": (0, 0, 1 << 17, 0, 0)},
     r"cfc_pure.target\[2\] must be in -131072\.\.131071, not 131072"),
    ({"offset": (0, 0, 0, 1 << 51, 0)}, r"cfc_pure.offset\[3\] must"),
    ({"rest": QFormat(1, 24)}, "cfc_pure.rest must be a signed format of 2..24 bits"),
    ({"rest": QFormat(1, 18)}, "cfc_pure.preactivation.f_bits - cfc_pure.rest.f_bits must be in "
                               r"0\.\.48, not -2"),
    ({"preactivation": QFormat(2, 8)}, "cfc_pure.activation.input must have the fraction bits of "
                                       "cfc_pure.preactivation: 8, not 7"),
    ({"state_shift": 41}, r"cfc_pure.state_shift must be in 0\.\.40, not 41"),
    ({"weight_width": 4}, r"cfc_pure.head\["),
])
def test_bad_fields(change: dict[str, Any], message: str) -> None:
    liquid = lively_design(False).liquid
    assert isinstance(liquid, CfcPure)
    with pytest.raises(ValueError, match=message):
        replace(liquid, **change)


def test_bad_ports() -> None:
    design = lively_design(True)
    one = replace(design.input, channels=design.input.channels[:1])
    with pytest.raises(ValueError, match="cfc_pure.head must have a column a neuron and an input"):
        replace(design, input=one)
    with pytest.raises(ValueError, match="an interval must have at most 24 bits, not 25"):
        replace(design, input=replace(design.input, width=25))


def test_the_plan() -> None:
    """docs/timing.md: one row a neuron, and the interval's."""
    plain, timed = (Schedule(lively_design(t), 1).plan for t in (False, True))
    assert plain.ready[-1] == len(plain.words) - 1 + 5 + 2 + 2 + 5 + 3 + 3 + 1
    assert timed.ready[-1] == len(timed.words) - 1 + 5 + 2 + 3 + 5 + 3 + 3 + 1
