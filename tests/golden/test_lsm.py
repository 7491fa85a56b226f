import numpy as np
import pytest
from designs import random_inputs
from designs_lsm import random_design
from hypothesis import given, settings
from hypothesis import strategies as st
from lsm_oracle import run

from liquidgate.golden import Golden
from liquidgate.spec import Design
from liquidgate.spec.codec import from_plain, to_plain


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 20))
def test_every_cast_point(seed: int, neurons: int) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=neurons)
    inputs = random_inputs(rng, design, 25)
    found = Golden(design).run(inputs, trace=True).points
    for t, step in enumerate(run(design, inputs)):
        assert {name: found[name][t].tolist() for name in found} == step
    assert from_plain(Design, to_plain(design), "design") == design


@pytest.mark.parametrize("kind", ["bsa", "delta", "direct", "population", "rate"])
@pytest.mark.parametrize("seen", ["count", "membrane", "trace"])
def test_step_run_and_batch_agree(kind: str, seen: str) -> None:
    rng = np.random.default_rng(len(kind))
    design = random_design(rng, neurons=9, encoder=kind, seen=seen)
    u = random_inputs(rng, design, 3 * 20).reshape(3, 20, design.inputs)
    golden = Golden(design)
    for sequence, expected in zip(u, golden.batch(u)):
        golden.reset()
        np.testing.assert_array_equal(golden.run(sequence[:7]), expected[:7])
        np.testing.assert_array_equal([golden.step(row) for row in sequence[7:]], expected[7:])
