"""Who hears whom, with which weights, at which spectral radius."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.train import topology
from liquidgate.train.esn_recipe import Recipe
from liquidgate.train.topology import (
    POWERS,
    WEIGHTS,
    links,
    on_grid,
    recurrent,
    spectral_radius,
)

KINDS = sorted(WEIGHTS)


def drawn(topology="uniform", units=40, in_degree=6, weights="uniform", bits=None, sr=0.9, seed=1):
    return recurrent(units=units, in_degree=in_degree, sr=sr, topology=topology, weights=weights,
                     weight_bits=bits, rng=np.random.default_rng(seed))


def heard(w, i):
    return np.flatnonzero(w.toarray()[i]).tolist()


@pytest.mark.parametrize("weights", KINDS)
@pytest.mark.parametrize("units, k", [(40, 6), (40, 1), (40, 40), (1, 1)])
def test_uniform_gives_every_neuron_exactly_k_inputs(weights, units, k):
    assert (np.diff(drawn(weights=weights, units=units, in_degree=k).indptr) == k).all()


def test_a_ring_hears_the_neuron_before():
    ring = drawn("ring")
    assert all(heard(ring, i) == [(i - 1) % 40] for i in range(40))


def test_jumps_close_only_when_they_divide_the_ring():
    even = drawn("jumps", in_degree=10)
    assert [heard(even, i) for i in (0, 10, 5)] == [[10, 30, 39], [0, 9, 20], [4]]
    odd = drawn("jumps", units=13, in_degree=5)
    assert [heard(odd, i) for i in (0, 5, 10, 12)] == [[5, 12], [0, 4, 10], [5, 9], [11]]
    assert drawn("jumps", units=12, in_degree=12).nnz == 12  # no room for a jump: a ring


@pytest.mark.parametrize("units, k", [(40, 6), (40, 5), (9, 8), (8, 7), (3, 2), (2, 1)])
def test_a_small_world_has_k_others_a_neuron_most_of_them_near(units, k):
    world = drawn("small-world", units=units, in_degree=k)
    assert (np.diff(world.indptr) == k).all()
    assert all(i not in heard(world, i) for i in range(units))
    if units == 40:
        near = [abs((j - i + 20) % 40 - 20) <= 3 for i in range(40) for j in heard(world, i)]
        assert 0.75 < np.mean(near) < 1.0


def test_a_grid_hears_its_neighbours():
    grid = drawn("grid", units=10)  # rows of 4, 4 and 2
    assert [heard(grid, i) for i in (0, 3, 5, 9)] == [[1, 4], [2, 7], [1, 4, 6, 9], [5, 8]]


def test_links_are_edges_without_direction():
    assert links([np.array([1, 2]), np.array([0, 1]), np.array([1])]).tolist() == [
        [0, 1], [0, 2], [1, 2]]
    assert links([np.array([0])]).shape == (0, 2)


def test_weights_are_what_they_are_called():
    rng = np.random.default_rng(0)
    drawn_ = {kind: WEIGHTS[kind](rng, 20000) for kind in KINDS}
    assert set(np.unique(drawn_["signs"])) == {-1.0, 1.0}
    assert set(np.unique(drawn_["powers"])) == {s * p for p in POWERS for s in (-1, 1)}
    assert np.abs(drawn_["uniform"]).max() < 1 and drawn_["uniform"].var() == pytest.approx(
        1 / 3, rel=0.03)
    assert drawn_["normal"].std() == pytest.approx(1.0, rel=0.03)
    assert all(abs(values.mean()) < 0.03 for values in drawn_.values())


@pytest.mark.parametrize("kind", ["uniform", "ring", "jumps", "small-world", "grid"])
@pytest.mark.parametrize("weights", KINDS)
@pytest.mark.parametrize("bits", [None, 4, 8])
def test_the_spectral_radius_is_met(kind, weights, bits):
    w = drawn(kind, weights=weights, bits=bits)
    # on four bits weights of one size are 4 to 7 steps, and no link of a ring may be lost
    coarse = bits == 4 and (weights in ("signs", "powers") or kind == "ring")
    near = 1e-9 if bits is None else 0.125 if coarse else 0.05
    assert spectral_radius(w) == pytest.approx(0.9, rel=near)
    if kind == "ring":
        assert w.nnz == 40  # a link rounded to nothing would cut it
    if bits:
        limit = 2 ** (bits - 1) - 1
        unit = 2.0 ** np.ceil(np.log2(np.abs(w.data).max() / (limit + 0.5)))
        raws = w.data / unit
        assert np.array_equal(raws, np.round(raws)) and np.abs(raws).max() <= limit
        assert (w.data != 0).all()  # what rounds to zero has left the matrix


def test_a_radius_of_zero_is_no_recurrence():
    assert drawn(sr=0.0).nnz == 0 and drawn(sr=0.0, bits=8).nnz == 0


@pytest.fixture
def arpack(monkeypatch):
    """ARPACK from 71 neurons on: small matrices are quick."""
    monkeypatch.setattr(topology, "DENSE_EIGENVALUES", 70)


def test_arpack_and_the_dense_solver_agree(arpack):
    w = drawn(units=200, in_degree=5)
    assert spectral_radius(w) == pytest.approx(spectral_radius(w.toarray()), rel=1e-6)


def test_what_arpack_can_not_do_goes_to_the_dense_solver(arpack):
    assert spectral_radius(sp.csr_array((80, 80))) == 0.0
    assert spectral_radius(drawn("ring", units=80, weights="signs")) == pytest.approx(0.9)


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


def test_scalings_of_inputs_biases_and_feedback():
    r = Recipe(units=500, inputs=2, outputs=1, input_scaling=np.array([0.5, 4.0]),
               bias_scaling=0.3, fb_scaling=2.0, input_connectivity=0.4, weight_bits=8).build()
    assert np.abs(r.Win).max(axis=0) == pytest.approx([0.5, 4.0], rel=0.05)
    assert np.count_nonzero(r.Win) == pytest.approx(400, rel=0.15)
    assert np.abs(r.bias).max() == pytest.approx(0.3, rel=0.02)
    assert np.abs(r.Wfb).max() == pytest.approx(2.0, rel=0.02)


@pytest.mark.parametrize("change, kind, message", [
    ({"units": 0}, ValueError, "units must be at least 1, not 0"),
    ({"units": 2.5}, TypeError, "units must be an integer, not 2.5"),
    ({"units": True}, TypeError, "units must be an integer, not True"),
    ({"in_degree": 30}, ValueError, "in_degree must be at most units: 20, not 30"),
    ({"sr": -1.0}, ValueError, "sr must be a finite number of at least 0, not -1.0"),
    ({"sr": "0.9"}, TypeError, "sr must be a number, not '0.9'"),
    ({"bias_scaling": np.nan}, ValueError,
     "bias_scaling must be a finite number of at least 0, not nan"),
    ({"topology": "star"}, ValueError,
     "topology must be one of ['grid', 'jumps', 'ring', 'small-world', 'uniform'], "
     "not 'star'"),
    ({"weights": "ones"}, ValueError,
     "weights must be one of ['normal', 'powers', 'signs', 'uniform'], not 'ones'"),
    ({"weight_bits": 1}, ValueError, "weight_bits must be in 2..18, not 1"),
    ({"input_connectivity": 0}, ValueError,
     "input_connectivity must be above 0 and at most 1, not 0"),
    ({"input_scaling": np.ones(3)}, ValueError,
     "input_scaling must be a number or one an input: 1, not of shape (3,)"),
])
def test_wrong_recipes_are_named(says, change, kind, message):
    with says(message, kind):
        Recipe(**{"units": 20, "inputs": 1, **change}).build()
