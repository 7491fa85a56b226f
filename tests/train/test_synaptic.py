"""The synapse-level LTC and its integers; that it equals ncps is in test_ncps_import.py."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.train.chain import Chain
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import Formats, quantise
from liquidgate.train.store import load_model, save_model
from liquidgate.train.synaptic import SynapticLTC, SynapticLTCClassifier


def series(rows=500):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def test_it_trains_and_is_saved(tmp_path):
    u, y = series()
    model = SynapticLTC(20, in_degree=5, unfolds=2, passthrough=True).fit(u, y)
    assert nrmse(y[100:], model.predict(u)[100:]) < 0.3
    save_model(model, tmp_path / "model.npz")
    assert np.array_equal(load_model(tmp_path / "model.npz").predict(u), model.predict(u))


def test_no_time_is_no_change_and_much_time_is_rest():
    u, y = series(200)
    timed = np.column_stack([u, np.ones(len(u))])
    cell = SynapticLTC(8, in_degree=4, timed=True).fit(timed, y).reservoir_
    x = np.random.default_rng(0).normal(size=8)
    np.testing.assert_allclose(cell.step(x, np.array([0.3, 0.0])), x, rtol=1e-12)
    rest = x
    for _ in range(200):
        rest = cell.step(rest, np.array([0.3, 1e9]))
    total, pulled = cell.conductances(rest, np.array([0.3, 1.0]))
    balance = cell.gleak * (cell.vleak - rest) + pulled - total * rest
    np.testing.assert_allclose(balance, 0, atol=1e-6)
    assert (cell.time_constants(x, np.array([0.3, 1.0])) < cell.cm / cell.gleak).all()


@pytest.mark.parametrize("timed", [False, True])
def test_fixed_point_is_as_good_as_floats(timed):
    u, y = series()
    y = y + np.random.default_rng(0).normal(0, 0.05, y.shape)
    if timed:
        u = np.column_stack([u, np.random.default_rng(1).uniform(0.5, 1.5, len(u))])
    model = SynapticLTC(20, in_degree=5, unfolds=2, timed=timed, passthrough=True).fit(u, y)
    found = quantise(model, u, y)
    net = found.design.liquid
    assert net.timed == timed and net.substeps == 2 and net.synapses == 120
    assert all(p.saturated == 0 for p in found.report.points)
    assert all(p.snr_db > 55 for p in found.report.points if p.point != "output")
    exact = nrmse(y[100:], model.predict(u)[100:])
    assert nrmse(y[100:], found.predict(u)[100:]) < 1.02 * exact < 0.4


def test_in_a_chain():
    u, y = series()
    model = Chain(stages="esn(units=20) >> synaptic(units=10)").fit(u, y)
    design = quantise(model, u, y).design
    outputs = design.output.decode(Golden(design).run(design.input.encode(u)))
    assert nrmse(y[200:], outputs[200:]) < 0.1


def test_a_silent_one_is_refused(says):
    u, y = series(200)
    model = SynapticLTC(5, in_degree=2).fit(u, y)
    net = model.reservoir_
    model.reservoir_ = replace(net, w=net.w * 0, sensory_w=net.sensory_w * 0,
                               vleak=net.vleak * 0)
    with says("the network is silent: 5 of 5 neurons move by less than 1e-05; raise the inputs or "
              "in_degree"):
        quantise(model, u, y)


def test_it_classifies():
    t = np.arange(40)
    slow, fast = np.sin(t / 9)[:, None], np.sin(t / 3)[:, None]
    model = SynapticLTCClassifier(10, in_degree=4, unfolds=2, warmup=10).fit(
        [slow, fast] * 5, [0, 1] * 5)
    assert list(model.predict([fast, slow])) == [1, 0]


@pytest.mark.parametrize(("parameters", "message"), [
    ({"units": 0}, "units must be in 1..4096, not 0"),
    ({"in_degree": 21}, "in_degree must be at most units: 20, not 21"),
    ({"unfolds": 0}, "unfolds must be at least 1, not 0"),
])
def test_wrong_parameters(says, parameters, message):
    u, y = series(200)
    with says(message):
        SynapticLTC(**{"units": 20, **parameters}).fit(u, y)


def test_weights_of_too_few_bits_are_named():
    u, y = series()
    model = SynapticLTC(12, in_degree=3).fit(u, y)
    with pytest.raises(ValueError, match="weight_bits = 2 are too few beside 24 of a st"):
        quantise(model, u, y, formats=Formats(weight_bits=2, state_bits=24))
