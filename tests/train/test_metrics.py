"""Figures of merit, by hand; and what a reservoir must beat."""

import dataclasses

import numpy as np
import pytest

from liquidgate.train import baselines, metrics, tasks
from liquidgate.train.data import Split, load

T = np.array([[1.0], [2], [3], [4]])
F = T + np.array([[0.5], [-0.5], [0.5], [-0.5]])


def test_errors_by_hand():
    assert metrics.nmse(T, F) == pytest.approx(0.25 / 1.25)
    assert metrics.nrmse(T, F) == pytest.approx(np.sqrt(0.2))
    assert metrics.r2(T, F) == pytest.approx(0.8)
    assert metrics.nrmse_closed(T[:, 0], F[:, 0], 1.25) == pytest.approx(np.sqrt(0.2))
    assert metrics.nmse(T, np.full_like(T, T.mean())) == pytest.approx(1.0)  # the mean scores 1
    both = np.hstack([T, 10 * T]), np.hstack([F, 10 * T])
    assert metrics.nmse(*both) == pytest.approx(0.1)  # the mean of 0.2 and 0


def test_shares_by_hand():
    assert metrics.accuracy(np.array(["a", "b"]), np.array(["a", "a"])) == 0.5
    assert metrics.symbol_error_rate(T, F + 0.1, (1.0, 2.0, 3.0, 4.0)) == 0.5
    assert metrics.symbol_error_rate(T, T + 0.49, (1.0, 2.0, 3.0, 4.0)) == 0.0


def test_memory_capacity_by_hand():
    rng = np.random.default_rng(0)
    truth, found = rng.standard_normal((2, 50, 3))
    wanted = sum(np.corrcoef(truth[:, k], found[:, k])[0, 1] ** 2 for k in range(3))
    assert metrics.memory_capacity(truth, found) == pytest.approx(wanted)
    assert metrics.memory_capacity(T, -3 * T + 1) == pytest.approx(1.0)
    assert metrics.memory_capacity(T, np.ones_like(T)) == 0.0


@pytest.mark.parametrize("figure", [
    metrics.nmse, metrics.nrmse, metrics.r2, metrics.memory_capacity, metrics.accuracy,
    lambda t, f: metrics.nrmse_closed(t, f, 1.0),
    lambda t, f: metrics.symbol_error_rate(t, f, (1.0, 2.0)),
])
def test_nothing_is_broadcast(says, figure):
    with says("truth and found must have one shape, not (4, 1) and (4,)"):
        figure(T, T[:, 0])


def test_a_constant_truth_has_no_figure(says):
    with says("the truth must vary: its variance is 0"):
        metrics.nmse(np.ones((3, 1)), np.ones((3, 1)))


@pytest.mark.parametrize("name, back", [("sunspots", 1), ("narma10", 1), ("channel", 1),
                                        ("weather", 1)])
def test_persistence_is_the_newest_known_target(name, back):
    data = load(name)
    found = baselines.persistence(data)
    assert np.array_equal(found[back:], data.targets[:-back]) and np.isnan(found[:back]).all()


def test_persistence_over_a_long_horizon_is_the_input():
    data = load("weather", horizon=6)
    assert np.array_equal(baselines.persistence(data)[6:], data.inputs[6:])


def test_delayed_inputs_start_with_zeros():
    assert baselines.delayed(np.array([[1.0], [2], [3]]), 2).tolist() == [[1, 0], [2, 1], [3, 2]]


def regressive(rows=400):
    """x(t) = 1.2 x(t-1) - 0.5 x(t-2) + noise, as a task."""
    series, noise = np.zeros(rows + 1), np.random.default_rng(0).standard_normal(rows + 1)
    for t in range(2, rows + 1):
        series[t] = 1.2 * series[t - 1] - 0.5 * series[t - 2] + 0.01 * noise[t]
    return dataclasses.replace(
        load("henon"), inputs=series[:-1, None].copy(), targets=series[1:, None].copy(),
        washout=20, taps=3, split=Split((0, 300), (300, 300), (300, rows)))


def test_an_autoregression_finds_an_autoregressive_series():
    data = regressive()
    best = tasks.baseline_figures(data)
    assert list(best) == ["persistence", "AR(3)", "no reservoir"]
    assert best["AR(3)"] < best["no reservoir"] < best["persistence"]
    # as good as the equation itself
    u = data.inputs[:, 0]
    ideal = (1.2 * u[1:] - 0.5 * u[:-1])[:, None]
    assert best["AR(3)"] == pytest.approx(metrics.nrmse(data.targets[300:], ideal[299:]), rel=0.1)


def test_baselines_learn_from_the_train_range_alone():
    data = regressive()
    targets = data.targets.copy()
    targets[300:] = 7.0
    other = dataclasses.replace(data, targets=targets)
    assert np.array_equal(baselines.linear(data), baselines.linear(other))
    vowels = load("japanese_vowels")
    labels = vowels.targets.copy()
    labels[270:] = 1
    other = dataclasses.replace(vowels, targets=labels)
    assert np.array_equal(baselines.linear_classes(vowels), baselines.linear_classes(other))


def test_baselines_of_narma10_are_the_known_ones():
    """Known: FIR10 0.597 and FIR20 0.391 of the standard deviation."""
    data = load("narma10")
    found = tasks.baseline_figures(data)
    assert found["FIR(10)"] == pytest.approx(0.597, rel=0.1)
    twenty = tasks.figure(data, baselines.linear(data, 20))
    assert twenty == pytest.approx(0.391, rel=0.1)
    assert set(tasks.baseline_figures(load("japanese_vowels"))) == {
        "no reservoir", "no reservoir, 4 parts"}
