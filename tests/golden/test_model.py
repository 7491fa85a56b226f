import dataclasses
import re

import numpy as np
import pytest
import step_oracle
from designs import random_design, random_inputs
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.golden import Golden
from liquidgate.spec import Design, QFormat, SparseMatrix

seeds = st.integers(0, 2**32)


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_every_cast_point_equals_plain_integers(seed):
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=int(rng.integers(1, 25)))
    u = random_inputs(rng, design, 12)
    steps = step_oracle.run(design, u)
    trace = Golden(design).run(u, trace=True)
    for name in steps[0]:
        np.testing.assert_array_equal(trace.points[name], [step[name] for step in steps])
    np.testing.assert_array_equal(Golden(design).run(u), trace.output)
    np.testing.assert_array_equal(Golden(design).states(u), trace.taps)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_step_run_states_and_batch_agree(seed):
    rng = np.random.default_rng(seed)
    design = random_design(rng)
    u = random_inputs(rng, design, 3 * 20).reshape(3, 20, design.inputs)
    golden = Golden(design)
    batch = golden.batch(u)
    for sequence, expected in zip(u, batch):
        golden.reset()
        np.testing.assert_array_equal(golden.run(sequence[:7]), expected[:7])
        np.testing.assert_array_equal([golden.step(row) for row in sequence[7:12]], expected[7:12])
        states = golden.states(sequence[12:])
        np.testing.assert_array_equal(golden.memory, states[-1])
        golden.reset()
        trace = golden.run(sequence, trace=True)
        np.testing.assert_array_equal(trace.taps[12:], states)
        np.testing.assert_array_equal(trace.output, expected)


def wide(bias=(0, 0), shift=30):
    """Two neurons whose exact sums need nearly 56 bits: past what float64 holds."""
    design = random_design(
        np.random.default_rng(3), neurons=2, inputs=1, outputs=1, activation="clip",
        feedback=True, signed=True, weight_width=18,
    )
    big = SparseMatrix.from_rows([[-(1 << 17), (1 << 17) - 1]] * 2, 2)
    liquid = dataclasses.replace(
        design.liquid, weight_width=18, recurrent=big, bias=bias, acc_shift=shift,
        state=QFormat(1, 23),
    )
    return dataclasses.replace(design, liquid=liquid)


def test_sums_past_53_bits_take_int64_and_stay_exact():
    design = wide(bias=((1 << 54) - 3, -(1 << 54) + 1), shift=40)
    golden = Golden(design)
    assert design.acc_width == 56
    assert not golden.exact_floats
    u = random_inputs(np.random.default_rng(0), design, 40)
    steps = step_oracle.run(design, u)
    trace = golden.run(u, trace=True)
    for name in steps[0]:
        np.testing.assert_array_equal(trace.points[name], [step[name] for step in steps])
    golden.reset()
    np.testing.assert_array_equal(golden.run(u), trace.output)
    np.testing.assert_array_equal(golden.batch(np.stack([u, u]))[1], trace.output)


def test_a_sum_past_56_bits_is_no_legal_design():
    with pytest.raises(ValueError, match="^the exact sum of the esn must fit 56 bits, not 57$"):
        wide(bias=(1 << 55, 0))


def test_the_proven_bound_holds_at_the_corners():
    """The largest sum is reached by the signs that make it, and is exact to the unit."""
    rng = np.random.default_rng(7)
    for seed in range(200):
        design = random_design(np.random.default_rng(seed), inputs=3)
        golden = Golden(design)
        esn = golden._liquid
        low = [design.source_format(j).raw_min for j in range(len(esn.weights))]
        high = [design.source_format(j).raw_max for j in range(len(esn.weights))]
        neuron = int(rng.integers(design.liquid.neurons))
        for up in (True, False):
            ends = np.where((esn.weights[:, neuron] > 0) == up, high, low).astype(np.int64)
            got = int(esn.sums(ends)[neuron])
            exact = sum(int(w) * int(v) for w, v in zip(esn.weights[:, neuron], ends))
            assert got == exact + design.liquid.bias[neuron]
            half = (1 << design.liquid.acc_shift) >> 1
            assert -esn.acc_limit <= got and got + half < esn.acc_limit
            assert abs(got) <= esn.magnitude


def design_of_one_channel() -> Design:
    design = random_design(np.random.default_rng(2), inputs=2, signed=True)
    return dataclasses.replace(design, input=dataclasses.replace(design.input, width=8))


@pytest.mark.parametrize(("call", "values", "error", "message"), [
    ("run", [[0, 0], [0, 128]], ValueError,
     "step 1, channel 1 (u1): the raw input must be in -128..127, not 128"),
    ("run", [[-129, 0]], ValueError,
     "step 0, channel 0 (u0): the raw input must be in -128..127, not -129"),
    ("batch", [[[0, 0]], [[0, 999]]], ValueError,
     "sequence 1, step 0, channel 1 (u1): the raw input must be in -128..127, not 999"),
    ("step", [0, 1 << 62], ValueError,
     f"step 0, channel 1 (u1): the raw input must be in -128..127, not {1 << 62}"),
    ("run", [[0.5, 0]], TypeError, "inputs must be raw integers, not float64"),
    ("states", [[0, 0, 0]], ValueError, "inputs must be steps x 2, not of shape (1, 3)"),
    ("run", [0, 0], ValueError, "inputs must be steps x 2, not of shape (2,)"),
    ("batch", [[0, 0]], ValueError,
     "inputs must be sequences x steps x 2, not of shape (1, 2)"),
])
def test_bad_inputs_name_the_place(call, values, error, message):
    golden = Golden(design_of_one_channel())
    with pytest.raises(error, match="^" + re.escape(message) + "$"):
        getattr(golden, call)(values)


def test_no_steps_give_no_outputs():
    design = design_of_one_channel()
    golden = Golden(design)
    nothing = np.zeros((0, 2), dtype=np.int64)
    assert golden.run(nothing).shape == (0, design.outputs)
    assert golden.states(nothing).shape == (0, design.liquid.neurons)
    assert golden.batch(np.zeros((4, 0, 2), dtype=np.int64)).shape == (4, 0, design.outputs)


@pytest.mark.parametrize("density", [0.0, 0.01, 0.04, 0.2])
@pytest.mark.parametrize("feedback", [True, False])
@pytest.mark.parametrize("state_width", [4, 18])
def test_every_way_of_multiplying_agrees(density, feedback, state_width):
    """Sparse or dense, float32 or float64: chosen by density and width."""
    rng = np.random.default_rng(11)
    design = random_design(rng, neurons=200, density=density, feedback=feedback,
                           state_width=state_width, weight_width=8, activation="clip")
    u = random_inputs(rng, design, 30)
    trace = Golden(design).run(u, trace=True)
    np.testing.assert_array_equal(Golden(design).states(u), trace.taps)
    np.testing.assert_array_equal(Golden(design).batch(u[None])[0], trace.output)
