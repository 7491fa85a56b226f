"""Every data set: its shape and split, and its definition written once more."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from liquidgate.train.data import DataSet, Split, load, names
from liquidgate.train.data.channel import received
from liquidgate.train.data.dataset import forecast, hold_last, shares
from liquidgate.train.data.henon import henon
from liquidgate.train.data.lorenz63 import lorenz63
from liquidgate.train.data.mackey_glass import mackey_glass
from liquidgate.train.data.narma import narma

REAL = {"co2": 2280, "ecg": 1023, "glucose": 1000, "laser": 4000, "laser_long": 10000,
        "market_returns": 3000, "market_volatility": 3000, "sunspots": 308, "weather": 8000}


@pytest.mark.parametrize("name", names())
def test_every_data_set_is_whole(name):
    data = load(name)
    assert data.licence and data.source and data.title and data.step is not None
    assert data.split.test[1] <= len(data.inputs) == len(data.targets)
    assert data.split.train[0] + data.washout < data.split.train[1]
    if name in REAL:
        assert len(data.inputs) >= REAL[name]
    if data.kind == "regression":
        assert data.inputs.shape[1] == len(data.input_names)
        assert data.targets.shape[1] == len(data.target_names)
        assert np.isfinite(data.inputs).all() and np.isfinite(data.targets).all()
        with pytest.raises(ValueError, match="read-only"):
            data.inputs[0] = 0
        if set(data.target_names) == set(data.input_names):
            assert np.array_equal(data.inputs[data.horizon:], data.targets[:-data.horizon])


@pytest.mark.parametrize("name", ["narma10", "lorenz63", "channel", "memory_capacity"])
def test_the_seed_makes_generated_data(name):
    assert np.array_equal(load(name, seed=3).inputs, load(name, seed=3).inputs)
    assert not np.array_equal(load(name, seed=3).inputs, load(name, seed=4).inputs)


def test_the_laser_is_the_measured_one():
    data = load("laser")
    assert np.array_equal(data.inputs, np.round(data.inputs))
    assert data.inputs.min() >= 0 and data.inputs.max() == 255
    assert data.inputs[:5, 0].tolist() == [86, 141, 95, 41, 22]
    assert data.split == Split((0, 3000), (3000, 3000), (3000, 4000))


def test_japanese_vowels_are_270_and_370_sequences():
    data = load("japanese_vowels")
    assert data.split.train == (0, 270) and data.split.test == (270, 640)
    assert {s.shape[1] for s in data.inputs} == {12}
    assert {len(s) for s in data.inputs} <= set(range(7, 30)) and len(set(data.targets)) == 9


def test_narma10_by_its_recursion():
    u = np.random.default_rng(0).uniform(0, 0.5, 200)
    y = narma(u, 10)
    for t in range(20, 200):
        wanted = (0.3 * y[t] + 0.05 * y[t] * sum(y[t - i] for i in range(10))
                  + 1.5 * u[t - 9] * u[t] + 0.1)
        assert y[t + 1] == pytest.approx(wanted, rel=1e-12)
    data = load("narma10")
    assert np.allclose(narma(data.inputs[:, 0], 10)[1:], data.targets[:, 0])


def test_narma20_is_bounded():
    y = narma(np.random.default_rng(0).uniform(0, 0.5, 5000), 20)
    t = 300
    u = np.random.default_rng(0).uniform(0, 0.5, 5000)
    assert np.abs(y).max() < 1
    assert y[t + 1] == pytest.approx(np.tanh(
        0.3 * y[t] + 0.05 * y[t] * y[t - 19: t + 1].sum() + 1.5 * u[t - 19] * u[t] + 0.01))


def test_mackey_glass_converges_with_its_step():
    coarse, fine = (mackey_glass(150, 17, substeps=n, transient=0) for n in (10, 40))
    assert np.abs(coarse - fine).max() < 1e-4
    # until the delay has passed it is an ordinary equation
    exact = solve_ivp(lambda t, x: 0.2 * 1.2 / (1 + 1.2**10) - 0.1 * x, (0, 16), [1.2],
                      t_eval=range(17), rtol=1e-10, atol=1e-12).y[0]
    assert np.abs(fine[:17] - exact).max() < 1e-7


def test_lorenz63_by_another_solver():
    def slope(t, v):
        return [10 * (v[1] - v[0]), v[0] * (28 - v[2]) - v[1], v[0] * v[1] - 8 / 3 * v[2]]

    start = np.array([1.0, 2.0, 25.0])
    exact = solve_ivp(slope, (0, 1), start, t_eval=np.arange(50) * 0.02, rtol=1e-10).y.T
    assert np.abs(lorenz63(50, start) - exact).max() < 1e-2


def test_henon_and_channel_by_hand():
    x = henon(50)
    assert np.allclose(x[2:], 1 - 1.4 * x[1:-1] ** 2 + 0.3 * x[:-2])
    d = np.random.default_rng(0).choice([-3.0, -1, 1, 3], 30)
    n = 12
    q = sum(c * d[n + k] for k, c in zip(range(2, -8, -1), (
        0.08, -0.12, 1, 0.18, -0.1, 0.091, -0.05, 0.04, 0.03, 0.01)))
    assert received(d)[n - 7] == pytest.approx(q + 0.036 * q**2 - 0.011 * q**3)
    data = load("channel", train=100, validation=0, test=50)
    assert set(np.unique(data.targets)) <= {-3.0, -1.0, 1.0, 3.0}


def test_memory_capacity_delays():
    data = load("memory_capacity", delays=5)
    for k in range(1, 6):
        assert np.array_equal(data.targets[10:, k - 1], data.inputs[10 - k: -k, 0])


def test_gaps_hold_the_last_value():
    values = np.array([np.nan, 1.0, np.nan, np.nan, 2.0])
    assert hold_last(values).tolist() == [1, 1, 1, 2]


def test_unknown_names_and_options():
    with pytest.raises(ValueError, match="unknown data set 'x': choose from channel, co2"):
        load("x")
    with pytest.raises(ValueError, match="data set narma10 has no option 'size'"):
        load("narma10", size=3)
    with pytest.raises(ValueError, match="horizon must be an integer of at least 1, not 0"):
        forecast(np.arange(5.0), 0)
    with pytest.raises(ValueError, match="ticker must be one of .*IBM.*, not 'ZZZ'"):
        load("market_returns", ticker="ZZZ")


def test_splits_are_in_order_of_time():
    assert shares(100) == Split((0, 60), (60, 80), (80, 100))
    with pytest.raises(ValueError, match="split.test must follow the range before it"):
        Split((0, 10), (10, 10), (5, 12))
    with pytest.raises(ValueError, match="must not be empty"):
        Split((0, 0), (0, 0), (0, 5))
    with pytest.raises(ValueError, match="inputs and targets must be equally many"):
        DataSet(name="n", title="t", inputs=np.ones((3, 1)), targets=np.ones((2, 1)),
                split=Split((0, 1), (1, 1), (1, 2)), input_names=("a",), target_names=("b",),
                licence="x", source="y")
