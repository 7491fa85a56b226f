"""Figures, baselines, presets, and a search that never sees the future."""

import dataclasses

import numpy as np
import pytest

from liquidgate.train import baselines, metrics, tasks
from liquidgate.train.data import load
from liquidgate.train.search import search, without_test


def test_metrics_by_hand():
    t = np.array([[1.0], [2], [3], [4]])
    f = t + np.array([[0.5], [-0.5], [0.5], [-0.5]])
    assert metrics.nmse(t, f) == pytest.approx(0.25 / 1.25)
    assert metrics.nrmse(t, f) == pytest.approx(np.sqrt(0.2))
    assert metrics.r2(t, f) == pytest.approx(0.8)
    assert metrics.accuracy(np.array(["a", "b"]), np.array(["a", "a"])) == 0.5
    assert metrics.symbol_error_rate(t, f + 0.1, (1.0, 2.0, 3.0, 4.0)) == 0.5
    assert metrics.memory_capacity(t, -3 * t + 1) == pytest.approx(1.0)
    assert metrics.nrmse_closed(t[:, 0], f[:, 0], 1.25) == pytest.approx(np.sqrt(0.2))
    with pytest.raises(ValueError, match="the truth must vary: its variance is 0"):
        metrics.nmse(np.ones((3, 1)), np.ones((3, 1)))
    with pytest.raises(ValueError, match="must have one shape"):
        metrics.nmse(t, f[:2])


def test_persistence_is_the_newest_known_target():
    data = load("sunspots")
    found = baselines.persistence(data)
    assert np.array_equal(found[1:], data.inputs[1:]) and np.isnan(found[0]).all()


def test_delayed_inputs_start_with_zeros():
    assert baselines.delayed(np.array([[1.0], [2], [3]]), 2).tolist() == [[1, 0], [2, 1], [3, 2]]


def test_an_autoregression_finds_an_autoregressive_series():
    n = 400
    series = np.zeros(n + 1)
    noise = np.random.default_rng(0).standard_normal(n + 1)
    for t in range(2, n + 1):
        series[t] = 1.2 * series[t - 1] - 0.5 * series[t - 2] + 0.01 * noise[t]
    data = dataclasses.replace(load("henon"), inputs=series[:-1, None].copy(), washout=20,
                               targets=series[1:, None].copy(), taps=3,
                               split=type(load("henon").split)((0, 300), (300, 300), (300, 400)))
    best = tasks.baseline_figures(data)
    assert best["AR(3)"] < best["no reservoir"] < best["persistence"]


@pytest.mark.parametrize("name, bound", [("laser", 0.006), ("narma10", 0.26),
                                         ("mackey_glass17", 0.002)])
def test_presets_are_good(name, bound):
    result = tasks.evaluate(name, seed=0)
    assert result["float"] < bound < 0.4 * result["baselines"]["persistence"]
    if name == "mackey_glass17":
        assert result["closed_loop"] < 0.06


def test_the_classifier_preset_is_good():
    result = tasks.evaluate("japanese_vowels", seed=0)
    assert result["float"] >= 0.975


def test_every_preset_names_a_data_set_and_real_parameters():
    for name in tasks.PRESETS:
        assert name in tasks.tasks()
        tasks.make(load(name))


def test_valid_time_is_in_lyapunov_times():
    data = load("lorenz63", test=2000)
    model = tasks.fit(data)
    assert 3.0 < tasks.valid_time(model, data, starts=5) < 20.0


SPACE = dict(units=15, in_degree=4, ridge=1e-6)


def scrambled(data):
    """The same data with another test range."""
    start, stop = data.split.test
    inputs, targets = data.inputs.copy(), data.targets.copy()
    rng = np.random.default_rng(9)
    inputs[start:stop] = rng.permutation(inputs[start:stop])
    targets[start:stop] = rng.permutation(targets[start:stop])
    return dataclasses.replace(data, inputs=inputs, targets=targets)


@pytest.mark.parametrize("name", ["sunspots", "laser"])
def test_a_search_is_seeded_and_never_sees_the_test_range(name):
    data = load(name)
    first = search(data, budget=3, seed=1, **SPACE)
    assert first == search(data, budget=3, seed=1, **SPACE)
    assert first == search(scrambled(data), budget=3, seed=1, **SPACE)
    assert len(first.trials) == 3 and first.score == min(first.trials)
    assert first.parameters["units"] == 15


def test_without_test_keeps_the_order_of_time():
    known = without_test(load("laser"))
    assert known.split.train == (0, 2400) and known.split.test == (2400, 3000)
    assert len(known.inputs) == 3000
    vowels = without_test(load("japanese_vowels"))
    start, stop = vowels.split.test
    assert len(vowels.inputs) == 270 and set(vowels.targets[start:stop]) == set(vowels.targets)


def test_a_search_needs_a_budget():
    with pytest.raises(ValueError, match="budget must be an integer of at least 1, not 0"):
        search(load("sunspots"), budget=0)
