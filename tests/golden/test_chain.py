"""Chains against their stages, each a golden model of its own, wired by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from designs import random_inputs
from designs_cfc import lively_design as lively_cfc
from designs_chain import lively_chain, random_design
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.golden import Golden
from liquidgate.spec import Chain, Design
from liquidgate.spec.codec import from_plain, to_plain


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 12))
def test_stages_wired_by_hand(seed: int, neurons: int) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=neurons)
    inputs = random_inputs(rng, design, 12)
    chain, found = design.liquid, Golden(design).run(inputs, trace=True)
    assert isinstance(chain, Chain)
    stages = [Golden(stage) for stage in chain.designs(design.input)]
    last = [0] * len(chain.stages[-1].taps)
    for t, u in enumerate(inputs):
        heard, taps = (last if chain.loop else []) + u.tolist(), []
        for k, stage in enumerate(stages):
            if k and stage.design.liquid.kind == "cfc" and len(stage.design.liquid.heads) == 4:
                heard = heard + [int(u[chain.interval])]
            stage.step(np.array(heard))
            heard = stage.memory.tolist()  # an ESN and a CfC remember their taps
            taps += heard
        last = heard
        assert found.taps[t].tolist() == taps
    assert from_plain(Design, to_plain(design), "design") == design


def test_bad_fields() -> None:
    design = lively_chain()
    chain = design.liquid
    assert isinstance(chain, Chain)
    with pytest.raises(ValueError, match="chain.stages must be at least 2, not 1"):
        Chain(chain.stages[:1])
    with pytest.raises(ValueError, match="chain.interval must be -1, since no later stage hears"):
        replace(chain, interval=0)
    timed = lively_cfc(True).liquid
    with pytest.raises(ValueError, match=r"chain.interval must be the input channel that "
                                         r"chain.stages\[1\] hears, not -1"):
        Chain((chain.stages[0], timed))
    with pytest.raises(ValueError, match=r"chain.interval must be an input channel, 0\.\.\d+, not"):
        replace(design, liquid=Chain((chain.stages[0], timed), interval=9))
    with pytest.raises(ValueError, match=r"chain.stages\[0\]: .*input.*column"):
        replace(design, liquid=replace(chain, loop=True))
