"""The schedule written a second time, from docs/timing.md alone."""

from __future__ import annotations

import numpy as np
import pytest
from designs import random_design
from hypothesis import given, settings
from hypothesis import strategies as st
from words_oracle import words_of

from liquidgate.spec import Design, Schedule


def counts(design: Design, p: int) -> dict[str, object]:
    liquid = design.liquid
    n, k, m = len(liquid.bias), len(design.input.channels), len(design.output.channels)
    fed = liquid.feedback.columns > 0
    rows = [[*liquid.recurrent.indices[i], *(n + j for j in liquid.input.indices[i]),
             *(n + k + j for j in liquid.feedback.indices[i])] for i in range(n)]
    waiting = sorted(range(n), key=lambda i: (len(rows[i]), i))
    order, balance = [], 0
    while waiting:
        i = waiting.pop(-1 if balance <= 0 else 0)
        order.append(i)
        balance += len(rows[i]) - p
    address = {i: place for place, i in enumerate(order)}
    neuron_words, ends = words_of([rows[i] for i in order], p)
    taps = sorted(range(len(design.readout.weights[0])), key=lambda j: address.get(j, j))
    readout_words, readout_ends = words_of([taps] * m, p)
    mac = 5 + int(np.log2(p))
    ready = [end + mac + 7 + (2 if liquid.activation.kind == "clip" else 5) for end in ends]
    gate = max(len(neuron_words), *(
        ready[address[j]] - 1 - t for t, word in enumerate(readout_words) for j in word if j < n))
    outputs = tuple(end + mac + 2 for end in readout_ends)
    run = max(gate + len(readout_words), ready[-1], (gate + outputs[-1] + 1) * fed)
    return {"order": tuple(order), "gate": gate, "run": run, "output_clocks": outputs, "load": k,
            "clear": n + k + m * fed, "interval": k + run, "latency": 1 + gate + outputs[-1]}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
def test_the_page_gives_the_schedule(seed, lanes):
    design = random_design(np.random.default_rng(seed))
    schedule = Schedule(design, lanes)
    for name, value in counts(design, lanes).items():
        assert getattr(schedule, name) == value, name


@pytest.mark.parametrize(("lanes", "error", "message"), [
    (0, ValueError, "lanes must be in 1..64, not 0"),
    (128, ValueError, "lanes must be in 1..64, not 128"),
    (3, ValueError, "lanes must be a power of two up to 64, not 3"),
    (2.0, TypeError, "lanes must be an integer, not 2.0"),
])
def test_bad_lanes(lanes, error, message):
    with pytest.raises(error) as caught:
        Schedule(random_design(np.random.default_rng(0)), lanes)
    assert str(caught.value) == message
