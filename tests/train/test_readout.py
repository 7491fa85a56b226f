"""Ridge regression, and that its strength is chosen without the future."""

import numpy as np
import pytest

from liquidgate.train.readout import choose_ridge, fit_readout, one_hot, solve_ridge


def problem(rows=200, features=6, outputs=2, seed=0):
    rng = np.random.default_rng(seed)
    f = rng.standard_normal((rows, features))
    return f, f @ rng.standard_normal((features, outputs)) + 3.0 + rng.standard_normal((rows, 1))


def test_it_is_the_minimum_of_its_loss():
    f, t = problem()
    w, b = solve_ridge(f, t, 2.5)

    def loss(w, b):
        return ((t - f @ w.T - b) ** 2).sum() + 2.5 * (w**2).sum()

    rng = np.random.default_rng(1)
    for _ in range(20):
        step = 1e-3 * rng.standard_normal(w.shape), 1e-3 * rng.standard_normal(b.shape)
        assert loss(w, b) < loss(w + step[0], b + step[1])


def test_ill_conditioned_features_fall_back_to_least_squares():
    f, t = problem()
    f = np.hstack([f, f[:, :1] + 1e-12 * f[:, 1:2], np.ones((200, 1))])
    w, b = solve_ridge(f, t, 0.0)
    best = np.linalg.lstsq(np.hstack([f, np.ones((200, 1))]), t, rcond=None)[0]
    wanted = ((np.hstack([f, np.ones((200, 1))]) @ best - t) ** 2).mean()
    assert ((f @ w.T + b - t) ** 2).mean() == pytest.approx(wanted, rel=1e-6)


def test_no_block_is_predicted_from_its_future():
    """With one fold, the second half judges; what comes first can not depend on it."""
    f, t = problem(rows=40, features=30)
    strongest = choose_ridge(f, t, folds=1, ridges=(1e-8, 1e3))
    t2 = t.copy()
    t2[20:] = np.random.default_rng(5).permutation(t2[20:])
    w_before = solve_ridge(f[:20], t[:20], strongest)[0]
    w_after = solve_ridge(f[:20], t2[:20], strongest)[0]
    assert np.array_equal(w_before, w_after)
    # a target that only its own future explains is not learnt: the strong ridge wins
    rng = np.random.default_rng(6)
    noise_f, noise_t = rng.standard_normal((60, 25)), rng.standard_normal((60, 1))
    assert choose_ridge(noise_f, noise_t, ridges=(1e-8, 1e3)) == 1e3


def test_blocks_are_judged_by_past_fits_only():
    """A NaN in a block must not reach the fits before it: it only spoils its own score."""
    f, t = problem(rows=100)
    seen = []
    import liquidgate.train.readout as module

    original = module.solve_ridge
    try:
        module.solve_ridge = lambda a, b, r: seen.append(len(a)) or original(a, b, r)
        module.choose_ridge(f, t, folds=4, ridges=(1.0,))
    finally:
        module.solve_ridge = original
    assert seen == [20, 40, 60, 80]


@pytest.mark.parametrize("call, message", [
    (lambda f, t: fit_readout(f, t[:-1]), "tables of equally many rows"),
    (lambda f, t: fit_readout(f[:1], t[:1]), "at least 2 rows after the warmup, not 1"),
    (lambda f, t: fit_readout(f, t, ridge="auto"), "ridge must be a number, a sequence"),
    (lambda f, t: solve_ridge(f, t, -1.0), "ridge must be a finite number of at least 0"),
    (lambda f, t: choose_ridge(f, t, ridges=()), "ridges must hold at least one candidate"),
    (lambda f, t: choose_ridge(f[:6], t[:6]), "needs at least 10 rows after the warmup, not 6"),
])
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call(*problem())


def test_one_hot():
    assert one_hot([1, 0, 2], 3).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
