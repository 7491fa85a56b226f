"""The float liquid time-constant network, its training and its quantisation."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from liquidgate.golden import Golden
from liquidgate.golden.casts import activate
from liquidgate.spec import QFormat
from liquidgate.train.chain import Chain
from liquidgate.train.ltc import LTC, LTCClassifier, Neurons
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import Formats, quantise
from liquidgate.train.quantise.activation import share_table
from liquidgate.train.store import load_model, save_model


def series(rows=900):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def irregular(rows=900):
    """A wave at random intervals, which come with each sample; the value 1 later is wanted."""
    rng = np.random.default_rng(0)
    dt = rng.uniform(0.1, 2.0, rows)
    t = np.cumsum(dt)
    return np.column_stack([np.sin(t / 3), dt]), np.sin((t + 1) / 3)[:, None]


def neurons(**changes):
    rng = np.random.default_rng(0)
    n, k = 7, 2
    given = dict(W=rng.normal(size=(n, n)), Win=rng.normal(size=(n, k)), bias=rng.normal(size=n),
                 tau=rng.uniform(1, 4, n), A=rng.normal(size=n), step_length=0.5, substeps=1,
                 solver="fused", timed=False)
    return Neurons(**{**given, **changes})


def test_a_step_is_the_papers_equation():
    rng = np.random.default_rng(1)
    x, u = rng.normal(size=7), rng.normal(size=2)
    for h, timed in ((0.5, False), (0.5 * u[1], True)):
        net = neurons(timed=timed)
        f = 1 / (1 + np.exp(-(net.W @ x + net.Win @ u + net.bias)))
        fused = (x + h * f * net.A) / (1 + h * (1 / net.tau + f))
        assert net.step(x, u) == pytest.approx(fused, rel=1e-12)
    explicit = x + 0.5 * (-(1 / net.tau + f) * x + f * net.A)
    assert neurons(solver="explicit").step(x, u) == pytest.approx(explicit, rel=1e-12)
    assert net.time_constants(x, u) == pytest.approx(1 / (1 / net.tau + f))


def test_the_advised_step_is_legal():
    rng = np.random.default_rng(3)
    for low in rng.uniform(0.01, 9, 50):
        tau = rng.uniform(low, 2 * low, 7)
        with pytest.raises(ValueError) as caught:
            neurons(solver="explicit", step_length=99.0, tau=tau)
        advised = float(re.search(r"at most (\S+) for", str(caught.value))[1])
        assert neurons(solver="explicit", step_length=advised, tau=tau).step_length == advised
        with pytest.raises(ValueError, match="step must"):
            neurons(solver="explicit", step_length=1.002 * advised, tau=tau)


@pytest.mark.parametrize("solver", ["explicit", "fused"])
def test_sub_steps_converge_to_the_differential_equation(solver):
    net = neurons(solver=solver)
    x, u = np.zeros(7), np.array([0.3, -0.7])

    def slope(_, x):
        f = 1 / (1 + np.exp(-net.preactivations(x, u)))
        return -(1 / net.tau + f) * x + f * net.A

    exact = solve_ivp(slope, (0, 0.5), x, rtol=1e-10, atol=1e-12).y[:, -1]
    errors = [np.abs(neurons(solver=solver, substeps=k).step(x, u) - exact).max()
              for k in (1, 3, 9)]
    assert errors[0] > 2.5 * errors[1] > 6 * errors[2] > 0


@pytest.mark.parametrize(("solver", "substeps"), [("explicit", 1), ("fused", 1), ("explicit", 3),
                                                  ("fused", 3)])
def test_golden_is_near_the_equations_without_rounding(solver, substeps):
    u, y = series()
    model = LTC(30, weight_bits=8, solver=solver, substeps=substeps).fit(u, y)
    found = quantise(model, u, y, formats=Formats(state_bits=14))
    inner = found.report.points[:-1]
    assert all(point.snr_db is not None and point.snr_db > 50 for point in inner)
    assert all(point.saturated == 0 for point in found.report.points)
    liquid, raws = found.design.liquid, found.design.input.encode(u)
    mean = np.array(liquid.mean) * 2**liquid.target_shift
    states = (Golden(found.design).states(raws) + mean) * liquid.state.lsb
    exact = model.reservoir_.run(model.scaled(u))
    assert np.abs(states - exact)[100:].max() < 0.02 * np.ptp(exact[100:])


def test_samples_at_irregular_intervals():
    u, y = irregular()
    model = LTC(40, timed=True, weight_bits=8, input_scaling=0.5, passthrough=True).fit(u, y)
    blind = LTC(40, weight_bits=8, input_scaling=0.5, passthrough=True).fit(u[:, :1], y)
    exact = nrmse(y[700:], model.predict(u)[700:])
    assert exact < 0.1 * nrmse(y[700:], blind.predict(u[:, :1])[700:])
    found = quantise(model, u, y)
    # the wave has no noise of its own: what is left is rounding
    assert nrmse(y[700:], found.predict(u)[700:]) < 0.005
    assert found.design.input.channels[-1].offset == 0
    assert all(point.saturated == 0 for point in found.report.points)


@pytest.mark.parametrize("segment_bits", [4, 8])
@pytest.mark.parametrize(("i_bits", "bits"), [(1, 15), (2, 12), (4, 16), (6, 16)])
def test_the_shares_stated_error(i_bits, bits, segment_bits):
    """docs/arithmetic.md: D**2 / 8 and two units, D**2 / 4 in the first segment; every input."""
    table = share_table(QFormat(i_bits, bits - i_bits), QFormat(1, 15), segment_bits)
    raws = np.arange(table.input.raw_max + 1)
    e = raws * table.input.lsb
    error = np.abs(activate(raws, table) * table.output.lsb - e / (1 + e))
    width = 2.0**table.offset_bits * table.input.lsb
    first = raws < 1 << table.offset_bits
    assert error[first].max() <= width**2 / 4 + 2 * table.output.lsb
    assert error[~first].max() <= width**2 / 8 + 2 * table.output.lsb


def test_plain_states_have_no_means():
    u, y = series()
    found = quantise(LTC(20, weight_bits=8).fit(u, y), u, y, formats=Formats(states="plain"))
    assert set(found.design.liquid.mean) == {0}


def test_in_a_chain():
    u, y = series()
    model = Chain(stages="ltc(units=20) >> esn(units=20)").fit(u, y)
    assert nrmse(y[200:], quantise(model, u, y).predict(u)[200:]) < 0.1
    u, y = irregular()
    model = Chain(stages="esn(units=5) >> ltc(units=20, timed=True)").fit(u, y)
    assert nrmse(y[200:], quantise(model, u, y).predict(u)[200:]) < 0.1


def test_saved_and_loaded(tmp_path):
    u, y = series()
    model = LTC(20, solver="explicit", substeps=3).fit(u, y)
    save_model(model, tmp_path / "model.npz")
    assert np.array_equal(load_model(tmp_path / "model.npz").predict(u), model.predict(u))


def test_it_classifies():
    t = np.arange(60)
    slow, fast = np.sin(t / 9)[:, None], np.sin(t / 3)[:, None]
    x, y = [slow, fast] * 8, [0, 1] * 8
    model = LTCClassifier(20, warmup=10).fit(x, y)
    assert list(model.predict([fast, slow])) == [1, 0]
    assert list(quantise(model, x, y).predict([fast, slow])) == [1, 0]


@pytest.mark.parametrize(("parameters", "message"), [
    ({"units": 0}, "units must be in 1..4096, not 0"),
    ({"in_degree": 200}, "in_degree must be at most units: 100, not 200"),
    ({"sr": -1.0}, "sr must be a finite number of at least 0, not -1"),
    ({"tau_min": 0.0}, "tau_min must be above 0 and at most tau_max, not 0 and 5"),
    ({"step": 0.0}, "step must be above 0, not 0"),
    ({"substeps": 2}, r"substeps must be an odd integer of 1\.\.15, not 2"),
    ({"substeps": 17}, r"substeps must be an odd integer of 1\.\.15, not 17"),
    ({"solver": "rk4"}, "solver must be one of explicit, fused, not 'rk4'"),
    ({"solver": "explicit", "step": 3.0, "tau_min": 1.0, "tau_max": 1.0},
     r"step must be at most 1 for the explicit solver \(\|1 - h \(1/tau \+ f\)\| <= 1 with "
     r"h = step / 1 and tau = 1\), not 3"),
])
def test_wrong_parameters(parameters, message):
    u, y = series(200)
    with pytest.raises(ValueError, match=message):
        LTC(**parameters).fit(u, y)


def test_an_interval_is_not_negative():
    u, y = irregular(200)
    u[150, 1] = -0.5
    with pytest.raises(ValueError, match="last input must be an interval of at least 0, not -0.5"):
        LTC(10, timed=True).fit(u, y)
    with pytest.raises(ValueError, match="timed needs an input besides the interval, the last one"):
        LTC(10, timed=True).fit(np.abs(u[:, 1:]), y)


@pytest.mark.parametrize(("parameters", "message"), [
    ({"tau_min": 1e-9}, r"step and tau_min must make the greatest rate of a sub-step, "
     r"step / substeps \(1 \+ 1 / tau\), 0.00195..1.64e\+04 in 16 bits, not 3.*e\+08 "
     r"\(with step 1, substeps 1, tau_min 1e-09\)"),
    ({"step": 1e5, "substeps": 3}, r"0.00195..3.28e\+04 in 16 bits, not 6.*e\+04 "
     r"\(with step 100000, substeps 3, tau_min 1"),
    ({"step": 1e-6}, r"not 1.*e-06 \(with step 1e-06, substeps 1, tau_min 1"),
    ({"bias_scaling": 60.0}, "the reservoir is saturated"),
    ({"input_scaling": 1e-9, "bias_scaling": 0.0}, "the reservoir is silent"),
])
def test_no_use(parameters, message):
    u, y = series()
    model = LTC(20, **parameters).fit(u, y)
    with pytest.raises(ValueError, match=message):
        quantise(model, u, y)
