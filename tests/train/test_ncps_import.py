"""Cells of ncps as ours: the same outputs, from the stored ones always and live where it is."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from liquidgate.train.metrics import nrmse
from liquidgate.train.ncps_import import from_ncps
from liquidgate.train.quantise import Formats, quantise
from liquidgate.train.store import load_model, save_model

sys.path.insert(0, str(Path(__file__).parent))
from ncps_stand_in import Tensor, case, stored  # noqa: E402

ARRAYS = stored()
CASES = sorted({name.split("/")[0] for name in ARRAYS if name.endswith("/tree")})


def with_time(name):
    return np.column_stack([ARRAYS[f"{name}/inputs"], ARRAYS[f"{name}/timespans"]])


def close(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_stored_outputs(name):
    module = case(name, ARRAYS)
    close(from_ncps(module).predict(ARRAYS[f"{name}/inputs"]), ARRAYS[f"{name}/outputs"])
    close(from_ncps(module, timed=True).predict(with_time(name)), ARRAYS[f"{name}/timed"])


def test_a_wiring_becomes_a_chain_and_a_backbone_a_loop():
    wired = from_ncps(case("wired", ARRAYS))
    assert wired.stages.count("cfc") == 3 and not wired.reservoir_.loop
    stages = wired.reservoir_.stages
    assert [np.count_nonzero(stage.Win[0]) < stage.Win[0].size for stage in stages] == [True] * 3
    assert from_ncps(case("backbone", ARRAYS)).stages == (
        "esn(units=7) >> esn(units=7) >> cfc(units=5)")


def test_a_common_interval_is_a_timespan():
    u = ARRAYS["default/inputs"]
    module = case("default", ARRAYS)
    always = np.column_stack([u, np.full(len(u), 0.3)])
    close(from_ncps(module, interval=0.3).predict(u),
          from_ncps(module, timed=True).predict(always))


def drive(name, steps=600):
    """Training inputs like those that were stored, with intervals."""
    rng = np.random.default_rng(5)
    return np.column_stack([rng.normal(size=(steps, ARRAYS[f"{name}/inputs"].shape[1])).clip(-3, 3),
                            rng.uniform(0.1, 3.0, steps)])


FINE = Formats(weight_bits=16, state_bits=16, segment_bits=10, readout_bits=18, input_bits=16)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("timed", [False, True])
def test_the_circuit_answers_as_the_trained_network(name, timed):
    model = from_ncps(case(name, ARRAYS), timed=timed)
    u = drive(name)[:, : 3 + timed]
    wanted = model.predict(u)
    found = quantise(model, u[:400], wanted[:400], formats=FINE)
    assert nrmse(wanted, found.predict(u)) < 0.01
    # where a sigmoid no longer moves, its pre-activation may saturate
    points = [p for p in found.report.points if name[:3] != "ltc" or p.point != "preactivation"]
    assert all(point.saturated == 0 for point in points), points
    assert min(p.snr_db for p in points) > 40, points


def test_the_trained_readout_is_kept_unless_asked():
    model, u = from_ncps(case("default", ARRAYS)), drive("default")[:, :3]
    other = np.random.default_rng(0).normal(size=(len(u), 2))
    kept = quantise(model, u, None, formats=FINE)
    assert nrmse(model.predict(u), kept.predict(u)) < 0.01
    kept = quantise(model, u, other, formats=FINE)
    assert nrmse(model.predict(u), kept.predict(u)) < 0.01
    anew = quantise(model, u, other, formats=FINE, refit=True)
    assert nrmse(model.predict(u), anew.predict(u)) > 0.5
    with pytest.raises(TypeError, match="targets must be the training rows' true outputs, not N"):
        quantise(model, u, None, refit=True)


def test_saved_and_loaded(tmp_path):
    for name in ("backbone", "wired", "pure", "ltc"):
        model, u = from_ncps(case(name, ARRAYS), timed=True), with_time(name)
        save_model(model, tmp_path / "model.npz")
        back = load_model(tmp_path / "model.npz")
        assert not back.refit_ and np.array_equal(back.predict(u), model.predict(u))


def test_a_readout_of_its_own():
    module, u = case("wired_no_gate", ARRAYS), ARRAYS["wired_no_gate/inputs"]
    linear = SimpleNamespace(weight=Tensor(np.array([[2.0, -1.0]])), bias=Tensor(np.array([0.5])))
    found = from_ncps(module, readout=linear).predict(u)
    close(found[:, 0], ARRAYS["wired_no_gate/outputs"] @ [2.0, -1.0] + 0.5)


def test_what_can_not_be_imported_is_named(says):
    with says("module must be a CfC or LTC of ncps.torch or a cell of one, not a int", TypeError):
        from_ncps(3)
    module = case("default", ARRAYS)
    with says("timed must be True or False, not 1", TypeError):
        from_ncps(module, timed=1)
    with says("interval must be a number above 0, not -1"):
        from_ncps(module, interval=-1)
    linear = SimpleNamespace(weight=Tensor(np.ones((1, 5))), bias=None)
    with says("readout must have 2 inputs, not 5"):
        from_ncps(module, readout=linear)
    module.use_mixed = True
    with says("mixed_memory must be False: an LSTM is no liquid here"):
        from_ncps(module)
    other = case("backbone", ARRAYS)
    type(other.rnn_cell.backbone.parts[1]).__name__ = "SiLU"
    with says("activation must be 'lecun_tanh' or 'tanh' for the backbone to have a circuit, "
              "not SiLU"):
        from_ncps(other)


def test_a_neuron_without_synapses_and_too_many_unfolds(says):
    model, u = from_ncps(case("ltc", ARRAYS)), drive("ltc")[:, :3]
    net = model.reservoir_
    lonely = np.arange(net.units) != 2
    model.reservoir_ = replace(net, w=net.w * lonely, sensory_w=net.sensory_w * lonely)
    made = quantise(model, u, None, formats=FINE)
    assert made.design.liquid.sources[2] == (0,) and made.design.liquid.weight[2] == (0,)
    assert nrmse(model.predict(u), made.predict(u)) < 0.01
    model.reservoir_ = replace(net, unfolds=16)
    with says("unfolds must be at most 15 for a circuit, not 16"):
        quantise(model, u, None)
    others = np.arange(net.units) > 0
    model.reservoir_ = replace(net, w=net.w * others, gleak=net.gleak * others,
                               sensory_w=np.where(others, net.sensory_w, -0.01))
    with says("w must be at least 0: the conductance of neuron 0 can be negative"):
        quantise(model, u, None)


def test_live():
    """ncps itself, with weights of now."""
    pytest.importorskip("torch")
    pytest.importorskip("ncps")
    path = Path(__file__).parents[2] / "tools" / "ncps_fixture.py"
    spec = importlib.util.spec_from_file_location("ncps_fixture", path)
    fixture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fixture)
    rng = np.random.default_rng(9)
    u, t = rng.normal(size=(50, fixture.INPUTS)), rng.uniform(0.1, 3.0, 50)
    for module in fixture.cases().values():
        close(from_ncps(module).predict(u), fixture.run(module, u, None))
        close(from_ncps(module, timed=True).predict(np.column_stack([u, t])),
              fixture.run(module, u, t))
