"""How near the schedule comes to what no folded circuit can beat: products / lanes, or neurons."""

from __future__ import annotations

import numpy as np
import pytest
from designs import random_design

from liquidgate.spec import Schedule

LANES = (1, 2, 4, 8, 16, 32, 64)


def schedules(count: int, seed: int) -> list[Schedule]:
    """Random networks of 100 to 300 neurons, 1 to 5 inputs and outputs, with and without feedback,
    on every number of lanes."""
    rng = np.random.default_rng(seed)
    return [
        Schedule(design, lanes)
        for _ in range(count)
        for design in [random_design(rng, neurons=int(rng.integers(100, 301)), zero_rows=False,
                                     density=float(rng.choice([0.01, 0.02, 0.05, 0.1, 0.3])))]
        for lanes in LANES
    ]


def full(schedule: Schedule) -> bool:
    """Whether rows fill the lanes: a word ends one row at most."""
    return schedule.plan.products >= schedule.lanes * schedule.design.liquid.neurons


def test_a_step_takes_at_most_a_tenth_more_than_the_bound() -> None:
    found = [s for s in schedules(40, 1) if full(s)]
    assert {s.lanes for s in found} >= {1, 2, 4, 8, 16, 32}
    assert {s.design.has_feedback for s in found} == {False, True}
    for s in found:
        assert s.bound <= s.interval <= 1.10 * s.bound + 40, (s.lanes, s.interval, s.bound)


def test_rows_shorter_than_the_lanes_are_one_a_clock_and_the_readout_follows() -> None:
    found = [s for s in schedules(40, 2) if not full(s)]
    assert len(found) > 50
    for s in found:
        n, out = s.design.liquid.neurons, s.design.readout
        assert s.interval <= 1.10 * (n + out.outputs * out.taps / s.lanes) + 40


@pytest.mark.parametrize("lanes", LANES)
def test_utilisation_is_products_a_lane_and_clock(lanes: int) -> None:
    s = Schedule(random_design(np.random.default_rng(3), neurons=150, density=0.1), lanes)
    words = (*s.neuron_words, *s.readout_words)
    products = sum(product is not None for word in words for product in word.products)
    assert s.utilisation == products / (lanes * s.interval) <= 1
