"""Who hears whom, with which weights, at which spectral radius."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.train.recipe import Recipe
from liquidgate.train.topology import on_grid, recurrent, spectral_radius


def drawn(topology="uniform", units=40, in_degree=6, weights="uniform", bits=None, sr=0.9, seed=1):
    return recurrent(units=units, in_degree=in_degree, sr=sr, topology=topology, weights=weights,
                     weight_bits=bits, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("weights", ["uniform", "normal", "signs", "powers"])
def test_uniform_gives_every_neuron_exactly_k_inputs(weights):
    assert (np.diff(drawn(weights=weights).indptr) == 6).all()


def test_ring_and_jumps_and_small_world():
    ring = drawn("ring").toarray()
    assert all(np.flatnonzero(ring[i]).tolist() == [(i - 1) % 40] for i in range(40))
    jumps = drawn("jumps", in_degree=10).toarray()
    assert np.flatnonzero(jumps[10]).tolist() == [0, 9, 20]
    assert np.flatnonzero(jumps[0]).tolist() == [10, 30, 39]
    assert np.flatnonzero(jumps[5]).tolist() == [4]
    world = drawn("small-world")
    assert (np.diff(world.indptr) == 6).all()
    near = [abs((j - i + 20) % 40 - 20) <= 3 for i in range(40)
            for j in np.flatnonzero(world.toarray()[i])]
    assert 0.75 < np.mean(near) < 1.0


@pytest.mark.parametrize("weights", ["uniform", "normal", "signs", "powers"])
@pytest.mark.parametrize("bits", [None, 4, 8])
def test_the_spectral_radius_is_met(weights, bits):
    w = drawn(weights=weights, bits=bits)
    assert spectral_radius(w) == pytest.approx(0.9, rel=1e-9 if bits is None else 0.05)
    if bits:
        step = np.abs(w.data).min()
        raws = w.data / 2.0 ** np.floor(np.log2(step))
        unit = 2.0 ** np.floor(np.log2(np.abs(w.data).max() / (2 ** (bits - 1) - 0.5)) + 1)
        assert np.array_equal(w.data / unit, np.round(w.data / unit))
        assert np.abs(raws).max() >= 1


def test_arpack_and_the_dense_solver_agree():
    w = drawn(units=700, in_degree=5)
    assert spectral_radius(w) == pytest.approx(spectral_radius(w.toarray()), rel=1e-6)


@settings(max_examples=100, deadline=None)
@given(bits=st.integers(2, 18), seed=st.integers(0, 10**6), scale=st.floats(1e-6, 1e6))
def test_a_grid_is_a_power_of_two_and_fits_its_bits(bits, seed, scale):
    values = np.random.default_rng(seed).standard_normal(20) * scale
    found = on_grid(values, bits)
    limit = 2 ** (bits - 1) - 1
    unit = 2.0 ** np.ceil(np.log2(np.abs(values).max() / (limit + 0.5)))
    raws = found / unit
    assert np.array_equal(raws, np.round(raws)) and np.abs(raws).max() <= limit
    assert np.abs(found - values).max() <= unit / 2 * (1 + 1e-9)


def test_each_matrix_has_its_own_randomness():
    a = Recipe(units=20, inputs=1, seed=3).build()
    b = Recipe(units=20, inputs=4, outputs=2, seed=3).build()
    assert np.array_equal(a.dense(), b.dense()) and np.array_equal(a.bias, b.bias)
    assert not np.array_equal(a.dense(), Recipe(units=20, inputs=1, seed=4).build().dense())


@pytest.mark.parametrize("change, error, message", [
    ({"units": 0}, ValueError, "units must be at least 1, not 0"),
    ({"units": 2.5}, TypeError, "units must be an integer, not 2.5"),
    ({"in_degree": 30}, ValueError, "in_degree must be at most units: 20, not 30"),
    ({"sr": -1.0}, ValueError, "sr must be a finite number of at least 0, not -1.0"),
    ({"topology": "star"}, ValueError, "topology must be one of"),
    ({"weight_bits": 1}, ValueError, "weight_bits must be in 2..18, not 1"),
    ({"input_connectivity": 0}, ValueError, "input_connectivity must be above 0"),
    ({"input_scaling": np.ones(3)}, ValueError, "input_scaling must be a number or one an input"),
])
def test_wrong_recipes_are_named(change, error, message):
    with pytest.raises(error, match=message):
        Recipe(**{"units": 20, "inputs": 1, **change}).build()
