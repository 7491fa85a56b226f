"""Two neurons in one float64: exact up to its bound, which is not far below what it could be."""

from __future__ import annotations

import numpy as np
import pytest
from designs import random_design, random_inputs

from liquidgate.golden import Golden
from liquidgate.golden.products import Packed


def bound(packed: Packed, n: int) -> int:
    """The greatest magnitude of all sources for which the product is exact."""
    low, high = 0, 1 << 53
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if packed.exact(np.full(n, float(middle))) else (low, middle)
    return low


@pytest.mark.parametrize("n", [2, 3, 40, 41])
@pytest.mark.parametrize("density", [0.0, 0.3, 1.0])
def test_packed_is_exact_up_to_its_bound(n: int, density: float) -> None:
    rng = np.random.default_rng(n)
    back = rng.integers(-127, 128, (n, n)) * (rng.random((n, n)) < density)
    packed, unit = Packed(back, 2.0**-7), 2.0**-7
    limit = min(bound(packed, n), (1 << 31) - 1)
    assert sorted(packed.order) == list(range(n))
    # every neuron's sum at both ends of its range, and random ones
    signs = np.sign(back.T)
    cases = np.concatenate((signs, -signs, rng.integers(-1, 2, (50, n)))) * limit
    cases = np.concatenate((cases, rng.integers(-limit, limit + 1, (50, n))))
    out = np.empty(cases.shape)
    packed(cases[:, packed.order].astype(float), out)
    expected = (cases @ back)[:, packed.order] * unit
    np.testing.assert_array_equal(out, expected)
    one = np.empty(n)
    packed(cases[0, packed.order].astype(float), one)
    np.testing.assert_array_equal(one, expected[0])
    if density == 1.0:
        # the two sums of a pair need 2 bits beside their own, at most 3 for unequal partners
        assert limit**2 * np.abs(back).sum(axis=0).max() ** 2 > 2.0 ** (53 - 4)


@pytest.mark.parametrize("neurons, seed, state_width, proven, kept", [
    (170, 5, 14, True, True), (171, 5, 14, True, True), (170, 7, 18, False, True),
    (171, 2, 18, False, True), (170, 5, 18, False, False), (171, 0, 18, False, False),
])
def test_a_run_is_exact_whether_proven_or_not(
    neurons: int, seed: int, state_width: int, proven: bool, kept: bool
) -> None:
    """States too large for the packed product are seen, and the run is done again without it."""
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=neurons, density=0.3, feedback=False, activation="clip",
                           state_width=state_width, weight_width=8)
    golden = Golden(design)
    fast = golden._fast
    assert fast is not None and fast._packed is not None and fast._proven == proven
    u = random_inputs(rng, design, 30)
    trace = Golden(design).run(u, trace=True)
    np.testing.assert_array_equal(golden.states(u), trace.taps)
    np.testing.assert_array_equal(golden.memory, trace.taps[-1])
    assert (fast._packed is not None) == kept
    np.testing.assert_array_equal(golden.batch(np.stack([u, u]))[1], trace.output)
