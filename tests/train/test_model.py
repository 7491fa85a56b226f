"""The regression estimator has scikit-learn's habits."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from liquidgate.train.esn_model import ESN
from liquidgate.train.network import power_scaling
from liquidgate.train.readout import choose_ridge, solve_ridge


def series(steps=500):
    x = np.sin(np.arange(steps + 1) * 0.2) + 0.3 * np.sin(np.arange(steps + 1) * 0.53)
    return x[:-1, None], x[1:, None]


def small(**changes):
    return ESN(**{"units": 25, "in_degree": 5, "warmup": 30, "ridge": 1e-6, **changes})


def test_parameters_are_cloned_and_set():
    model = small(sr=0.7, lr=0.3)
    twin = clone(model)
    assert twin.get_params() == model.get_params() and twin is not model
    assert twin.set_params(sr=0.4).sr == 0.4 and model.sr == 0.7
    assert "sr=0.7" in repr(model)
    with pytest.raises(ValueError, match="Invalid parameter 'wings' for estimator ESN"):
        model.set_params(wings=2)
    fitted = clone(model.fit(*series()))
    assert not hasattr(fitted, "readout_")


def test_it_drops_into_a_grid_search_and_a_pipeline():
    x, y = series()
    grid = GridSearchCV(small(), {"sr": [0.3, 0.9], "ridge": [1e-6, 1e3]},
                        cv=TimeSeriesSplit(3)).fit(x, y)
    assert grid.best_params_["ridge"] == 1e-6 and grid.best_score_ > 0.9
    by_hand = [small(**grid.best_params_).fit(x[a], y[a]).score(x[b], y[b])
               for a, b in TimeSeriesSplit(3).split(x)]
    assert grid.best_score_ == pytest.approx(np.mean(by_hand))
    assert make_pipeline(StandardScaler(), small()).fit(x, y).score(x, y) > 0.99


def test_fit_returns_self_and_predicts_in_the_shape_of_y():
    x, y = series()
    model = small()
    assert model.fit(x, y) is model and model.n_features_in_ == 1
    assert model.predict(x).shape == y.shape
    assert model.fit(x, y[:, 0]).predict(x).shape == (500,)
    assert model.fit(x, np.hstack([y, y**2])).predict(x).shape == (500, 2)
    assert small().fit(x, y).score(x, y) > 0.999


def test_the_seed_makes_the_matrices():
    x, y = series()
    a, b, other = (small(seed=s).fit(x, y) for s in (3, 3, 4))
    assert np.array_equal(a.predict(x), b.predict(x))
    assert not np.array_equal(a.predict(x), other.predict(x))


def test_the_readout_is_trained_after_the_warmup_on_states():
    x, y = series()
    model = small(passthrough=True, ridge=1e-3, normalise=False).fit(x, y)
    seen = np.hstack([model.reservoir_.run(x), x])[30:]
    w, b = solve_ridge(seen, y[30:], 1e-3)
    assert np.array_equal(model.readout_.weights, w) and w.shape == (1, 26)
    assert np.array_equal(model.readout_.bias, b)
    chosen = small(passthrough=True, ridge="cv", normalise=False).fit(x, y)
    assert chosen.readout_.ridge == choose_ridge(seen, y[30:])


def test_score_is_r2_after_the_warmup():
    x, y = series()
    model = small(ridge=1.0).fit(x, y)
    miss = (y - model.predict(x))[30:]
    assert model.score(x, y) == pytest.approx(1 - (miss**2).mean() / y[30:].var())


def test_feedback_is_trained_with_the_true_outputs():
    x, y = series()
    model = small(feedback=True, fb_scaling=0.3).fit(x, y)
    scaled = (y - model.output_offset_) * model.output_scale_
    assert np.array_equal(model.states(x, y), model.reservoir_.run(model.scaled(x), scaled))


def test_feedback_runs_on_its_own_outputs():
    x, y = series()
    model = small(feedback=True, fb_scaling=0.3).fit(x, y)
    state, back, states = np.zeros(25), np.zeros(1), []
    found = model.predict(x[:50])
    for n in range(50):
        state = model.reservoir_.step(state, model.scaled(x)[n], back)
        states.append(state)
        assert np.allclose(found[n], model.readout_.predict(state))
        back = (found[n] - model.output_offset_) * model.output_scale_
    assert np.allclose(model.states(x[:50]), states)
    # the closed loop goes on from the same states
    assert np.allclose(model.generate(1, context=x[:50]), found[-1:])
    ahead = model.reservoir_.step(state, model.scaled(found[-1:])[0], back)
    assert np.allclose(model.generate(2, context=x[:50])[1], model.readout_.predict(ahead))


def test_the_closed_loop_goes_on_by_itself():
    x, y = series()
    model = small(ridge=1e-8).fit(x[:400], y[:400])
    assert np.abs(model.generate(6)[:, 0] - y[400:406, 0]).max() < 0.25
    assert np.abs(model.generate(6, context=x[:300]) - y[299:305]).max() < 0.25
    assert model.generate(4).shape == (4, 1)
    # by the end of training, or by a context of the same rows: one and the same loop
    assert np.allclose(model.generate(3)[0], model.predict(np.vstack([x[:400], y[399:400]]))[-1])


def test_scales_are_powers_of_two():
    values = np.random.default_rng(0).standard_normal((100, 3)) * (0.01, 1.0, 700.0) + 5.0
    offset, scale = power_scaling(np.hstack([values, np.full((100, 1), 3.0)]))
    assert np.array_equal(np.log2(scale), np.round(np.log2(scale))) and scale[3] == 1.0
    spread = values.std(axis=0) * scale[:3]
    assert (np.sqrt(0.5) * 0.999 <= spread).all() and (spread <= np.sqrt(2) * 1.001).all()
    assert np.allclose(offset[:3], values.mean(axis=0)) and offset[3] == 3.0


@pytest.mark.parametrize("call, kind, message", [
    (lambda x, y: small().fit(x, y[:-1]), ValueError,
     "X and y must have equally many rows, not 500 and 499"),
    (lambda x, y: small().fit(x[:20], y[:20]), ValueError,
     "X must have at least warmup + 2 = 32 rows, not 20"),
    (lambda x, y: small().fit([[1.0], [2.0, 3.0]], y), ValueError,
     "X must be a table of numbers of equally long rows"),
    (lambda x, y: small().fit(x[:, :, None], y), ValueError,
     "X must be of shape (steps, channels), not (500, 1, 1)"),
    (lambda x, y: small().fit([], y), ValueError, "X must not be empty"),
    (lambda x, y: small().fit(x, np.where(np.arange(500) == 7, np.inf, y[:, 0])), ValueError,
     "y[7][0] must be finite, not inf"),
    (lambda x, y: small().fit(x, y).predict(np.hstack([x, x])), ValueError,
     "X must have 1 columns, as in training, not 2"),
    (lambda x, y: small().fit(np.hstack([x, x]), y).generate(3), ValueError,
     "closed loop needs as many outputs as inputs, not 1 and 2"),
    (lambda x, y: small(rc_connectivity=0.1).fit(x, y), ValueError,
     "give in_degree or rc_connectivity, not both"),
    (lambda x, y: small(in_degree=None, rc_connectivity=2).fit(x, y), ValueError,
     "rc_connectivity must be above 0 and at most 1, not 2"),
    (lambda x, y: small(warmup=-5).fit(x, y), ValueError, "warmup must be at least 0, not -5"),
    (lambda x, y: small(warmup=2.5).fit(x, y), TypeError, "warmup must be an integer, not 2.5"),
    (lambda x, y: small(lr=1.5).fit(x, y), ValueError, "lr must be in 0..1, not 1.5..1.5"),
    (lambda x, y: small(lr=[0.5, 0.5]).fit(x, y), ValueError,
     "lr must have one row a neuron: 25, not 2"),
])
def test_wrong_data(says, call, kind, message):
    with says(message, kind):
        call(*series())


def test_an_unfitted_model_says_so():
    with pytest.raises(NotFittedError):
        small().predict(series()[0])
