"""The estimators have scikit-learn's habits, and come back from a file as they were."""

import re
import zipfile

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from liquidgate.train.classifier import ESNClassifier
from liquidgate.train.model import ESN
from liquidgate.train.network import power_scaling
from liquidgate.train.store import load_model


def series(steps=500):
    x = np.sin(np.arange(steps + 1) * 0.2) + 0.3 * np.sin(np.arange(steps + 1) * 0.53)
    return x[:-1, None], x[1:, None]


def small(**changes):
    return ESN(**{"units": 25, "in_degree": 5, "warmup": 30, "ridge": 1e-6, **changes})


def sequences():
    labels = np.array(["a", "b"] * 10)
    return [np.sin(np.arange(10 + i) * (0.3 if c == "a" else 0.9))[:, None]
            for i, c in enumerate(labels)], labels


def test_parameters_are_cloned_and_set():
    model = small(sr=0.7)
    twin = clone(model)
    assert twin.get_params() == model.get_params() and twin is not model
    assert twin.set_params(sr=0.4).sr == 0.4 and model.sr == 0.7


def test_it_drops_into_a_grid_search_and_a_pipeline():
    x, y = series()
    grid = GridSearchCV(small(), {"sr": [0.3, 0.9], "ridge": [1e-6, 1e3]},
                        cv=TimeSeriesSplit(3)).fit(x, y)
    assert grid.best_params_["ridge"] == 1e-6 and grid.best_score_ > 0.9
    assert make_pipeline(StandardScaler(), small()).fit(x, y).score(x, y) > 0.99


def test_fit_returns_self_and_predicts_in_the_shape_of_y():
    x, y = series()
    model = small()
    assert model.fit(x, y) is model
    assert model.predict(x).shape == y.shape
    assert model.fit(x, y[:, 0]).predict(x).shape == (500,)
    assert model.score(x, y) > 0.999


def test_feedback_is_trained_with_the_true_outputs():
    x, y = series()
    model = small(feedback=True, fb_scaling=0.3).fit(x, y)
    scaled = (y - model.output_offset_) * model.output_scale_
    wanted = model.reservoir_.run(model.scaled(x), scaled)
    assert np.array_equal(model.states(x, y), wanted)
    state, back = np.zeros(25), np.zeros(1)
    for n, found in enumerate(model.predict(x)[:50]):  # and runs on its own outputs
        state = model.reservoir_.step(state, model.scaled(x)[n], back)
        assert np.allclose(found, model.readout_.predict(state))
        back = (found - model.output_offset_) * model.output_scale_


def test_passthrough_shows_the_inputs_to_the_readout():
    x, y = series()
    assert small(passthrough=True).fit(x, y).readout_.weights.shape == (1, 26)


def test_the_closed_loop_goes_on_by_itself():
    x, y = series()
    model = small(ridge=1e-8).fit(x[:400], y[:400])
    assert np.abs(model.generate(6)[:, 0] - y[400:406, 0]).max() < 0.25
    assert np.abs(model.generate(6, context=x[:300]) - y[299:305]).max() < 0.25
    with pytest.raises(ValueError, match="as many outputs as inputs, not 1 and 2"):
        small().fit(np.hstack([x, x]), y).generate(3)


def test_scales_are_powers_of_two():
    values = np.random.default_rng(0).standard_normal((100, 3)) * (0.01, 1.0, 700.0) + 5.0
    offset, scale = power_scaling(np.hstack([values, np.full((100, 1), 3.0)]))
    assert np.array_equal(np.log2(scale), np.round(np.log2(scale))) and scale[3] == 1.0
    assert (0.7 <= values.std(axis=0) * scale[:3]).all() and offset[3] == 3.0


@pytest.mark.parametrize("call, message", [
    (lambda x, y: small().fit(x, y[:-1]), "X and y must have equally many rows, not 500 and 499"),
    (lambda x, y: small().fit(x[:20], y[:20]), "X must have at least warmup + 2 = 32 rows, not 20"),
    (lambda x, y: small().fit([[1.0], [2.0, 3.0]], y), "X must be a table of numbers"),
    (lambda x, y: small().fit(np.where(x > 1.2, np.inf, x), y), "must be finite, not inf"),
    (lambda x, y: small().fit(x, y).predict(np.hstack([x, x])), "X must have 1 columns, as in"),
    (lambda x, y: small(rc_connectivity=0.1).fit(x, y), "give in_degree or rc_connectivity"),
    (lambda x, y: small(in_degree=None, rc_connectivity=2).fit(x, y), "rc_connectivity must be"),
])
def test_wrong_data(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(*series())


def test_a_classifier_of_sequences():
    x, labels = sequences()
    model = ESNClassifier(units=25, in_degree=5, warmup=2, ridge=1e-3).fit(x, labels)
    assert model.classes_.tolist() == ["a", "b"]
    assert (model.predict(x) == labels).all() and model.score(x, labels) == 1.0
    assert clone(model).get_params() == model.get_params()


@pytest.mark.parametrize("call, message", [
    (lambda x, y: ESNClassifier(feedback=True).fit(x, y), "feedback must be False"),
    (lambda x, y: ESNClassifier().fit(x, y[:-1]), "X and y must be equally many, not 20 and 19"),
    (lambda x, y: ESNClassifier().fit([], []), "X must hold at least one sequence"),
    (lambda x, y: ESNClassifier().fit([x[0], np.ones((4, 2))], y[:2]), "X[1] must have 1 columns"),
])
def test_wrong_sequences(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(*sequences())


@pytest.mark.parametrize("changes", [{}, {"feedback": True, "lr": np.linspace(0.1, 1, 25)},
                                     {"passthrough": True, "ridge": (1e-6, 1e-3)}])
def test_a_model_comes_back_from_its_file(tmp_path, changes):
    x, y = series()
    model = small(**changes).fit(x, y)
    model.save(tmp_path / "m.npz")
    back = ESN.load(tmp_path / "m.npz")
    assert np.array_equal(back.predict(x), model.predict(x))
    assert np.array_equal(back.generate(5), model.generate(5))
    assert str(back.get_params()) == str(model.get_params())
    assert [p.name for p in tmp_path.iterdir()] == ["m.npz"]


def test_a_classifier_comes_back_and_is_no_esn(tmp_path):
    x, labels = sequences()
    model = ESNClassifier(units=25, in_degree=5, warmup=2, ridge=1e-3).fit(x, labels)
    model.save(tmp_path / "m.npz")
    assert (ESNClassifier.load(tmp_path / "m.npz").predict(x) == labels).all()
    with pytest.raises(ValueError, match="holds an ESNClassifier, not an ESN"):
        ESN.load(tmp_path / "m.npz")


def test_damaged_files_are_named(tmp_path):
    x, y = series()
    path = tmp_path / "m.npz"
    with pytest.raises(FileNotFoundError, match="m.npz: no such file"):
        load_model(path)
    with pytest.raises(ValueError, match="the model must be fitted before it is saved"):
        small().save(path)
    small().fit(x, y).save(path)
    whole = path.read_bytes()
    for damaged in (b"", b"text", whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="m.npz: not a model file or a damaged one"):
            load_model(path)
    np.savez(path, head=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="not a model file or a damaged one"):
        load_model(path)  # a pickle inside is never opened


def test_nothing_in_the_file_is_a_pickle(tmp_path):
    x, y = series()
    small().fit(x, y).save(tmp_path / "m.npz")
    with zipfile.ZipFile(tmp_path / "m.npz") as file:
        for name in file.namelist():
            assert b"|O" not in file.read(name)[:128]
