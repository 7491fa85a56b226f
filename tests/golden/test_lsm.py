from dataclasses import replace

import numpy as np
import pytest
from designs import random_inputs
from designs_lsm import lively_design, random_design
from hypothesis import given, settings
from hypothesis import strategies as st
from lsm_oracle import run

from liquidgate.golden import Golden
from liquidgate.spec import Design, QFormat, SparseMatrix
from liquidgate.spec.codec import from_plain, to_plain
from liquidgate.spec.lsm_dynamics import Dynamics
from liquidgate.spec.lsm_encoders import Delta, Direct, Encoder, Population, Rate
from liquidgate.spec.lsm_taps import SpikeCount, SpikeTrace


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


@pytest.mark.parametrize("lanes", [1, 2, 8])
def test_work_is_that_of_the_page(lanes: int) -> None:
    """docs/timing.md, "schedule event", from the spikes of the oracle; no number depends on it."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        design = random_design(rng, neurons=int(rng.integers(1, 12)), schedule="event")
        lsm, inputs = design.liquid, random_inputs(rng, design, 15)
        trace = Golden(design, lanes=lanes).run(inputs, trace=True)
        steps, n = run(design, inputs), lsm.neurons
        longest = lsm.max_delay
        for t, work in enumerate(trace.work.tolist()):
            expected = lsm.spike_channels + 3 + 2 * (longest + 1) + 1
            for d in range(longest + 1):
                own = steps[t - d - 1]["spike"] if t > d else []
                sent = steps[t - d]["encoded"] if t >= d else []
                sources = [j for j, z in enumerate(own) if z] + [n + j for j, z in
                                                                 enumerate(sent) if z]
                for source in sources:
                    banks = [0] * lanes
                    for i in range(n):
                        banks[i % lanes] += any(j == source and late == d
                                                for j, late, _ in lsm.synapses(i))
                    expected += 1 + max(1, *banks)
            assert work == expected
            assert work <= lsm.plan(lanes).longest
        other = replace(design, liquid=replace(lsm, schedule="static"))
        np.testing.assert_array_equal(Golden(other).run(inputs), trace.output)
        assert lsm.plan(lanes).waits and not other.liquid.plan(lanes).waits


@pytest.mark.parametrize(("change", "message"), [
    ({"schedule": "both"}, "lsm.schedule must be static or event, not 'both'"),
    ({"reset": "none"}, "lsm.reset must be zero or subtract, not 'none'"),
    ({"threshold": (0,) * 12}, r"lsm.threshold\[0\] must be in 1..63, not 0"),
    ({"refractory": (0, 16) + (0,) * 10}, r"lsm.refractory\[1\] must be in 0..15, not 16"),
    ({"membrane_decay": (9,) * 12}, r"lsm.membrane_decay\[0\] must be in 0..8, not 9"),
    ({"bias": (0,) * 5}, "lsm.bias must have one entry a neuron: 12, not 5"),
    ({"current": QFormat(3, 5)}, "lsm.current must have the membrane's fraction bits: 4, not 5"),
    ({"membrane": QFormat(3, 4, signed=False)}, "lsm.membrane must be a signed format of 2..24"),
    ({"input_delay": ((0,),)}, "lsm.input_delay must have one row a neuron: 12, not 1"),
    ({"input_delay": ((0,),) * 12},
     r"lsm.input_delay\[0\] must have one entry a synapse: 4, not 1"),
    ({"input_delay": ((0, 16, 0, 0),) * 12}, r"lsm.input_delay\[0\]\[1\] must be in 0..15, not 16"),
    ({"seen": SpikeCount(0)}, "lsm.seen.window must be in 1..16777215, not 0"),
    ({"seen": SpikeTrace(QFormat(4, 0), (0,) * 12, (0,) * 12)}, "lsm.seen.format must be"),
    ({"weight_width": 4}, r"lsm.recurrent\[0\]"),
])
def test_bad_fields(change: dict[str, object], message: str) -> None:
    liquid = lively_design("delta").liquid
    with pytest.raises(ValueError, match=f"^{message}"):
        replace(liquid, **change)


@pytest.mark.parametrize(("change", "message"), [
    ({"schedule": "event"}, "lsm.schedule must be static with dynamics, not 'event'"),
    ({"dynamics": Dynamics(15, (1,) * 5, (0,) * 5, (0,) * 5)},
     "lsm.dynamics.bits must be in 1..14, not 15"),
    ({"dynamics": Dynamics(5, (1,) * 4, (0,) * 5, (0,) * 5)},
     "lsm.dynamics.use must have one entry a neuron: 5, not 4"),
    ({"dynamics": Dynamics(5, (1, 33) + (1,) * 3, (0,) * 5, (0,) * 5)},
     r"lsm.dynamics.use\[1\] must be in 1..32, not 33"),
    ({"dynamics": Dynamics(5, (1,) * 5, (0,) * 5, (0, 9) + (0,) * 3)},
     r"lsm.dynamics.recovery\[1\] must be in 0..8, not 9"),
])
def test_bad_dynamics(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        replace(lively_design("dynamic").liquid, **change)


def test_depression_and_facilitation_by_hand() -> None:
    """A neuron that fires in every step, in quarters: what its spikes are worth."""
    lsm = lively_design("dynamic").liquid
    one = 1 << lsm.leak_shift
    for facilitation, recovery, worth in (
        (0, one, [12, 3, 1, 0, 0]),  # each takes 3/4 (1/2, raised) of what is left
        (one, 0, [12, 14, 15, 16, 16]),  # all is back in the next step; the use rises to 1
    ):
        dynamics = Dynamics(4, (8,) * 5, (facilitation,) * 5, (recovery,) * 5)
        design = replace(lively_design("dynamic"), liquid=replace(
            lsm, dynamics=dynamics, bias=(lsm.membrane.raw_max,) * 5, refractory=(0,) * 5,
            threshold=(1,) * 5, adaptation=None, membrane_decay=(0,) * 5,
            current_decay=(0,) * 5, recurrent=SparseMatrix.from_rows([[0] * 5] * 5, 5),
            input=SparseMatrix.from_rows([[0] * 4] * 5, 4), recurrent_delay=(), input_delay=()))
        points = Golden(design).run(np.zeros((5, 4), int), trace=True).points
        assert points["spike"].all()
        assert points["efficacy"][:, 0].tolist() == worth


@pytest.mark.parametrize(("encoder", "message"), [
    (Delta((1,)), "lsm.encoder.threshold must have one entry an input channel: 2, not 1"),
    (Delta((0, 1)), r"lsm.encoder.threshold\[0\] must be in 1..63, not 0"),
    (Rate(1, 11), "the width of an input of a rate encoder . lsm.encoder.shift must be in 1..16"),
    (Population(1, ((40,), (1,)), 2, 0), r"lsm.encoder.centres\[0\]\[0\] must fit"),
    (Population(1, ((), (1,)), 2, 0), r"lsm.encoder.centres\[0\] must have at least one entry"),
    (Direct(), "lsm.input must have one column a spike channel of the encoder: 2, not 4"),
])
def test_bad_encoders(encoder: Encoder, message: str) -> None:
    design = lively_design("delta")
    with pytest.raises(ValueError, match=message):
        replace(design, liquid=replace(design.liquid, encoder=encoder))
    with pytest.raises(ValueError, match=r"lsm.encoder.seed must be in 1..4294967295, not 0"):
        Rate(0, 0)
