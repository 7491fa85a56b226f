"""The float fluid network, its training and its quantisation."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.train.data import load
from liquidgate.train.fluid import Flow, stiffness
from liquidgate.train.fluid_model import Fluid, FluidClassifier
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import Formats, quantise
from liquidgate.train.store import load_model, save_model

PHI = {"linear": lambda d: d, "clip": lambda d: min(max(d, -1.0), 1.0), "tanh": np.tanh}


def series(rows=900):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def drawn(phi="tanh", **changes):
    rng = np.random.default_rng(0)
    edges = np.array([[0, 1], [0, 3], [1, 2], [2, 3], [3, 4]])
    return Flow(**{"edges": edges, "conductivity": rng.uniform(0.1, 0.3, 5),
                   "density": rng.uniform(1, 2, 5), "viscosity": rng.uniform(0, 0.2, 5),
                   "Win": rng.normal(size=(5, 2)), "bias": rng.normal(size=5), "phi": phi,
                   **changes})


@pytest.mark.parametrize("phi", sorted(PHI))
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_step_is_the_equation(phi, rate):
    flow = drawn(phi, rate=rate, growth=0.5, ceiling=0.25)
    rng = np.random.default_rng(1)
    p, u = rng.normal(size=5), rng.normal(size=2)
    g = flow.conductivity.copy()
    mass = flow.density * p + flow.Win @ u + flow.bias - flow.viscosity * p
    for e, (i, j) in enumerate(flow.edges):
        q = g[e] * PHI[phi](p[i] - p[j])
        mass[i] -= q
        mass[j] += q
        g[e] = min(g[e] + rate * (0.5 * abs(q) - g[e]), 0.25)
    state = np.concatenate([p, flow.conductivity]) if rate else p
    wanted = np.concatenate([mass / flow.density, g]) if rate else mass / flow.density
    assert flow.step(state, u) == pytest.approx(wanted, rel=1e-12)
    assert flow.step(np.stack([state] * 2), np.stack([u] * 2))[1] == pytest.approx(wanted)


@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_trajectory_is_its_steps(rate):
    flow = drawn(rate=rate, growth=0.5, ceiling=0.25)
    u, x = np.random.default_rng(2).normal(size=(20, 2)), flow.start()
    for row, found in zip(u, flow.trajectory(u)):
        x = flow.step(x, row)
        assert found == pytest.approx(x, rel=1e-12)
    assert np.array_equal(flow.run(u), flow.trajectory(u)[:, :5])


def test_mass_is_kept_without_viscosity_and_drive():
    flow = drawn(viscosity=np.zeros(5), bias=np.zeros(5))
    p = np.random.default_rng(3).normal(size=5)
    run = flow.trajectory(np.zeros((300, 2)), state=p)
    assert run @ flow.density == pytest.approx(flow.density @ p, rel=1e-12)
    assert np.ptp(run[-1]) < 1e-3 < np.ptp(p)  # and spreads evenly


def test_at_the_stated_limit_a_linear_step_is_stable_and_beyond_it_not():
    flow = drawn("linear", bias=np.zeros(5), viscosity=np.zeros(5))
    fast = stiffness(flow.edges, flow.conductivity, flow.density)
    edge = replace(flow, conductivity=flow.conductivity * 1.999 / fast)
    x = np.random.default_rng(4).normal(size=5)
    assert np.abs(edge.trajectory(np.zeros((4000, 2)), state=x)[-1]).max() < 3
    largest = flow.conductivity.max() * 2 / fast
    with pytest.raises(ValueError, match=r"up to .*, where \S+ is the largest that is") as caught:
        replace(flow, conductivity=flow.conductivity * 2.001 / fast)
    advised = float(re.search(r"where (\S+) is", str(caught.value))[1])
    assert 0.999 * largest < advised <= largest
    replace(flow, conductivity=flow.conductivity * advised / flow.conductivity.max())


@pytest.mark.parametrize(("changes", "message"), [
    ({"edges": np.array([[0, 1]])}, r"edges must be pairs of nodes, one a conductivity: \(5, 2\)"),
    ({"edges": np.array([[0, 1], [0, 3], [2, 1], [2, 3], [3, 4]])},
     r"edges\[2\] must be nodes i < j of 0..4, not 2, 1"),
    ({"bias": np.zeros(4)}, "bias must have one row a node: 5, not 4"),
    ({"density": np.zeros(5)}, "density must be above 0, not 0"),
    ({"viscosity": np.full(5, -0.1)}, "viscosity must be at least 0, not -0.1"),
    ({"viscosity": np.full(5, 9.0)}, "viscosity must be at most 2 densities, not "),
    ({"phi": "sin"}, r"phi must be one of \['clip', 'linear', 'tanh'\], not 'sin'"),
    ({"rate": 2.0}, "rate must be in 0..1, growth and ceiling at least 0, not 2, 0, 1"),
])
def test_wrong_networks(changes, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        drawn(**changes)


@pytest.mark.parametrize("topology", ["grid", "small-world", "uniform"])
def test_what_is_drawn_is_as_asked_for(topology):
    model = Fluid(40, topology=topology, conductivity=1.9, viscosity=0.1, density=3.0,
                  weight_bits=6, seed=3)
    flow, again = model.draw(1, 1), model.draw(1, 1)
    assert np.array_equal(flow.conductivity, again.conductivity)
    assert stiffness(flow.edges, flow.conductivity, flow.density) == pytest.approx(1.9, abs=0.1)
    unit = 2.0 ** np.ceil(np.log2(flow.conductivity.max() / 63.5))
    assert np.array_equal(flow.conductivity / unit, np.round(flow.conductivity / unit))
    assert 1 <= flow.density.min() < 1.3 and 2.5 < flow.density.max() <= 3
    assert flow.viscosity == pytest.approx(0.1 * flow.density)


@pytest.mark.parametrize("phi", sorted(PHI))
def test_golden_is_near_the_equations_without_rounding(phi):
    u, y = series()
    model = Fluid(30, phi=phi, density=2.0, weight_bits=8).fit(u, y)
    found = quantise(model, u, y, formats=Formats(state_bits=20))
    points = {point.point: point for point in found.report.points}
    assert list(points) == ["drive", "gradient", "activation", "flow", "loss", "pressure",
                            "state", "output"]
    assert points["state"].snr_db > 70
    assert all(point.saturated == 0 for point in found.report.points)
    exact, fixed = nrmse(y[200:], model.predict(u)[200:]), nrmse(y[200:], found.predict(u)[200:])
    assert fixed < 1.1 * exact + 1e-3


def test_raw_taps_times_their_scale_are_the_float_pressures():
    u, y = series(400)
    model = Fluid(20, phi="linear", input_scaling=3.0, passthrough=True, weight_bits=8).fit(u, y)
    design = quantise(model, u, y, formats=Formats(state_bits=20)).design
    raws = Golden(design).states(design.input.encode(u))
    floats = model.reservoir_.run(model.scaled(u))
    scale = np.abs(floats).max() / np.abs(raws).max()
    assert np.abs(raws * scale - floats).max() < 0.02 * np.abs(floats).max()


def test_saved_and_loaded(tmp_path):
    u, y = series()
    model = Fluid(20).fit(u, y)
    save_model(model, tmp_path / "model.npz")
    assert np.array_equal(load_model(tmp_path / "model.npz").predict(u), model.predict(u))


def test_it_classifies():
    t = np.arange(60)
    slow, fast = np.sin(t / 9)[:, None], np.sin(t / 3)[:, None]
    model = FluidClassifier(20, warmup=10).fit([slow, fast] * 8, [0, 1] * 8)
    assert list(model.predict([fast, slow])) == [1, 0]
    found = quantise(model, [slow, fast] * 8, [0, 1] * 8)
    assert list(found.predict([fast, slow])) == [1, 0]


@pytest.mark.parametrize(("parameters", "kind", "message"), [
    ({"units": 1}, ValueError, "units must be in 2..4096, not 1"),
    ({"units": 2.5}, TypeError, "units must be an integer, not 2.5"),
    ({"in_degree": 200}, ValueError, "in_degree must be at most units: 100, not 200"),
    ({"density": 0.5}, ValueError, "density must be a finite number of at least 1, not 0.5"),
    ({"input_scaling": "x"}, TypeError, "input_scaling must be a number, not 'x'"),
    ({"input_connectivity": 1.5}, ValueError, "input_connectivity must be at most 1, not 1.5"),
    ({"conductivity": 0.0}, ValueError,
     "conductivity must be a finite number of at least 1e-06, not 0.0"),
    ({"density": 1e6}, ValueError, "density must be at most 32768, not 1e[+]06"),
    ({"input_scaling": 1e300}, ValueError, "input_scaling must be at most 1e[+]06, not 1e[+]300"),
    ({"viscosity": 2.0}, ValueError, "viscosity must be at most 1.99, not 2"),
    ({"weight_bits": 0}, ValueError, "weight_bits must be in 2..18, not 0"),
    ({"rate": 0.6}, ValueError, "rate must be at most 0.5, not 0.6"),
    ({"rate": 1e-9}, ValueError, "rate must be 0, or at least 0.000244, not 1e-09"),
    ({"rate": 0.1, "growth": 0.0}, ValueError, "growth must be above 0 with a rate, not 0"),
    ({"conductivity": 1.8, "viscosity": 0.3}, ValueError,
     "conductivity must be at most 1.7, 2 less the viscosity, for an explicit step to be stable, "
     "not 1.8"),
    ({"topology": "star"}, ValueError, "topology must be one of "),
])
def test_wrong_parameters(parameters, kind, message):
    u, y = series(200)
    with pytest.raises(kind, match=f"^{message}"):
        Fluid(**parameters).fit(u, y)


@pytest.mark.parametrize("phi", ["tanh", "clip", "linear"])
def test_conductivities_that_follow_their_flow(phi, tmp_path):
    """The floats' own way through training, and a forecast as good, in integers."""
    u, y = series()
    parameters = dict(rate=2.0**-6, growth=10.0, input_scaling=0.4, weight_bits=8)
    model = Fluid(30, phi=phi, **parameters).fit(u, y)
    flow = model.reservoir_
    assert flow.adapts and flow.rate == 2.0**-6 and np.log2(flow.ceiling) % 1 == 0
    assert stiffness(flow.edges, np.full(len(flow.edges), flow.ceiling), flow.density) <= 1.5
    grown = model.trajectory(u)[:, 30:]
    assert (grown.min(axis=0) < grown.max(axis=0)).all() and grown.max() <= flow.ceiling
    model.save(tmp_path / "m.npz")
    assert np.array_equal(load_model(tmp_path / "m.npz").predict(u), model.predict(u))

    made = quantise(model, u, y)
    fluid = made.design.liquid
    assert fluid.adaptive and fluid.adaptation.decay == 2.0 ** (fluid.adaptation.shift - 6)
    found = Golden(made.design).run(made.design.input.encode(u), trace=True).points["conductivity"]
    assert np.abs(found * fluid.conductivity.lsb - grown).max() < 0.01 * flow.ceiling
    named = {row["point"]: row["snr_db"] for row in made.report.rows()}
    assert named["conductivity"] > 40
    assert nrmse(y[200:], made.predict(u)[200:]) < 1.1 * nrmse(y[200:], model.predict(u)[200:])


