import numpy as np
import pytest
from clock_oracle import play
from designs import random_design, random_inputs
from designs_lsm import random_design as random_lsm
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.golden import Clocked, Golden


def pins(rng, clocks):
    """Input pins of mixed rates; clears and resets from none to storms, some side by side."""
    rate = [rng.choice([0.0, *others]) for others in
            ((0.002, 0.02, 0.3), (0.002, 0.02, 0.5), (0.1, 0.5, 1.0), (0.02, 0.5, 1.0))]
    rate[2] = max(rate[2], 0.1)
    bits = [rng.random(clocks) < r for r in rate]
    return dict(zip(("rst", "clear", "i_valid", "o_ready"), bits))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 4, 8, 16]),
       st.sampled_from([random_design, random_lsm]))
def test_every_pin_on_every_clock_equals_the_transcription(seed, lanes, make):
    rng = np.random.default_rng(seed)
    design = make(rng, neurons=int(rng.integers(1, 9)))
    clocked = Clocked(design, lanes=lanes)
    stimulus = pins(rng, 600)
    data = random_inputs(rng, design, 600)
    ready, valid, payload = play(design, clocked.schedule, i_data=data, **stimulus)
    trace = clocked.trace(i_data=data, **stimulus)
    np.testing.assert_array_equal(trace.i_ready, ready)
    np.testing.assert_array_equal(trace.o_valid, valid)
    np.testing.assert_array_equal(trace.o_payload, payload)
    dense = {"i__ready": ready, "o__valid": valid,
             "o__payload": [trace.packed(row) for row in payload]}
    changes = trace.changes()
    assert changes == sorted(changes)
    for pin, values in dense.items():
        expected = [(c, pin, int(v)) for c, v in enumerate(values)
                    if c == 0 or v != values[c - 1]]
        assert [change for change in changes if change[1] == pin] == expected
    taken = np.flatnonzero(ready & stimulus["i_valid"])
    np.testing.assert_array_equal(trace.steps.taken, taken)
    given = trace.steps.given[trace.steps.given >= 0]
    np.testing.assert_array_equal(given, np.flatnonzero(valid & stimulus["o_ready"]))


def free(clocks):
    quiet, busy = np.zeros(clocks, dtype=bool), np.ones(clocks, dtype=bool)
    return {"rst": quiet, "clear": quiet, "i_valid": busy, "o_ready": busy}


def test_without_waits_a_step_takes_the_interval_and_the_latency():
    rng = np.random.default_rng(5)
    design = random_design(rng, neurons=20)
    clocked = Clocked(design, lanes=4)
    data = random_inputs(rng, design, 100)
    trace = clocked.trace(i_data=data, **free(2000))
    steps, schedule = trace.steps, clocked.schedule
    assert steps.taken[0] == schedule.clear + schedule.load - 1
    np.testing.assert_array_equal(np.diff(steps.taken), schedule.interval)
    shown = steps.valid >= 0
    np.testing.assert_array_equal((steps.valid - steps.taken)[shown], schedule.latency)
    np.testing.assert_array_equal(trace.outputs, Golden(design).run(data[: len(steps.taken)]))
    assert trace.step_at(0) == -1
    assert trace.step_at(int(steps.gate[3])) == 3


def test_a_short_queue_and_bad_pins_are_errors():
    design = random_design(np.random.default_rng(5), neurons=2, inputs=1)
    clocked = Clocked(design, lanes=1)
    stimulus = free(500)
    clock = clocked.schedule.clear + clocked.schedule.interval
    message = (f"i_data must have a row for every input transfer, not 1: "
               f"one more transfers in clock {clock}")
    with pytest.raises(ValueError, match=f"^{message}$"):
        clocked.trace(i_data=[[0]], **stimulus)
    with pytest.raises(ValueError, match="^rst must be a vector of 0 and 1$"):
        clocked.trace(i_data=[[0]], **{**stimulus, "rst": np.full(500, 2)})
    with pytest.raises(ValueError, match=r"^pins must have one length, not \[500, 3, 500, 500\]$"):
        clocked.trace(i_data=[[0]], **{**stimulus, "clear": [0, 0, 0]})
