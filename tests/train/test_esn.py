"""The float reservoir against the equation, written once more."""

import numpy as np
import pytest
import scipy.sparse as sp

from liquidgate.train.esn import Reservoir


def drawn(rng, n=7, k=2, o=0, activation="tanh", lr=None, sparse=False):
    w = rng.standard_normal((n, n)) * (rng.random((n, n)) < 0.5)
    return Reservoir(W=sp.csr_array(w) if sparse else w, Win=rng.standard_normal((n, k)),
                     Wfb=rng.standard_normal((n, o)) if o else None,
                     bias=rng.standard_normal(n), lr=rng.random(n) if lr is None else lr,
                     activation=activation)


def oracle(r, u, y=None, state=None):
    """Jaeger's equation, neuron by neuron."""
    f = np.tanh if r.activation == "tanh" else lambda z: min(max(z, -1.0), 1.0)
    w, x, rows = r.dense(), np.zeros(r.units) if state is None else state, []
    for n in range(len(u)):
        x = np.array([
            (1 - r.lr[i]) * x[i] + r.lr[i] * f(
                sum(w[i, j] * x[j] for j in range(r.units))
                + sum(r.Win[i, k] * u[n, k] for k in range(r.inputs)) + r.bias[i]
                + (sum(r.Wfb[i, o] * y[n - 1, o] for o in range(y.shape[1]))
                   if y is not None and n else 0.0))
            for i in range(r.units)
        ])
        rows.append(x)
    return np.array(rows)


@pytest.mark.parametrize("activation", ["tanh", "clip"])
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("feedback", [False, True])
@pytest.mark.parametrize("lr", [None, 1.0, 0.3])
def test_run_is_the_equation(activation, sparse, feedback, lr):
    rng = np.random.default_rng(4)
    r = drawn(rng, o=2 if feedback else 0, activation=activation, lr=lr, sparse=sparse)
    u, y = rng.standard_normal((20, 2)), rng.standard_normal((20, 2))
    back = y if feedback else None
    assert np.allclose(r.run(u, back), oracle(r, u, back), atol=1e-13)
    state = rng.uniform(-1, 1, r.units)
    assert np.allclose(r.run(u, back, state=state), oracle(r, u, back, state), atol=1e-13)


def test_step_and_run_agree():
    rng = np.random.default_rng(0)
    r, u = drawn(rng), rng.standard_normal((9, 2))
    x = np.zeros(r.units)
    for row, wanted in zip(u, r.run(u)):
        x = r.step(x, row)
        assert np.allclose(x, wanted, atol=1e-14)


def test_sequences_side_by_side_equal_each_alone():
    rng = np.random.default_rng(1)
    r = drawn(rng)
    many = [rng.standard_normal((length, 2)) for length in (3, 9, 1, 9, 5)]
    for found, sequence in zip(r.run_many(many), many):
        assert np.allclose(found, r.run(sequence), atol=1e-13)


def test_a_large_sparse_reservoir_equals_a_dense_one():
    rng = np.random.default_rng(2)
    w = sp.random_array((250, 250), density=0.02, rng=rng, format="csr") * 0.3
    parts = dict(Win=rng.standard_normal((250, 1)), bias=np.zeros(250), lr=0.5)
    u = rng.standard_normal((30, 1))
    assert np.allclose(Reservoir(W=w, **parts).run(u), Reservoir(W=w.toarray(), **parts).run(u))


@pytest.mark.parametrize("change, message", [
    ({"W": np.zeros((2, 3))}, "W must be square, not (2, 3)"),
    ({"W": np.zeros(3)}, "W must have 2 dimensions, not 1"),
    ({"Win": np.zeros((2, 1))}, "Win must have one row a neuron: 3, not 2"),
    ({"bias": np.array([0.0, np.nan, 0.0])}, "bias[1] must be finite, not nan"),
    ({"lr": np.array([0.0, 0.5, 1.5])}, "lr must be in 0..1, not 0..1.5"),
    ({"activation": "relu"}, "activation must be one of ['clip', 'tanh'], not 'relu'"),
    ({"W": sp.csr_array(np.diag([1.0, np.nan, 1.0]))}, "W's data[1] must be finite, not nan"),
    ({"W": sp.csr_array((2, 3))}, "W must be square, not (2, 3)"),
    ({"Wfb": np.zeros((4, 1))}, "Wfb must have one row a neuron: 3, not 4"),
    ({"lr": np.nan}, "lr must be in 0..1, not nan..nan"),
    ({"lr": np.zeros(2)}, "lr must have one row a neuron: 3, not 2"),
])
def test_wrong_parts_are_named(says, change, message):
    good = dict(W=np.eye(3), Win=np.ones((3, 1)), bias=np.zeros(3), lr=0.5)
    with says(message):
        Reservoir(**{**good, **change})


@pytest.mark.parametrize("call, message", [
    (lambda r: r.run(np.zeros((4, 3))), "U must have 2 columns, not 3"),
    (lambda r: r.run(np.zeros(4)), "U must have 2 dimensions, not 1"),
    (lambda r: r.run(np.full((4, 2), np.inf)), "U[0, 0] must be finite, not inf"),
    (lambda r: r.run(np.zeros((4, 2)), np.zeros((4, 2))),
     "Y_feedback must be of shape (4, 1), not (4, 2)"),
    (lambda r: r.run(np.zeros((4, 2)), state=np.zeros(3)),
     "state must have one value a neuron: 7, not 3"),
    (lambda r: drawn(np.random.default_rng(0)).run(np.zeros((4, 2)), np.zeros((4, 1))),
     "Y_feedback must be None: the reservoir has no Wfb"),
])
def test_wrong_inputs_are_named(says, call, message):
    with says(message):
        call(drawn(np.random.default_rng(0), o=1))


def test_a_run_changes_nothing_of_the_callers():
    rng = np.random.default_rng(3)
    r, u, state = drawn(rng), rng.standard_normal((9, 2)), rng.standard_normal(7)
    kept = u.copy(), state.copy()
    whole = r.run(u, state=state)
    assert np.array_equal(u, kept[0]) and np.array_equal(state, kept[1])
    # a run goes on where another one ended
    assert np.array_equal(r.run(u[4:], state=whole[3]), whole[4:])
    assert r.run(np.zeros((0, 2))).shape == (0, 7)
