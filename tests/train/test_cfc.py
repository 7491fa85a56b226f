"""The float closed-form network, its training and its quantisation."""

from __future__ import annotations

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.train.cfc import CfC, CfCClassifier, Heads
from liquidgate.train.chain import Chain
from liquidgate.train.data import load
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import Formats, quantise
from liquidgate.train.store import load_model, save_model


def series(rows=900):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def test_a_step_is_the_papers_equation():
    rng = np.random.default_rng(0)
    heads = Heads(W=rng.normal(size=(3, 7, 7)), Win=rng.normal(size=(3, 7, 2)),
                  bias=rng.normal(size=(3, 7)))
    x, u = rng.normal(size=7), rng.normal(size=2)
    ff1, ff2, e = (w @ x + win @ u + b
                   for w, win, b in zip(heads.W, heads.Win, heads.bias))
    gate = 1 / (1 + np.exp(-e))
    assert heads.step(x, u) == pytest.approx(np.tanh(ff1) * (1 - gate) + gate * np.tanh(ff2),
                                             rel=1e-12)


def test_the_interval_is_in_the_exponent_alone():
    rng = np.random.default_rng(0)
    heads = Heads(W=rng.normal(size=(4, 7, 7)), Win=rng.normal(size=(4, 7, 2)) * [1, 0],
                  bias=rng.normal(size=(4, 7)))
    x, u = rng.normal(size=7), np.array([0.4, 2.5])
    ff1, ff2, a, b = (w @ x + win @ u + c for w, win, c in zip(heads.W, heads.Win, heads.bias))
    gate = 1 / (1 + np.exp(-a * 2.5 - b))
    expected = np.tanh(ff1) * (1 - gate) + gate * np.tanh(ff2)
    assert heads.timed and heads.step(x, u) == pytest.approx(expected, rel=1e-12)
    twice = heads.step(np.stack([x, x]), np.stack([u, u]))
    np.testing.assert_allclose(twice, [expected, expected], rtol=1e-12)


def irregular(rows=1200):
    """A series at random moments: its values, the intervals, and the value one moment later."""
    rng = np.random.default_rng(1)
    intervals = rng.uniform(0.2, 3.0, rows)
    t = np.cumsum(intervals)

    def f(t):
        return np.sin(t / 2) + 0.3 * np.sin(t / 0.9)
    return np.column_stack([f(t), intervals]), f(t + 0.5)[:, None]


@pytest.mark.parametrize("mean_interval", [1.0, 300.0, 1 / 4096])
def test_irregular_samples_in_fixed_point(mean_interval):
    u, y = irregular()
    u[:, 1] *= mean_interval
    model = CfC(40, timed=True, weight_bits=8).fit(u, y)
    assert model.input_offset_[1] == 0 and 0.5 < (u[:, 1] * model.input_scale_[1]).mean() < 4
    found = quantise(model, u, y)
    assert found.design.liquid.timed and found.design.input.channels[1].offset == 0
    assert all(p.snr_db > 50 and p.saturated == 0 for p in found.report.points)
    exact = nrmse(y[200:], model.predict(u)[200:])
    assert nrmse(y[200:], found.predict(u)[200:]) < 1.02 * exact < 0.2


def test_intervals_matter():
    u, y = irregular()
    timed = CfC(40, timed=True).fit(u[:900], y[:900])
    blind = CfC(40).fit(u[:900, :1], y[:900])
    assert (nrmse(y[900:], timed.predict(u)[900:])
            < 0.9 * nrmse(y[900:], blind.predict(u[:, :1])[900:]))


def test_wrong_intervals(says):
    u, y = irregular(300)
    with says("timed needs an input besides the interval, the last one, not 1 in all"):
        CfC(20, timed=True).fit(np.abs(u[:, :1]), y)
    with says("weight_bits must be in 2..18, not 1"):
        CfC(20, weight_bits=1).fit(u, y)
    with says("sr must be at most 1e+06, not 1e+300"):
        CfC(20, sr=1e300).fit(u, y)
    with says("timed must be true or false, not 1", TypeError):
        CfC(20, timed=1).fit(u, y)
    u[7, 1] = -1
    with says("the last input must be an interval of at least 0, not -1.0 in row 7, the first "
              "being 0"):
        CfC(20, timed=True).fit(u, y)


def test_laser_in_fixed_point_is_as_good_as_in_floats():
    data, test = load("laser"), slice(3100, 3900)
    model = CfC(weight_bits=8, passthrough=True).fit(data.inputs[:3000], data.targets[:3000])
    design = quantise(model, data.inputs[:3000], data.targets[:3000]).design
    outputs = design.output.decode(Golden(design).run(design.input.encode(data.inputs)))
    exact = nrmse(data.targets[test], model.predict(data.inputs)[test])
    assert exact < 0.1
    assert nrmse(data.targets[test], outputs[test]) < 1.05 * exact


def test_golden_is_near_the_equations_without_rounding():
    u, y = series()
    found = quantise(CfC(30, weight_bits=8).fit(u, y), u, y, formats=Formats(state_bits=14))
    assert all(point.snr_db is not None and point.snr_db > 50 for point in found.report.points)
    assert all(point.saturated == 0 for point in found.report.points)


def test_plain_states_have_no_means():
    u, y = series()
    found = quantise(CfC(20, weight_bits=8).fit(u, y), u, y, formats=Formats(states="plain"))
    assert set(found.design.liquid.mean) == {0}


def test_in_a_chain():
    u, y = series()
    model = Chain(stages="cfc(units=20) >> esn(units=20)").fit(u, y)
    design = quantise(model, u, y).design
    outputs = design.output.decode(Golden(design).run(design.input.encode(u)))
    assert nrmse(y[200:], outputs[200:]) < 0.1


def test_saved_and_loaded(tmp_path):
    u, y = series()
    model = CfC(20).fit(u, y)
    save_model(model, tmp_path / "model.npz")
    assert np.array_equal(load_model(tmp_path / "model.npz").predict(u), model.predict(u))


def test_it_classifies():
    t = np.arange(60)
    slow, fast = np.sin(t / 9)[:, None], np.sin(t / 3)[:, None]
    model = CfCClassifier(20, warmup=10).fit([slow, fast] * 8, [0, 1] * 8)
    assert list(model.predict([fast, slow])) == [1, 0]


@pytest.mark.parametrize(("parameters", "message"), [
    ({"units": 0}, "units must be in 1..4096, not 0"),
    ({"in_degree": 200}, "in_degree must be at most units: 100, not 200"),
    ({"sr": -1.0}, "sr must be a finite number of at least 0, not -1"),
])
def test_wrong_parameters(parameters, message):
    u, y = series(200)
    with pytest.raises(ValueError, match=message):
        CfC(**parameters).fit(u, y)


@pytest.mark.parametrize(("parameters", "message"), [
    ({"bias_scaling": 60.0}, "the reservoir is saturated"),
    ({"input_scaling": 1e-9, "bias_scaling": 0.0}, "the reservoir is silent"),
])
def test_no_use(parameters, message):
    u, y = series()
    model = CfC(20, **parameters).fit(u, y)
    with pytest.raises(ValueError, match=message):
        quantise(model, u, y)