@pytest.mark.parametrize("state_bits", [12, 16, 20, 24])
@pytest.mark.parametrize(("rate", "growth"), [(0.5, 4.0), (0.125, 3.0), (0.3, 20.0), (2**-12, 5.0)])
def test_growth_keeps_its_bits_in_every_format(rate, growth, state_bits):
    u, y = series(400)
    model = Fluid(20, rate=rate, growth=growth, input_scaling=0.4, weight_bits=8).fit(u, y)
    made = quantise(model, u, y, formats=Formats(state_bits=state_bits))
    fluid = made.design.liquid
    rule, one = fluid.adaptation, 2.0**fluid.adaptation.shift
    assert abs(rule.decay / one / rate - 1) < 2**-7
    # a flow's raw unit to a conductivity's; phi's own scale is 1 with tanh
    exact = rate * growth * fluid.flow.lsb / fluid.conductivity.lsb
    assert abs(rule.growth / one / exact - 1) < 2**-7
    assert rule.growth >= 1 << 7


def test_dense_vessels_have_masses_that_fit():
    u, y = series()
    for density, viscosity in ((30_000.0, 0.05), (20_000.0, 0.5)):
        model = Fluid(20, density=density, viscosity=viscosity, conductivity=0.5).fit(u, y)
        made = quantise(model, u, y, formats=Formats(state_bits=20))
        assert max(made.design.liquid.viscosity) < 1 << 18
        assert nrmse(y[200:], made.predict(u)[200:]) < 0.05


