"""Presets, and how a task is measured."""

import dataclasses

import numpy as np
import pytest

from liquidgate.train import liquids, tasks
from liquidgate.train.data import load


@pytest.mark.parametrize("name, bound", [("laser", 0.006), ("narma10", 0.26),
                                         ("mackey_glass17", 0.002)])
def test_presets_are_good(name, bound):
    result = tasks.evaluate(name, seed=0)
    assert result["float"] < bound < 0.4 * result["baselines"]["persistence"]
    start, stop = result["data"].split.test
    assert result["r2"] == pytest.approx(
        1 - result["float"] ** (1 if result["metric"] == "nmse" else 2), rel=1e-9)
    assert result["test"] == stop - start and result["task"] == name
    if name == "mackey_glass17":
        assert result["closed_loop"] < 0.06
        assert result["train"] == 4000 and result["washout"] == 200


def test_the_classifier_preset_is_good():
    result = tasks.evaluate("japanese_vowels", seed=0)
    assert result["float"] >= 0.975 and "r2" not in result


def test_a_ring_remembers():
    result = tasks.evaluate("memory_capacity", with_baselines=False)
    assert 60 < result["float"] <= 101 and result["baselines"] == {}  # at most N (Jaeger 2001)


@pytest.mark.parametrize("name", tasks.tasks())
def test_every_task_makes_a_model(name):
    for kind in liquids.kinds():
        assert set(liquids.find(kind).presets) <= set(tasks.tasks())
    data = load(name)
    model = tasks.make(data, units=30)
    assert model.warmup == data.washout and model.units == 30 and model.weight_bits == 8
    assert set(tasks.preset(name)) <= set(model.get_params())


def test_a_user_changes_a_preset():
    assert tasks.preset("laser", sr=0.1)["sr"] == 0.1
    assert tasks.preset("unknown") == liquids.find("esn").default


def test_training_sees_the_train_range_alone():
    data = load("sunspots")
    inputs, targets = data.inputs.copy(), data.targets.copy()
    inputs[180:] += 500.0
    targets[180:] *= -3.0
    other = dataclasses.replace(data, inputs=inputs, targets=targets)
    a, b = tasks.fit(data), tasks.fit(other)
    assert np.array_equal(a.readout_.weights, b.readout_.weights)
    assert np.array_equal(a.input_offset_, b.input_offset_)


def looped(model, data, start, steps):
    """(steps, O): the open loop up to ``start``, then each output is the next input."""
    x = np.zeros(model.units)
    found = []
    for n in range(start + steps):
        u = data.inputs[n] if n <= start else found[-1]
        v = (u - model.input_offset_) * model.input_scale_
        r = model.reservoir_
        x = (1 - r.lr) * x + r.lr * np.tanh(r.dense() @ x + r.Win @ v + r.bias)
        seen = np.concatenate([x, v]) if model.passthrough else x
        if n >= start:
            found.append(model.readout_.weights @ seen + model.readout_.bias)
    return np.array(found)


def test_the_closed_loop_by_a_plain_loop():
    data = load("mackey_glass17", train=600, validation=0, test=300)
    model = tasks.fit(data, units=40)
    at = np.unique(np.linspace(800, 1100 - 84, 3).astype(int))
    miss = [data.targets[n + 83, 0] - looped(model, data, n, 84)[-1, 0] for n in at]
    wanted = np.sqrt(np.mean(np.square(miss)) / data.targets[800:].var())
    assert tasks.closed_loop(model, data, starts=3) == pytest.approx(wanted, rel=1e-4)


def test_valid_time_by_a_plain_loop():
    data = load("lorenz63", test=2000)
    model = tasks.fit(data, units=15, in_degree=5)  # soon wrong: before chaos has the last digits
    steps = int(20 / (0.02 * 0.906))
    start = data.split.test[0]
    miss = looped(model, data, start, steps) - data.targets[start: start + steps]
    first = np.argmax(np.sqrt((miss**2).sum(axis=1)) / np.sqrt(3) > 0.4)
    assert 10 < first < 500
    assert tasks.valid_time(model, data, starts=1) == pytest.approx(first * 0.02 * 0.906)
    assert 3.0 < tasks.valid_time(tasks.fit(data), data, starts=5) < 20.0


@pytest.mark.parametrize("kind", ["cfc", "cfc_pure", "ltc", "synaptic"])
def test_intervals_are_known_as_intervals(kind):
    assert tasks.preset("laser_irregular", liquid=kind)["timed"] is True
