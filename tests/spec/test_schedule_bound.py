"""How near the schedule comes to what no folded circuit can beat: products / lanes, or neurons."""

from __future__ import annotations

import numpy as np
import pytest
from designs import random_design

from liquidgate.spec import Schedule

LANES = (1, 2, 4, 8, 16, 32, 64)


def schedules(count: int, seed: int) -> list[Schedule]:
    """Random networks of 100 to 300 neurons, 1 to 32 inputs and outputs, with and without
    feedback and empty rows, on every number of lanes."""
    rng = np.random.default_rng(seed)
    return [
        Schedule(design, lanes)
        for _ in range(count)
        for design in [random_design(rng, neurons=int(rng.integers(100, 301)),
                                     inputs=int(rng.integers(1, rng.choice([10, 33]))),
                                     outputs=int(rng.integers(1, rng.choice([10, 33]))),
                                     density=float(rng.choice([0.01, 0.02, 0.05, 0.1, 0.3])))]
        for lanes in LANES
    ]


def latencies(s: Schedule) -> int:
    """Inputs, rows and outputs one a clock, and the waits between them."""
    lag = s.plan.ready[-1] - len(s.plan.words)
    step = s.design.inputs + s.design.liquid.neurons + lag + s.design.outputs
    return step + (s.mac_latency + 3) * s.design.has_feedback


def test_a_step_takes_at_most_a_tenth_more_than_the_bound() -> None:
    found = schedules(60, 1)
    kinds = {(s.lanes, s.design.has_feedback, s.shared) for s in found}
    assert kinds >= {(lanes, fed, shared) for lanes in (8, 16, 32, 64) for fed in (False, True)
                     for shared in (False, True)}
    assert any(s.cut for s in found)
    for s in found:
        most = max(1.10 * s.bound + 40, latencies(s))
        assert s.bound <= s.interval <= most, (s.lanes, s.interval, s.bound)


@pytest.mark.parametrize("lanes", LANES)
def test_utilisation_is_products_a_lane_and_clock(lanes: int) -> None:
    s = Schedule(random_design(np.random.default_rng(3), neurons=150, density=0.1), lanes)
    words = (*s.neuron_words, *s.readout_words)
    products = sum(product is not None for word in words for product in word.products)
    assert s.utilisation == products / (lanes * s.interval) <= 1
