"""Babai's rounding: every error stays within half a step of its own direction."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.train.quantise.readout import round_with_covariance


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 12), outputs=st.integers(1, 3))
def test_each_residual_is_at_most_half_a_step(seed, size, outputs):
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((40, size)) @ rng.standard_normal((size, size))
    gram = features.T @ features + 1e-6 * np.eye(size)
    weights = 20 * rng.standard_normal((outputs, size))
    r = np.linalg.cholesky(gram).T
    rounded = round_with_covariance(weights, gram, 1 << 40)
    residual = np.abs((weights - rounded) @ r.T)
    assert (residual <= np.diag(r) * 0.5 * (1 + 1e-6)).all()


def test_it_beats_plain_rounding_on_correlated_features():
    rng = np.random.default_rng(2)
    features = rng.standard_normal((500, 5)) @ rng.standard_normal((5, 40))
    features += 0.01 * rng.standard_normal(features.shape)
    gram = features.T @ features
    weights = 4 * rng.standard_normal((2, 40))
    rounded = round_with_covariance(weights, gram, 127)

    def error(found: np.ndarray) -> float:
        return float((((weights - found) @ features.T) ** 2).mean())

    assert error(rounded) < 0.25 * error(np.round(weights))


def test_weights_stay_within_the_limit():
    rounded = round_with_covariance(np.array([[300.0, -300.0]]), np.eye(2), 127)
    assert rounded.tolist() == [[127, -127]]
