"""The network of synapses against plain Python integers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from designs import random_inputs
from designs_synaptic import LIVELY, lively_design, random_design
from hypothesis import given, settings
from hypothesis import strategies as st
from synaptic_oracle import run

from liquidgate.golden import Golden
from liquidgate.spec import Chain, Design, QFormat, Schedule, Synaptic
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
            assert high > 0.85 * fmt.raw_max, name
            assert low < 0.85 * fmt.raw_min or name == "load", name
        assert len(np.unique(found[name])) > 60, name


@pytest.mark.parametrize(("change", "message"), [
    ({"substeps": 16}, r"synaptic.substeps must be in 1\.\.15, not 16"),
    ({"time_bits": 1}, r"synaptic.time_bits must be in 0\.\.0, not 1"),
    ({"sources": ((0, 1, 2), (), (0, 1, 2, 3), (0, 1))},
     r"the number of synapses of neuron 1 must be in 1\.\.8192, not 0"),
    ({"sources": ((0, 2, 1), (0,), (0, 1, 2, 3), (0, 1))},
     r"synaptic.sources\[0\], ascending, must be in 3\.\.4099, not 1"),
    ({"slope": ((0, 0, 0), (0,), (0, 0, 32, 0), (0, 0))},
     r"synaptic.slope\[2\]\[2\] must be in -32\.\.31, not 32"),
    ({"pull": ((0, 0, 0), (0, 0), (0, 0, 0, 0), (0, 0))},
     r"synaptic.pull\[1\] must have one entry a synapse: 1, not 2"),
    ({"leak": (0, 0, 0, 0)}, r"synaptic.leak\[0\] must be in [0-9]+\.\.9007199254740992, not 0"),
    ({"rest": (0, 0, 0)}, "synaptic.rest must have one entry a neuron: 4, not 3"),
    ({"load": QFormat(3, 7)}, "synaptic.share.input must be the format of synaptic.load: "),
    ({"state": QFormat(1, 24)}, "synaptic.state must be a signed format of 2..24 bits"),
    ({"current": QFormat(2, 6)},
     r"synaptic.time_bits - synaptic.state.f_bits must be in 0\.\.28, not -1"),
])
def test_bad_fields(change: dict[str, Any], message: str) -> None:
    liquid = lively_design("even").liquid
    assert isinstance(liquid, Synaptic)
    with pytest.raises(ValueError, match=message):
        replace(liquid, **change)


def test_bad_ports() -> None:
    design = lively_design("timed")
    with pytest.raises(ValueError, match="an interval must have at most 24 bits, not 25"):
        replace(design, input=replace(design.input, width=25))
    liquid: Any = design.liquid
    far = replace(liquid, sources=((0, 1, 6), *liquid.sources[1:]))
    with pytest.raises(ValueError, match=r"synaptic.sources\[0\] must be neurons or input "
                                         r"channels, 0\.\.5, not 6"):
        replace(design, liquid=far)


def test_a_later_stage_of_a_chain_hears_no_interval() -> None:
    one, timed = (lively_design(kind).liquid for kind in ("even", "timed"))
    with pytest.raises(ValueError, match=r"chain.stages\[1\]: synaptic hears an interval only "
                                         "as the first stage"):
        Chain((one, timed), interval=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", LIVELY)
def test_the_plan(kind: str) -> None:
    """docs/timing.md: a synapse a clock, and each sub-step when the one before is done."""
    substeps, timed = LIVELY[kind][0], kind == "timed"
    neuron = 3 + 3 + 5 + 2 + 2 + 2 * timed + 5 + 3 + 1
    first = 2 + neuron
    period = 9 + neuron - 1
    ready = Schedule(lively_design(kind), 4).plan.ready
    assert ready == tuple(first + (substeps - 1) * period + later for later in (0, 1, 5, 7))