@pytest.mark.parametrize(("parameters", "message"), [
    ({"rate": 0.1, "growth": 1e-3}, "the fluid dries out: all of 4. conductivities end below "
                                    "0.00390625 of the ceiling; raise growth or input_scaling"),
    ({"rate": 2.0**-12, "growth": 1e6}, r"growth must be at most .* with rate 0.000244141, "
                                        "not 1e[+]06"),
    ({"bias_scaling": 300.0}, "the fluid is saturated: .* of .* flows are beyond 0.98 of their "
                              "most in most steps; lower input_scaling or bias_scaling"),
    ({"input_scaling": 1e-9}, "the fluid is silent: the pressures of 20 of 20 nodes move by less "
                              "than 1e-05; raise input_scaling"),
])
def test_no_use(parameters, message):
    u, y = series()
    model = Fluid(20, **parameters).fit(u, y)
    with pytest.raises(ValueError, match=message):
        quantise(model, u, y)


def test_laser_in_fixed_point_is_as_good_as_in_floats():
    data, test = load("laser"), slice(3100, 3900)
    model = Fluid(weight_bits=8, passthrough=True, bias_scaling=0.3, input_scaling=0.3)
    model.fit(data.inputs[:3000], data.targets[:3000])
    found = quantise(model, data.inputs[:3000], data.targets[:3000],
                     formats=Formats(state_bits=18))
    exact = nrmse(data.targets[test], model.predict(data.inputs)[test])
    assert exact < 0.3
    assert nrmse(data.targets[test], found.predict(data.inputs)[test]) < 1.05 * exact
