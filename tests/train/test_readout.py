"""Ridge regression, and that its strength is chosen without the future."""

import numpy as np
import pytest

from liquidgate.train import readout
from liquidgate.train.readout import (
    Readout,
    choose_ridge,
    fit_readout,
    one_hot,
    pooled,
    solve_ridge,
)


def problem(rows=200, features=6, outputs=2, seed=0):
    rng = np.random.default_rng(seed)
    f = rng.standard_normal((rows, features))
    return f, f @ rng.standard_normal((features, outputs)) + 3.0 + rng.standard_normal((rows, 1))


def normal_equations(f, t, ridge):
    """The closed form with a column of ones, whose weight alone is not punished."""
    a = np.hstack([f, np.ones((len(f), 1))])
    punish = ridge * np.diag([1.0] * f.shape[1] + [0.0])
    return np.linalg.solve(a.T @ a + punish, a.T @ t)


@pytest.mark.parametrize("ridge", [0.0, 1e-6, 2.5, 1e4])
@pytest.mark.parametrize("outputs", [1, 3])
def test_it_is_the_closed_form(ridge, outputs):
    f, t = problem(outputs=outputs)
    w, b = solve_ridge(f, t, ridge)
    assert np.allclose(np.vstack([w.T, b]), normal_equations(f, t, ridge), rtol=1e-9)


def test_it_is_the_minimum_of_its_loss():
    f, t = problem()
    w, b = solve_ridge(f, t, 2.5)

    def loss(w, b):
        return ((t - f @ w.T - b) ** 2).sum() + 2.5 * (w**2).sum()

    rng = np.random.default_rng(1)
    for _ in range(20):
        step = 1e-3 * rng.standard_normal(w.shape), 1e-3 * rng.standard_normal(b.shape)
        assert loss(w, b) < loss(w + step[0], b + step[1])


@pytest.mark.parametrize("ridge", [0.0, 1e-14])
def test_ill_conditioned_features_fall_back_to_least_squares(monkeypatch, ridge):
    f, t = problem()
    f = np.hstack([f, f[:, :1] + 1e-12 * f[:, 1:2], np.ones((200, 1))])
    trusted, cholesky = [], readout._cholesky
    monkeypatch.setattr(readout, "_cholesky",
                        lambda *a: trusted.append(cholesky(*a)) or trusted[-1])
    w, b = solve_ridge(f, t, ridge)
    assert trusted == [None]
    best = np.linalg.lstsq(np.hstack([f, np.ones((200, 1))]), t, rcond=None)[0]
    wanted = ((np.hstack([f, np.ones((200, 1))]) @ best - t) ** 2).mean()
    assert ((f @ w.T + b - t) ** 2).mean() == pytest.approx(wanted, rel=1e-6)
    assert np.abs(w).max() < 100  # no digits lost in huge weights against each other


def chained(monkeypatch, f, t, ridges=(1e-6, 1.0)):
    """[(rows seen, weights, bias)] of every fit of the cross-validation, in order."""
    fits = []

    def spy(features, targets, ridge):
        fits.append((len(features), *solve_ridge(features, targets, ridge)))
        return fits[-1][1:]

    with monkeypatch.context() as patch:
        patch.setattr(readout, "solve_ridge", spy)
        choose_ridge(f, t, ridges=ridges)
    return fits


@pytest.mark.parametrize("block", [1, 2, 3, 4])
def test_no_fold_sees_its_future(monkeypatch, block):
    """Whatever happens from a block on, the fits that judge it and those before it stay."""
    f, t = problem(rows=100, outputs=1)
    first = chained(monkeypatch, f, t)
    assert [fit[0] for fit in first] == [20, 20, 40, 40, 60, 60, 80, 80]
    rng = np.random.default_rng(5)
    other_f, other_t = f.copy(), t.copy()
    other_f[20 * block:] = rng.permutation(f[20 * block:])
    other_t[20 * block:] = 1e3 * rng.standard_normal((100 - 20 * block, 1))
    for k, (a, b) in enumerate(zip(first, chained(monkeypatch, other_f, other_t))):
        same = np.array_equal(a[1], b[1]) and np.array_equal(a[2], b[2])
        assert same == (k < 2 * block)


def test_the_chosen_ridge_is_the_best_of_a_plain_loop():
    f, t = problem(rows=60, features=20, outputs=1)
    ridges = (1e-3, 0.1, 1.0, 10.0, 100.0)

    def error(ridge):
        total = 0.0
        for stop in (12, 24, 36, 48):
            w = normal_equations(f[:stop], t[:stop], ridge)
            a = np.hstack([f, np.ones((60, 1))])[stop: stop + 12]
            total += ((t[stop: stop + 12] - a @ w) ** 2).sum()
        return total

    assert choose_ridge(f, t, ridges=ridges) == min(ridges, key=error)
    for given in (ridges, list(ridges), np.array(ridges)):
        assert fit_readout(f, t, ridge=given).ridge == min(ridges, key=error)


def test_what_only_the_future_explains_is_not_learnt():
    rng = np.random.default_rng(6)
    f, t = rng.standard_normal((60, 25)), rng.standard_normal((60, 1))
    assert choose_ridge(f, t, ridges=(1e-8, 1e3)) == 1e3


@pytest.mark.parametrize("call, message", [
    (lambda f, t: fit_readout(f, t[:-1]),
     "features and targets must be tables of equally many rows, not of shapes (200, 6) and "
     "(199, 2)"),
    (lambda f, t: fit_readout(f[:1], t[:1]),
     "a readout needs at least 2 rows after the warmup, not 1"),
    (lambda f, t: fit_readout(f, t, ridge="auto"),
     "ridge must be a number, a sequence of numbers, or 'cv', not 'auto'"),
    (lambda f, t: fit_readout(f, t, ridge=None),
     "ridge must be a number, a sequence of numbers, or 'cv', not None"),
    (lambda f, t: solve_ridge(f, t, -1.0), "ridge must be a finite number of at least 0, not -1.0"),
    (lambda f, t: solve_ridge(f, t, 1e300), "ridge must be at most 1e+30, not 1e+300"),
    (lambda f, t: choose_ridge(f, t, ridges=()), "ridges must hold at least one candidate"),
    (lambda f, t: choose_ridge(f[:6], t[:6]),
     "cross-validation with 4 folds needs at least 10 rows after the warmup, not 6"),
    (lambda f, t: Readout(weights=np.ones((2, 3)), bias=np.ones(3)),
     "weights and bias must be of shapes (O, F) and (O,), not (2, 3) and (3,)"),
])
def test_wrong_arguments(says, call, message):
    with says(message):
        call(*problem())


def test_one_hot_and_pooled_sequences():
    assert one_hot([1, 0, 2], 3).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    sequences = [np.array([[1.0, 2], [3, 4], [9, 8]]), np.array([[5.0, 6]])]
    assert pooled(sequences, 1).tolist() == [[6, 6], [5, 6]]
    assert pooled(sequences, 0, "last").tolist() == [[9, 8], [5, 6]]
