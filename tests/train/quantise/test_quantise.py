"""Quantise: the algebra of centres and scales, the refit, and what users are told."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.spec.codec import to_plain
from liquidgate.train.data import load
from liquidgate.train.data.narma import narma
from liquidgate.train.esn_model import ESN, ESNClassifier
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import (
    Formats,
    fit_bits,
    fit_formats,
    fit_memory,
    fixed_score,
    quantise,
)
from liquidgate.train.quantise.drive import DRIFTING, HEADROOM, drifts, drive
from liquidgate.train.quantise.esn_ideal import without_rounding
from liquidgate.train.quantise.esn_teacher import forced
from liquidgate.train.search import search


def series(steps=900, seed=3):
    u = np.random.default_rng(seed).uniform(0, 0.5, steps)
    return u[:, None], narma(u, 10)[1:, None]


def fitted(**changes):
    given = dict(units=30, lr=0.7, sr=0.9, input_scaling=0.2, bias_scaling=0.2, in_degree=6,
                 warmup=50, ridge=1e-6, seed=5)
    return ESN(**{**given, **changes}).fit(*series())


def sequences(classes=3, seed=1):
    rng = np.random.default_rng(seed)
    labels = np.arange(36) % classes
    return [np.sin(np.arange(12 + i % 5) * (0.3 + 0.3 * c))[:, None]
            + 0.05 * rng.standard_normal((12 + i % 5, 1)) for i, c in enumerate(labels)], labels


def realised(model, design):
    """The float reservoir that the integers stand for; its states are in real units."""
    esn = design.liquid
    q = esn.acc_shift + esn.activation.input.f_bits
    scale = np.array([esn.scale(i) for i in range(esn.neurons)])
    mean = np.array(esn.mean) * esn.activation.output.lsb
    w = np.array(esn.recurrent.dense()) * 2.0**-q / scale
    unit = np.array([2.0**-c.f_bits for c in design.input.channels]) * model.input_scale_
    win = np.array(esn.input.dense()) * 2.0**-q / unit
    held = np.array([c.offset * 2.0**-c.f_bits for c in design.input.channels])
    constant = w @ mean + win @ ((held - model.input_offset_) * model.input_scale_)
    bias = np.array(esn.bias) * 2.0**-q - constant
    leak = 1 - np.array(esn.decay) / (1 << esn.leak_shift)
    return w, win, bias, leak, mean, scale


@pytest.mark.parametrize("changes", [{}, {"lr": 1.0}, {"topology": "ring", "in_degree": None},
                                     {"lr": np.linspace(0.2, 1.0, 30)}])
def test_the_integers_stand_for_the_float_network(changes):
    """Centres in the biases, scales in the weights and gains: nothing but rounding may differ."""
    model = fitted(**changes)
    inputs, targets = series()
    formats = Formats(weight_bits=16, segment_bits=10)
    design = quantise(model, inputs, targets, formats=formats).design
    w, win, bias, leak, mean, scale = realised(model, design)
    reservoir = model.reservoir_
    assert np.abs(w - reservoir.dense()).max() < 1e-3
    assert np.abs(win - reservoir.Win).max() < 1e-2
    assert np.abs(bias - reservoir.bias).max() < 1e-5
    assert np.abs(leak - reservoir.lr).max() < 1e-3
    raws = design.input.encode(inputs)
    ideal = without_rounding(design, [raws])[0]["state"]
    x = mean.copy()
    u = (design.input.decode(raws) - model.input_offset_) * model.input_scale_
    for n in range(200):
        x = (1 - leak) * x + leak * np.tanh(w @ x + win @ u[n] + bias)
        # the segments stay within 1e-5 of tanh; a raw unit is about as much
        assert np.allclose((x - mean) / scale, ideal[n], atol=20)


def test_wide_formats_give_the_float_outputs():
    model = fitted()
    inputs, targets = series()
    wide = Formats(state_bits=22, weight_bits=18, readout_bits=24, input_bits=22, output_bits=24,
                   deviation_bits=24, segment_bits=10)
    q = quantise(model, inputs, targets, formats=wide)
    assert nrmse(model.predict(inputs)[100:], q.predict(inputs)[100:]) < 0.02


@pytest.mark.parametrize("state_bits", [4, 8, 16, 18])
@pytest.mark.parametrize("activation", ["tanh", "clip"])
def test_asked_widths_are_kept_and_states_have_room(state_bits, activation):
    formats = Formats(state_bits=state_bits, weight_bits=6, readout_bits=12)
    q = quantise(fitted(activation=activation), *series(), formats=formats)
    esn = q.design.liquid
    assert esn.state.width == state_bits and esn.weight_width == 6
    assert q.design.readout.weight_width == 12
    assert max(abs(w) for m in (esn.recurrent, esn.input) for row in m.data for w in row) <= 31
    assert q.design.input.width <= max(16, state_bits)
    assert q.report.points[3].saturated == 0
    assert esn.recurrent.nnz + q.report.vanished == 180


def test_the_same_network_gives_the_same_design():
    first, second = (quantise(fitted(), *series()).design for _ in range(2))
    assert to_plain(first) == to_plain(second) and first.digest == second.digest


def test_centred_states_beat_plain_ones():
    model, (inputs, targets) = fitted(input_scaling=0.05), series(3000)
    model.fit(inputs[:2000], targets[:2000])
    errors = {}
    for states in ("centred", "plain"):
        q = quantise(model, inputs[:2000], targets[:2000],
                     formats=Formats(state_bits=8, states=states))
        errors[states] = nrmse(targets[2000:], q.predict(inputs)[2000:, None].reshape(-1, 1))
    assert errors["centred"] < 0.9 * errors["plain"]


@pytest.mark.parametrize("passthrough", [False, True])
def test_a_fed_back_design_equals_its_twin_under_its_own_outputs(passthrough):
    model = fitted(feedback=True, fb_scaling=0.2, passthrough=passthrough)
    inputs, targets = series()
    design = quantise(model, inputs, targets).design
    assert design.has_feedback
    raws = design.input.encode(inputs)
    outputs = Golden(design).run(raws)
    twin, driven = forced(design, [raws], [design.output.decode(outputs)])
    assert np.array_equal(Golden(twin).run(driven[0]), outputs)


def test_coarser_outputs_where_readout_weights_are_narrow():
    q = quantise(fitted(), *series(), formats=Formats(state_bits=4, readout_bits=4))
    assert q.design.output.width < 16 and q.design.readout.shift == 0


def test_inputs_on_a_grid_stay_exact():
    u = np.random.default_rng(0).integers(0, 256, 900).astype(float)[:, None]
    model = ESN(units=30, in_degree=6, warmup=50, ridge=1e-6).fit(u, np.roll(u, 1))
    port = quantise(model, u, np.roll(u, 1)).design.input
    assert np.array_equal(port.decode(port.encode(u)), u)


def test_a_classifier_becomes_a_design_of_scores():
    data, labels = sequences()
    model = ESNClassifier(units=30, in_degree=6, warmup=0, ridge=1e-3).fit(data, labels)
    q = quantise(model, data, labels, formats=Formats(state_bits=8))
    assert q.design.readout.decision == "argmax" and q.report.points[4].saturated == 0
    assert [c.name for c in q.design.output.channels] == ["class_0", "class_1", "class_2"]
    assert (q.predict(data) == model.predict(data)).mean() > 0.9
    assert (q.predict(data) == labels).mean() > 0.8


def test_a_design_pools_as_its_classifier_does():
    data, labels = sequences()
    model = ESNClassifier(units=30, in_degree=6, warmup=0, ridge=1e-3, pooling="last")
    q = quantise(model.fit(data, labels), data, labels)
    raws = q.design.input.encode(data[5])
    last = q.design.output.decode(Golden(q.design).run(raws))[-1]
    assert np.array_equal(q.scores(data)[5], last)
    assert np.abs(q.scores(data) - model.decision_function(data)).max() < 0.1
    assert (q.predict(data) == model.predict(data)).mean() > 0.9


def test_generate_feeds_outputs_back_as_inputs():
    wave = np.sin(np.arange(600) * 0.3)[:, None]
    model = ESN(units=30, in_degree=6, warmup=50, ridge=1e-8).fit(wave[:-1], wave[1:])
    q = quantise(model, wave[:-1], wave[1:])
    found = q.generate(20, context=wave[:400])
    assert np.abs(found - wave[400:420]).max() < 0.1


def test_the_report_is_plain_and_drawn(tmp_path):
    q = quantise(fitted(), *series())
    plain = json.loads(json.dumps(q.report.plain()))
    assert [p["point"] for p in plain["points"]] == [
        "preactivation", "activation", "deviation", "state", "output"]
    assert plain["points"][3]["snr_db"] > 60
    assert plain["activity"][1] == pytest.approx(plain["activity"][0], rel=0.1)
    for name in ("report.png", "report.svg"):
        q.report.plot(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 5000


def test_noise_beyond_the_signal_is_drawn_without_a_warning(tmp_path):
    """Warnings are errors here."""
    report = quantise(fitted(), *series()).report
    noisy = [replace(p, snr_db=-2.0 - 1.5 * k) for k, p in enumerate(report.points)]
    replace(report, points=tuple(noisy)).plot(tmp_path / "report.png")
    assert (tmp_path / "report.png").stat().st_size > 5000


def test_an_error_budget_takes_the_fewest_bits():
    seen = []
    tight = fit_bits(fitted(), *series(), within=0.05, progress=seen.append)
    loose = fit_bits(fitted(), *series(), within=1.0)
    assert loose.formats.state_bits < tight.formats.state_bits == 4 + len(seen) - 1
    with pytest.raises(ValueError, match="within must be a number of at least 0, not -1"):
        fit_bits(fitted(), *series(), within=-1)


def test_an_error_budget_that_can_not_be_met_says_how_near_it_came():
    with pytest.raises(ValueError, match=r"within must be at least 0\.\d+ to be met by 18 state "
                                         r"bits, not 0\.05"):
        fit_bits(fitted(), *series(), within=0.05, formats=Formats(readout_bits=2))


def test_formats_are_chosen_on_held_back_rows():
    model, told = fitted(), []
    choices = [Formats(state_bits=bits) for bits in (3, 14, 2)]
    found = fit_formats(model, *series(), choices=choices, progress=told.append)
    assert found.formats == choices[1] and len(told) == 3
    with pytest.raises(ValueError, match="^choices must hold at least one of Formats$"):
        fit_formats(model, *series(), choices=[])
    with pytest.raises(TypeError, match=r"^choices\[1\] must be Formats, not None$"):
        fit_formats(model, *series(), choices=[Formats(), None])


def test_a_port_has_room_for_a_series_that_drifts():
    rows = np.arange(100.0)[:, None]
    still, moving = np.sin(rows), np.sin(rows) + rows / 20
    assert not drifts([still]).any() and drifts([moving]).all()
    held = [drive(None, np.zeros(1), np.ones(1), [r], ("u",), 16, 1) for r in (still, moving)]
    for group, r, times in zip(held, (still, moving), (HEADROOM, DRIFTING)):
        assert np.allclose(group.half(), np.ptp(r) / 2 * times)


def test_chance_and_order_are_no_drift():
    rng = np.random.default_rng(5)
    spike = np.zeros((1000, 1))
    spike[900] = 1
    assert not drifts([spike]).any()
    for size in (6, 50, 1000):
        found = [drifts([rng.standard_t(3, (size, 1))]).any() for _ in range(200)]
        assert not any(found)
    # classes that stand sorted: the last one's marks come late
    marks = [np.tile(np.eye(3)[label], (20, 1)) for label in (0, 0, 1, 1, 2, 2)]
    assert not drifts(marks).any()


def test_hyperparameters_are_searched_under_the_formats():
    space = dict(units=15, in_degree=4, ridge=1e-4, weight_bits=8)
    coarse = search(load("sunspots"), budget=3, score=fixed_score(Formats(state_bits=4)), **space)
    floats = search(load("sunspots"), budget=3, **space)
    assert coarse == search(load("sunspots"), budget=3,
                            score=fixed_score(Formats(state_bits=4)), **space)
    assert min(coarse.trials) > min(floats.trials)


def test_a_memory_budget_is_kept():
    q = fit_memory(fitted(), *series(), bits=2600)
    esn, readout = q.design.liquid, q.design.readout
    nnz = esn.recurrent.nnz + esn.input.nnz
    assert (nnz * esn.weight_width + readout.taps * readout.weight_width
            + 60 * esn.state.width) <= 2600
    with pytest.raises(ValueError,
                       match="the budget must be at least 1260 bits of memory, not 1000"):
        fit_memory(fitted(), *series(), bits=1000)


def test_silent_and_saturated_reservoirs_are_errors():
    constant = (np.ones((900, 1)), series()[1])
    model = fitted(input_scaling=0.0)
    with pytest.raises(ValueError, match=re.escape(
            "the reservoir is silent: 30 of 30 neurons move by less than 1e-05; "
            "raise input_scaling, lr or sr")):
        quantise(model, *constant)
    with pytest.raises(ValueError, match="the reservoir is saturated: .* of 30 neurons are beyond "
                                         "0.98 in most steps; lower input_scaling, bias_scaling"):
        quantise(fitted(input_scaling=0.1, bias_scaling=80.0), *series())


@pytest.mark.parametrize("field, value, message", [
    ("state_bits", 1, "formats.state_bits must be in 2..24, not 1"),
    ("weight_bits", 19, "formats.weight_bits must be in 2..18, not 19"),
    ("segment_bits", 11, "formats.segment_bits must be in 0..10, not 11"),
    ("states", "x", "formats.states must be one of centred, plain, not 'x'"),
])
def test_impossible_formats(field, value, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Formats(**{field: value})


def test_rows_must_agree():
    model, (inputs, targets) = fitted(), series()
    with pytest.raises(ValueError, match="equally many rows, not 900 and 899"):
        quantise(model, inputs, targets[:-1])
    with pytest.raises(ValueError, match="at least warmup \\+ 10 = 60 rows, not 20"):
        quantise(model, inputs[:20], targets[:20])
