"""The liquid state machine on its grid: the encoders' numbers, the noise, the errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.spec.lsm_encoders import Delta, Direct, Population, Rate
from liquidgate.spec.lsm_taps import Membranes, SpikeCount, SpikeTrace
from liquidgate.train import tasks
from liquidgate.train.chain import Chain
from liquidgate.train.data import load
from liquidgate.train.lsm_model import LSM, LSMClassifier
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import Formats, fit_bits, quantise


def series(rows=600):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def made(formats=None, rows=600, **parameters):
    u, y = series(rows)
    model = LSM(**{"units": 40, "weight_bits": 8, "input_connectivity": 0.6, **parameters})
    return model.fit(u, y), quantise(model, u, y, formats=formats)


WIDE = Formats(state_bits=22, input_bits=20, weight_bits=10)


@pytest.mark.parametrize("parameters", [
    dict(encoder="population", delay=3, tau_syn=2.0),
    dict(encoder="delta", delta=0.2, reset="subtract", adaptation=0.3, tap="membrane"),
    dict(encoder="rate", refractory=2, tap="count", window=20),
    dict(encoder="rate", seed=5, input_delay=3, delay=1),
    dict(encoder="bsa", reach=4.0, length=6, input_scaling=2.0),
], ids=["population", "delta", "rate", "rate, another seed, late inputs", "bsa"])
def test_wide_integers_spike_as_the_floats_do(parameters):
    formats = Formats(state_bits=22, input_bits=16, weight_bits=10)
    model, found = made(formats, **{**parameters, "weight_bits": 10})
    u, design = series()[0], found.design
    # the same samples to both: those of the port's grid
    raws = design.input.encode(u)
    points = Golden(design).run(raws, trace=True).points
    scaled = model.scaled(design.input.decode(raws))
    liquid = model.reservoir_
    assert np.array_equal(points["encoded"], liquid.encoded(scaled))
    states = liquid.trajectory(scaled)
    assert 0.01 < liquid.spikes(states).mean() < 0.5
    assert np.array_equal(points["spike"], liquid.spikes(states))
    unit = {"trace": 1e-4, "count": 0.0, "membrane": 1e-3}[liquid.tap]
    scale = {"count": 1.0, "membrane": design.liquid.membrane.lsb}.get(liquid.tap)
    if scale is not None:
        assert points["state"] * scale == pytest.approx(liquid.seen(states), abs=max(unit, 1e-9))


def test_every_kind_of_encoder_and_tap():
    found = {
        "delta": (Delta, SpikeTrace, dict(tap="trace", delta=0.2)),
        "population": (Population, Membranes, dict(tap="membrane")),
        "rate": (Rate, SpikeCount, dict(tap="count", window=9)),
    }
    for encoder, (kind, seen, parameters) in found.items():
        lsm = made(rows=300, encoder=encoder, **parameters)[1].design.liquid
        assert isinstance(lsm.encoder, kind) and isinstance(lsm.seen, seen)


def test_noise_is_that_of_the_leaks_alone():
    model, found = made(tau_syn=2.0)
    points = {point.point: point for point in found.report.points}
    assert list(points) == ["encoded", "current", "membrane", "spike", "state", "output"]
    assert all(point.saturated == 0 for point in points.values())
    assert points["encoded"].snr_db == 999
    assert points["current"].snr_db > 60 and points["membrane"].snr_db > 50
    assert points["spike"].snr_db > 20
    report = found.report
    assert report.vanished == 0 and report.decay_error == 0
    assert report.activity[1] == pytest.approx(report.activity[0], rel=0.1)
    assert "spikes a neuron in 100 steps" in report.caption()


def test_the_schedule_is_asked_for():
    assert made(rows=300)[1].design.liquid.schedule == "static"
    assert made(rows=300, schedule="event")[1].design.liquid.schedule == "event"


def test_the_seed_of_random_spikes_is_the_models():
    (one, first), (two, second) = (made(rows=300, encoder="rate", seed=s) for s in (1, 2))
    assert first.design.liquid.encoder.seed == one.reservoir_.encoder.seed
    assert first.design.liquid.encoder.seed != second.design.liquid.encoder.seed
    assert made(rows=300, encoder="rate", seed=1)[1].design.digest == first.design.digest


@pytest.mark.parametrize("schedule", ["static", "event"])
def test_late_inputs_reach_the_circuit(schedule):
    model, found = made(rows=300, input_delay=3, schedule=schedule)
    lsm, late = found.design.liquid, model.reservoir_.input_delay
    assert {d for row in lsm.input_delay for d in row} == {0, 1, 2, 3} == set(late.ravel())


@pytest.mark.parametrize(("parameters", "message"), [
    (dict(encoder="delta", delta=1e-9),
     "delta must be at least 6.1e-05, half a unit of the samples in 16 bits, not 1e-09"),
    (dict(input_scaling=1000.0, tau_mem=1e6),
     "the membranes reach 2.09e+05 thresholds, more than formats.state_bits = 16 can hold beside "
     "one; lower input_scaling, bias_scaling, recurrent_scaling or time constants, or raise "
     "state_bits"),
    (dict(radius=2.0**19),
     "radius must be in 0.000122..8, 1 to 65536 units of the samples in 16 bits, not 524288"),
    (dict(radius=2.0**-40),
     "radius must be in 0.000122..8, 1 to 65536 units of the samples in 16 bits, not 9.09495e-13"),
])
def test_what_no_grid_can_hold(parameters, message, says):
    with says(message):
        made(rows=300, **parameters)


def test_inputs_that_are_spikes():
    rng = np.random.default_rng(0)
    u = (rng.random((500, 3)) < 0.2).astype(float)
    y = np.convolve(u[:, 0], [0.5, 0.3, 0.2])[:500, None]
    model = LSM(40, encoder="direct", input_connectivity=0.6, weight_bits=8).fit(u, y)
    design = quantise(model, u, y).design
    assert isinstance(design.liquid.encoder, Direct) and design.input.width == 1
    fixed = design.output.decode(Golden(design).run(design.input.encode(u)))
    assert nrmse(y[100:], fixed[100:]) < 1.05 * nrmse(y[100:], model.predict(u)[100:])
    with pytest.raises(ValueError, match="^encoder direct needs inputs that are spikes, 0 or 1, "
                                         "not 2$"):
        quantise(model, u * 2, y)


def test_counts_at_the_end_of_a_pattern_classify():
    rng = np.random.default_rng(0)
    few, many = ([(rng.random((40, 2)) < p).astype(float) for _ in range(12)] for p in (0.1, 0.3))
    model = LSMClassifier(30, encoder="direct", tap="count", window=40, pooling="last",
                          input_scaling=2.0, input_connectivity=1.0, warmup=0, weight_bits=8)
    model.fit([*few[:8], *many[:8]], [0] * 8 + [1] * 8)
    found = quantise(model, [*few[:8], *many[:8]], [0] * 8 + [1] * 8)
    assert list(found.predict([*few[8:], *many[8:]])) == [0] * 4 + [1] * 4


def test_the_fewest_bits_within_five_percent():
    data = load("laser")
    u, y = data.inputs[:1200], data.targets[:1200]
    model = tasks.make(data, liquid="lsm", ridge=1e-2, units=50).fit(u, y)
    found = fit_bits(model, u, y, within=0.05)
    assert found.formats.state_bits <= 14
    rest = slice(1200, 1800)
    exact = nrmse(data.targets[rest], model.predict(data.inputs[:1800])[rest])
    assert nrmse(data.targets[rest], found.predict(data.inputs[:1800])[rest]) < 1.15 * exact


@pytest.mark.parametrize("stages", ["lsm(units=40) >> esn(units=20)",
                                    "esn(units=20) >> lsm(units=40, input_connectivity=0.3, "
                                    "encoder='delta')"])
def test_in_a_chain(stages):
    u, y = series(900)
    model = Chain(stages=stages, passthrough=True).fit(u, y)
    design = quantise(model, u, y).design
    fixed = design.output.decode(Golden(design).run(design.input.encode(u)))
    assert nrmse(y[200:], fixed[200:]) < 1.2 * nrmse(y[200:], model.predict(u)[200:])


def test_a_silent_liquid_says_how_near_it_came(says):
    u, y = series(300)
    model = LSM(40, input_scaling=1e-3, bias_scaling=0.0).fit(u, y)
    with says("the liquid is silent: 40 of 40 neurons never fire (the greatest membrane was 0.011 "
              "of its threshold); raise input_scaling, input_connectivity or bias_scaling"):
        quantise(model, u, y)


def test_a_saturated_liquid_says_so(says):
    u, y = series(300)
    model = LSM(40, refractory=2).fit(u, y)
    model.reservoir_ = replace(model.reservoir_, bias=np.full(40, 9.0))
    with says("the liquid is saturated: 40 of 40 neurons fire in every step in which they are not "
              "refractory; lower input_scaling, bias_scaling or recurrent_scaling"):
        quantise(model, u, y)


def test_rates_do_not_hear_other_liquids(says):
    u, y = series(300)
    model = Chain(stages="esn(units=9) >> lsm(units=20, encoder='rate')").fit(u, y)
    with says("encoder must be delta or population behind another liquid, not 'rate'"):
        quantise(model, u, y)


def test_synapses_that_tire():
    """Their constants stand on the circuit's grids; the fixed network is as good as the float."""
    model, found = made(Formats(), encoder="delta", delta=0.2, utilisation=0.3, tau_recovery=20.0,
                        tau_facilitation=10.0, recurrent_scaling=1.0, weight_bits=8)
    liquid, dynamics = model.reservoir_, found.design.liquid.dynamics
    assert set(dynamics.use) == {round(0.3 * 2**14)}
    one = 1 << found.design.liquid.leak_shift
    assert np.array(dynamics.recovery) / one == pytest.approx(liquid.recovery_decay, abs=0.5 / one)
    assert found.design.liquid.recurrent.nnz and liquid.dynamic
    points = Golden(found.design).run(found.design.input.encode(series()[0]), trace=True).points
    spikes = points["spike"] == 1
    assert (points["efficacy"][~spikes] == 0).all() and (points["efficacy"][spikes] > 0).all()
    rows = {row["point"]: row["snr_db"] for row in found.report.rows()}
    assert rows["utilisation"] > 50 and rows["efficacy"] > 40
    with pytest.raises(ValueError, match="schedule must be 'static' with a utilisation"):
        made(Formats(), utilisation=0.3, schedule="event")
