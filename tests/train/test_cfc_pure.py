"""The float pure closed form, its training and its quantisation; that it equals ncps is in
test_ncps_import.py."""

from __future__ import annotations

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.train.cfc_pure import PureCfC, PureCfCClassifier, PureHead
from liquidgate.train.chain import Chain
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import Formats, quantise
from liquidgate.train.store import load_model, save_model


def series(rows=900):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def test_a_step_is_the_papers_equation():
    rng = np.random.default_rng(0)
    cell = PureHead(W=rng.normal(size=(7, 7)), Win=rng.normal(size=(7, 2)) * [1, 0],
                    bias=rng.normal(size=7), tau=rng.uniform(0, 1, 7), A=rng.normal(size=7),
                    timed=True)
    x, u = rng.normal(size=7), np.array([0.4, 2.5])
    z = cell.W @ x + cell.Win @ u + cell.bias
    expected = cell.A * (1 - np.exp(-2.5 * (cell.tau + np.abs(z))) * z)
    assert cell.step(x, u) == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(cell.step(np.stack([x, x]), np.stack([u, u])), [expected] * 2)


@pytest.mark.parametrize("timed", [False, True])
def test_fixed_point_is_as_good_as_floats(timed):
    u, y = series()
    y = y + np.random.default_rng(0).normal(0, 0.03, y.shape)
    if timed:
        u = np.column_stack([u, np.random.default_rng(1).uniform(0.2, 3.0, len(u))])
    model = PureCfC(40, timed=timed, weight_bits=8).fit(u, y)
    found = quantise(model, u, y)
    assert found.design.liquid.timed == timed
    assert all(p.saturated == 0 for p in found.report.points)
    assert all(p.snr_db > 68 for p in found.report.points if p.point != "output")
    exact = nrmse(y[200:], model.predict(u)[200:])
    assert nrmse(y[200:], found.predict(u)[200:]) < 1.02 * exact < 0.2


def test_in_a_chain():
    u, y = series()
    model = Chain(stages="cfc_pure(units=20) >> esn(units=20)").fit(u, y)
    design = quantise(model, u, y).design
    outputs = design.output.decode(Golden(design).run(design.input.encode(u)))
    assert nrmse(y[200:], outputs[200:]) < 0.1


def test_saved_and_loaded(tmp_path):
    u, y = series()
    model = PureCfC(20).fit(u, y)
    save_model(model, tmp_path / "model.npz")
    assert np.array_equal(load_model(tmp_path / "model.npz").predict(u), model.predict(u))


def test_it_classifies():
    t = np.arange(40)
    slow, fast = np.sin(t / 9)[:, None], np.sin(t / 3)[:, None]
    model = PureCfCClassifier(20, warmup=10).fit([slow, fast] * 5, [0, 1] * 5)
    assert list(model.predict([fast, slow])) == [1, 0]


def test_what_is_wrong_is_named(says):
    u, y = series()
    with says("units must be in 1..4096, not 0"):
        PureCfC(0).fit(u, y)
    with says("tau must be at least 0, not -1"):
        PureHead(W=np.eye(2), Win=np.ones((2, 1)), bias=np.zeros(2), A=np.ones(2),
                 tau=np.array([1.0, -1.0]))
    silent = PureCfC(20, in_degree=1, input_scaling=0, bias_scaling=0).fit(u, y)
    with says("the reservoir is silent: 20 of 20 neurons move by less than 1e-05; raise "
              "input_scaling or sr"):
        quantise(silent, u, y, formats=Formats())


def test_exponentials_of_which_nothing_is_left_are_saturated(says):
    u, y = series()
    model = PureCfC(20, input_scaling=1e4).fit(u, y)
    with says("the reservoir is saturated: nothing is left of the exponentials of 20 of 20 neurons "
              "in most steps; lower input_scaling, bias_scaling or sr"):
        quantise(model, u, y)


def test_weights_that_are_nothing_beside_the_biases_are_named(says):
    u, y = series()
    u = np.column_stack([u, 1 + 0.5 * np.sin(np.arange(len(u))) ** 2])
    model = PureCfC(20, timed=True, sr=0.0, input_scaling=0.0).fit(u, y)
    with says("sr, input_scaling and bias_scaling are too far apart for one sum in 16 bits: 0, 0 "
              "and 0.2; bring them nearer to each other"):
        quantise(model, u, y)


def test_small_preactivations_keep_the_rates_in_their_bits():
    u, y = series()
    u = np.column_stack([u, 1 + 0.5 * np.sin(np.arange(len(u))) ** 2])
    model = PureCfC(12, timed=True, sr=2.5e-4, input_scaling=2.5e-5, bias_scaling=1.35e-3)
    pure = quantise(model.fit(u, y), u, y).design.liquid
    assert pure.preactivation.f_bits == 23 and max(pure.rate) <= 1 << 23
