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
    ({"units": 0}, "units must be at least 1"),
    ({"in_degree": 200}, "in_degree must be at least 1 and at most units, not 200"),
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
