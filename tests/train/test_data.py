"""Every data set: its shape and split; the registry."""

import gzip
import importlib.util

import numpy as np
import pytest

from liquidgate.train.data import DataSet, Split, load, names
from liquidgate.train.data.dataset import forecast, hold_last, shares
from liquidgate.train.data.registry import number, package_file, register

# rows, inputs, targets, end of train, end of validation, washout; metric
SHAPES = {
    "channel": (68200, 1, 1, 6200, 8200, 200, "ser"),
    "co2": (2283, 1, 1, 1370, 1826, 100, "nrmse"),
    "ecg": (1023, 1, 1, 614, 818, 50, "nrmse"),
    "glucose": (1296, 1, 1, 778, 1037, 50, "nrmse"),
    "henon": (5200, 1, 1, 3200, 4200, 200, "nrmse"),
    "laser": (4000, 1, 1, 3000, 3000, 200, "nmse"),
    "laser_irregular": (6381, 2, 1, 3829, 5105, 200, "nmse"),
    "laser_long": (10000, 1, 1, 2000, 5000, 200, "nmse"),
    "lorenz63": (8200, 3, 3, 4200, 5200, 200, "nrmse"),
    "mackey_glass17": (7200, 1, 1, 4200, 5200, 200, "nrmse"),
    "mackey_glass30": (7200, 1, 1, 4200, 5200, 200, "nrmse"),
    "market_returns": (3268, 1, 1, 1961, 2614, 100, "nrmse"),
    "market_volatility": (3264, 2, 1, 1958, 2611, 100, "nrmse"),
    "memory_capacity": (8200, 1, 200, 4200, 6200, 200, "memory_capacity"),
    "narma10": (8200, 1, 1, 4200, 6200, 200, "nrmse"),
    "narma20": (8200, 1, 1, 4200, 6200, 200, "nrmse"),
    "sunspots": (308, 1, 1, 180, 221, 20, "nrmse"),
    "weather": (8729, 1, 1, 5237, 6983, 200, "nrmse"),
}


def test_all_are_here():
    assert set(names()) == {*SHAPES, "japanese_vowels"}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_and_splits(name):
    rows, inputs, targets, train, validation, washout, metric = SHAPES[name]
    data = load(name)
    assert data.inputs.shape == (rows, inputs) and data.targets.shape == (rows, targets)
    assert data.split == Split((0, train), (train, validation), (validation, rows))
    assert (data.washout, data.metric, data.kind) == (washout, metric, "regression")


@pytest.mark.parametrize("name", names())
def test_every_data_set_is_described(name):
    data = load(name)
    assert data.licence and data.source and data.title and data.name == name
    assert data.channels == len(data.input_names)
    if data.licence != "generated":
        assert data.step and all(data.units)
    if data.kind == "regression":
        assert data.inputs.shape[1] == len(data.input_names)
        assert data.targets.shape[1] == len(data.target_names)
        assert np.isfinite(data.inputs).all() and np.isfinite(data.targets).all()
        with pytest.raises(ValueError, match="read-only"):
            data.inputs[0] = 0
        if data.target_names == data.input_names:
            assert np.array_equal(data.inputs[data.horizon:], data.targets[:-data.horizon])


@pytest.mark.parametrize("name", ["narma10", "narma20", "lorenz63", "henon", "channel",
                                  "mackey_glass17", "memory_capacity"])
def test_the_seed_makes_generated_data(name):
    small = dict(train=50, validation=10, test=30)
    a, b, other = (load(name, seed=s, **small) for s in (3, 3, 4))
    assert np.array_equal(a.inputs, b.inputs) and np.array_equal(a.targets, b.targets)
    assert not np.array_equal(a.inputs, other.inputs)
    assert len(a.inputs) == a.washout + 90


def test_gaps_hold_the_last_value():
    values = np.array([np.nan, 1.0, np.nan, np.nan, 2.0])
    assert hold_last(values).tolist() == [1, 1, 1, 2]


def test_fields_of_files():
    assert number(" 2.5 ") == 2.5 and np.isnan(number("NA")) and np.isnan(number(" "))


def test_forecasts():
    x, y = forecast(np.arange(5.0), 2)
    assert x[:, 0].tolist() == [0, 1, 2] and y[:, 0].tolist() == [2, 3, 4]
    assert forecast(np.ones((5, 3)))[0].shape == (4, 3)


@pytest.mark.parametrize("call, message", [
    (lambda: load("x"), f"unknown data set 'x': choose from {', '.join(names())}"),
    (lambda: load("narma10", size=3),
     "data set narma10 has no option 'size': it has train, validation, test"),
    (lambda: load("laser", size=3), "data set laser has no option 'size': it has none"),
    (lambda: load("market_returns", ticker="ZZZ"),
     "ticker must be one of AAPL, FB, GOOG, IBM, MSFT, not 'ZZZ'"),
    (lambda: load("narma10", test=0), "split.train and split.test must not be empty"),
    (lambda: forecast(np.arange(5.0), 0), "horizon must be an integer of at least 1, not 0"),
    (lambda: forecast(np.arange(5.0), 5),
     "a forecast 5 steps ahead needs more than 5 rows, not 5"),
    (lambda: Split((0, 10), (10, 10), (5, 12)),
     "split.test must follow the range before it, not (5, 12)"),
    (lambda: Split((0, 0), (0, 0), (0, 5)), "split.train and split.test must not be empty"),
    (lambda: made(targets=np.ones((2, 1))), "inputs and targets must be equally many, not 3 and 2"),
    (lambda: made(kind="other"), "kind must be regression or classification, not 'other'"),
    (lambda: made(split=Split((0, 1), (1, 1), (1, 4))), "split.test must end by 3, not 4"),
    (lambda: register("laser")(load), "two data sets are named 'laser'"),
])
def test_wrong_calls(says, call, message):
    with says(message):
        call()


def made(**changes):
    return DataSet(**{
        "name": "n", "title": "t", "inputs": np.ones((3, 1)), "targets": np.ones((3, 1)),
        "split": Split((0, 1), (1, 1), (1, 2)), "input_names": ("a",), "target_names": ("b",),
        "licence": "x", "source": "y", **changes})


def test_splits_are_in_order_of_time():
    assert shares(100) == Split((0, 60), (60, 80), (80, 100))


def test_a_missing_package_is_named(says, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with says("the data set ecg is a file of the package pywt: pip install pywavelets",
              ModuleNotFoundError):
        load("ecg")
    with says("the data set co2 is a file of the package statsmodels: pip install statsmodels",
              ModuleNotFoundError):
        load("co2")


def test_a_package_that_lost_its_file_is_named(says):
    with says("the data set x is a file of the package numpy, which has it no more: "
              "pip install numpy", ModuleNotFoundError):
        package_file("x", "numpy", "none.csv")


def test_packed_files_are_read(monkeypatch, tmp_path):
    from liquidgate.train.data import registry

    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,NA\n"))
    monkeypatch.setattr(registry, "package_file", lambda *parts: path)
    assert registry.package_csv("x", "package") == [{"a": "1", "b": "NA"}]
