"""The closed-form network against plain Python integers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cfc_oracle import run
from designs import random_inputs
from designs_cfc import lively_design, random_design
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.golden import Golden
from liquidgate.spec import Cfc, Design, QFormat
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


@pytest.mark.parametrize(("timed", "mode"), [
    (False, "default"), (True, "default"), (False, "no_gate")])
def test_lively(timed: bool, mode: str) -> None:
    design = lively_design(timed, mode)
    found = Golden(design).run(random_inputs(np.random.default_rng(0), design, 2000),
                               trace=True).points
    for name, fmt in design.liquid.points.items():
        low, high = found[name].min(), found[name].max()
        if name != "activation":  # odd: its table ends before the format does
            assert (low, high) == (fmt.raw_min, fmt.raw_max), name
        assert len(np.unique(found[name])) > 60, name


@pytest.mark.parametrize(("change", "message"), [
    ({"heads": ()}, r"cfc.heads must be 3, or 4 with intervals, not 0"),
    ({"time_shift": 1}, r"cfc.time_shift must be 0\.\.0|cfc.time_shift must"),
    ({"bias": ((0,) * 5,) * 2}, r"cfc.bias must have one row a head: 3, not 2"),
    ({"bias": ((0,) * 4,) * 3}, r"cfc.bias\[0\] must have one entry a neuron: 5, not 4"),
    ({"bias": ((0,) * 5, (0,) * 5, (0, 0, 1 << 60, 0, 0))}, r"cfc.bias\[2\]\[2\] must"),
    ({"state": QFormat(1, 24)}, "cfc.state must be a signed format of 2..24 bits"),
    ({"state": QFormat(-9, 18)}, "cfc.activation.output.f_bits . 1 - cfc.state.f_bits must"),
    ({"mean": (0, 0, 1 << 51, 0, 0)}, r"cfc.mean\[2\] must"),
    ({"mode": "pure"}, "cfc.mode must be one of default, no_gate, not 'pure'"),
    ({"weight_width": 4}, r"cfc.heads\[0\]"),
])
def test_bad_fields(change: dict[str, object], message: str) -> None:
    liquid = lively_design(False).liquid
    assert isinstance(liquid, Cfc)
    with pytest.raises(ValueError, match=message):
        replace(liquid, **change)


def test_bad_ports() -> None:
    design = lively_design(True)
    one = replace(design.input, channels=design.input.channels[:1])
    with pytest.raises(ValueError, match="cfc.heads must have a column a neuron and an input"):
        replace(design, input=one)
    with pytest.raises(ValueError, match="an interval must have at most 24 bits, not 25"):
        replace(design, input=replace(design.input, width=25))
