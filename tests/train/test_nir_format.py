"""Spiking networks from and to NIR: the equations, the way there and back, the refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from liquidgate.golden import Golden
from liquidgate.train.lsm import Spiking
from liquidgate.train.lsm_encoders import Direct
from liquidgate.train.lsm_model import LSM, LSMClassifier
from liquidgate.train.nir_format import from_nir, to_nir
from liquidgate.train.quantise import Formats, fit_bits, quantise
from liquidgate.train.store import load_model

nir = pytest.importorskip("nir")
DT = 1e-3


def neurons(kind, n, rng):
    given = dict(r=rng.uniform(2, 6, n), v_leak=rng.uniform(-0.2, 0.4, n),
                 v_threshold=rng.uniform(0.8, 1.2, n), v_reset=rng.uniform(-0.3, 0.1, n))
    if kind == "LIF":
        return nir.LIF(tau=rng.uniform(3, 20, n) * DT, **given)
    return nir.CubaLIF(tau_mem=rng.uniform(3, 20, n) * DT, tau_syn=rng.uniform(1, 5, n) * DT,
                       w_in=rng.uniform(2, 3, n), **given)


def graph(kind="LIF", n=12, k=3, seed=0, **nodes):
    rng = np.random.default_rng(seed)
    own = {"in": nir.Input(np.array([k])), "ff": nir.Linear(rng.normal(0, 2, (n, k))),
           "pool": neurons(kind, n, rng), "rec": nir.Linear(rng.normal(0, 0.8, (n, n))),
           "out": nir.Output(np.array([n])), **nodes}
    edges = [("in", "ff"), ("ff", "pool"), ("pool", "rec"), ("rec", "pool"), ("pool", "out")]
    return nir.NIRGraph(nodes=own, edges=edges)


def euler(g, spikes):
    """NIR's own equations in NIR's own variables."""
    pool, ff, rec = (g.nodes[name] for name in ("pool", "ff", "rec"))
    cuba = isinstance(pool, nir.CubaLIF)
    n = len(pool.r)
    v, current, z, found = pool.v_reset.copy(), np.zeros(n), np.zeros(n), []
    for s in spikes:
        heard = ff.weight @ s + rec.weight @ z + getattr(ff, "bias", 0.0)
        current = (current + DT / pool.tau_syn * (pool.w_in * heard - current) if cuba else heard)
        tau = pool.tau_mem if cuba else pool.tau
        v = v + DT / tau * (pool.v_leak - v + pool.r * current)
        z = (v > pool.v_threshold).astype(float)
        v = np.where(z == 1, pool.v_reset, v)
        found.append(z)
    return np.array(found)


def inputs(steps=400, k=3, seed=1):
    return (np.random.default_rng(seed).random((steps, k)) < 0.2).astype(float)


@pytest.mark.parametrize("kind", ["LIF", "CubaLIF"])
def test_the_neurons_are_nirs(kind):
    g, u = graph(kind), inputs()
    expected = euler(g, u)
    model = from_nir(g, dt=DT, warmup=20)
    liquid = model.reservoir_
    assert 0.02 < expected.mean() < 0.6
    assert np.array_equal(liquid.spikes(liquid.trajectory(u)), expected)
    model.fit(u, u[:, :1])
    assert np.array_equal(model.raster(u), expected)

    wide = Formats(state_bits=24, weight_bits=18, input_bits=20)
    design = quantise(model, u, u[:, :1], formats=wide).design
    points = Golden(design).run(design.input.encode(u), trace=True).points
    assert (points["spike"] != expected).mean() < 0.02


def test_a_bias_is_a_current_of_lif():
    n = 12
    g = graph(ff=nir.Affine(np.random.default_rng(2).normal(0, 1, (n, 3)), np.full(n, 0.2)))
    liquid = from_nir(g, dt=DT).reservoir_
    assert np.array_equal(liquid.spikes(liquid.trajectory(inputs())), euler(g, inputs()))


def test_two_populations_hear_each_other_a_step_later():
    rng = np.random.default_rng(3)
    first, second = neurons("LIF", 4, rng), neurons("CubaLIF", 2, rng)
    g = nir.NIRGraph(
        nodes={"in": nir.Input(np.array([3])), "a": nir.Linear(rng.normal(size=(4, 3))),
               "one": first, "b": nir.Linear(rng.normal(size=(2, 4))), "two": second,
               "out": nir.Output(np.array([2]))},
        edges=[("in", "a"), ("a", "one"), ("one", "b"), ("b", "two"), ("two", "out")])
    liquid = from_nir(g, dt=DT).reservoir_
    assert liquid.W.shape == (6, 6)
    assert liquid.W[4:, :4].all() and not liquid.W[:4].any() and not liquid.Win[4:].any()


def nested(g, depth=1):
    """The graph with its neurons and recurrent weights in a graph in a graph, ``depth`` deep."""
    n = np.array([12])
    inner = nir.NIRGraph(
        nodes={"input": nir.Input(n), "lif": g.nodes["pool"], "w_rec": g.nodes["rec"],
               "output": nir.Output(n)},
        edges=[("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")])
    for _ in range(depth - 1):
        inner = nir.NIRGraph(nodes={"input": nir.Input(n), "in": inner, "output": nir.Output(n)},
                             edges=[("input", "in"), ("in", "output")])
    return nir.NIRGraph(
        nodes={"in": g.nodes["in"], "ff": g.nodes["ff"], "layer": inner, "out": g.nodes["out"]},
        edges=[("in", "ff"), ("ff", "layer"), ("layer", "out")])


@pytest.mark.parametrize("kind", ["LIF", "CubaLIF"])
@pytest.mark.parametrize("depth", [1, 3])
def test_graphs_in_graphs_are_made_flat(kind, depth, tmp_path: Path):
    g, u = graph(kind), inputs()
    nir.write(tmp_path / "nested.nir", nested(g, depth))
    liquid = from_nir(tmp_path / "nested.nir", dt=DT).reservoir_
    assert np.array_equal(liquid.spikes(liquid.trajectory(u)), euler(g, u))
    designs = [quantise(from_nir(each, dt=DT, warmup=20).fit(u, u[:, :1]), u, u[:, :1]).design
               for each in (nested(g, depth), g)]
    assert designs[0].digest == designs[1].digest


def test_layers_that_are_graphs_follow_each_other():
    """Two layers, the second of two inner graphs beside each other that add at the weights."""
    rng = np.random.default_rng(5)
    n = np.array([4])

    def layer(pool):
        return nir.NIRGraph(nodes={"input": nir.Input(n), "lif": pool, "output": nir.Output(n)},
                            edges=[("input", "lif"), ("lif", "output")])

    w = [rng.normal(size=(4, 4)) for _ in range(4)]
    pools = [neurons("LIF", 4, rng) for _ in range(3)]
    parts = {"in": nir.Input(n), **{f"w{k}": nir.Linear(w[k]) for k in range(4)},
             "out": nir.Output(n)}
    edges = [("in", "w0"), ("w0", "a"), ("a", "w1"), ("a", "w2"), ("w1", "b"), ("w2", "c"),
             ("b", "w3"), ("c", "w3"), ("w3", "a"), ("b", "out")]
    whole = [nir.NIRGraph(nodes={**parts, **dict(zip("abc", found))}, edges=edges)
             for found in (pools, map(layer, pools))]
    plain, made = (from_nir(g, dt=DT).reservoir_ for g in whole)
    assert np.array_equal(plain.W, made.W) and np.array_equal(plain.Win, made.Win)
    assert np.array_equal(plain.threshold, made.threshold)
    assert np.count_nonzero(made.W) == 4 * 16


def test_what_is_no_graph_is_named(says, tmp_path):
    text = tmp_path / "text.nir"
    text.write_text("no graph")
    with pytest.raises(ValueError, match="text.nir: not a file of a NIR graph: "):
        from_nir(text)
    with pytest.raises(FileNotFoundError, match="gone.nir: no such file"):
        from_nir(tmp_path / "gone.nir")
    with pytest.raises(TypeError, match="source must be a nir.NIRGraph or a file of one, not 3"):
        from_nir(3)


def test_inner_graphs_that_can_not_be_made_flat_are_named(says):
    g, n = graph(), np.array([12])
    two = nir.NIRGraph(nodes={"a": nir.Input(n), "b": nir.Input(n), "pool": g.nodes["pool"],
                              "y": nir.Output(n)},
                       edges=[("a", "pool"), ("b", "pool"), ("pool", "y")])
    parts = {"in": g.nodes["in"], "ff": g.nodes["ff"], "out": g.nodes["out"]}

    def around(inner, *more):
        return nir.NIRGraph(nodes={**parts, "sub": inner}, type_check=False,
                            edges=[("in", "ff"), ("ff", "sub"), ("sub", "out"), *more])

    with says("NIR node 'sub' of type NIRGraph must have one Input and one Output, not 2 and 1"):
        from_nir(around(two), dt=DT)
    through = nir.NIRGraph(nodes={"x": nir.Input(n), "y": nir.Output(n)}, edges=[("x", "y")])
    with says("NIR node 'sub' of type NIRGraph must hear itself through Linear or Affine alone"):
        from_nir(around(through, ("sub", "sub")), dt=DT)
    integrators = nir.NIRGraph(
        nodes={"x": nir.Input(n), "pool": nir.IF(r=np.ones(12), v_threshold=np.ones(12)),
               "y": nir.Output(n)}, edges=[("x", "pool"), ("pool", "y")])
    with says("NIR node 'sub.pool' of type IF is not supported: it must be one of Affine, CubaLIF, "
              "Input, LIF, Linear, Output"):
        from_nir(around(integrators), dt=DT)
    with says("NIR edge ('ff', 'gone') must be between nodes of its graph: 'in', 'ff', 'out', "
              "'sub'"):
        from_nir(around(through, ("ff", "gone")), dt=DT)
    with says("NIR node 'sub.x' must be there once, not twice"):
        from_nir(nir.NIRGraph(nodes={"sub.x": nir.Input(n), "sub": through}, edges=[],
                              type_check=False), dt=DT)
    recurrent = nir.NIRGraph(
        nodes={"x": nir.Input(n), "pool": g.nodes["pool"], "y": nir.Output(n)},
        edges=[("x", "pool"), ("pool", "y")])
    with says("NIR node 'sub.pool' of type LIF must hear others through Linear or Affine, not "
              "'sub.pool' of type LIF"):
        from_nir(around(recurrent, ("sub", "sub")), dt=DT)


@pytest.mark.parametrize("tau_syn", [0.0, 2.0], ids=["LIF", "CubaLIF"])
def test_there_and_back(tau_syn, tmp_path: Path):
    u = np.sin(np.arange(300) / 5)[:, None]
    model = LSM(30, encoder="population", tau_syn=tau_syn, refractory=0).fit(u[:-1], u[1:])
    nir.write(tmp_path / "liquid.nir", to_nir(model, dt=DT))
    back = from_nir(tmp_path / "liquid.nir", dt=DT, encoder="population", tap="trace")
    ours, theirs = model.reservoir_, back.reservoir_
    for name in ("W", "Win", "bias", "threshold", "current_decay", "membrane_decay"):
        assert getattr(theirs, name) == pytest.approx(getattr(ours, name), rel=1e-12, abs=1e-15)
    back.fit(u[:-1], u[1:])
    assert np.array_equal(back.raster(u), model.raster(u))


def test_graphs_stay_what_they_are():
    g = graph("CubaLIF")
    again = from_nir(to_nir(from_nir(g, dt=DT), dt=DT), dt=DT).reservoir_
    once = from_nir(g, dt=DT).reservoir_
    for name in ("W", "Win", "bias", "threshold", "current_decay", "membrane_decay"):
        assert getattr(again, name) == pytest.approx(getattr(once, name), rel=1e-12, abs=1e-15)


def test_a_given_network_is_never_drawn_anew(tmp_path: Path):
    g, u = graph(), inputs()
    y = np.convolve(u[:, 0], [0.6, 0.4])[:400, None]
    model = from_nir(g, dt=DT, warmup=20, ridge=1e-3).fit(u, y)
    assert np.array_equal(clone(model).fit(u, y).raster(u), euler(g, u))
    model.save(tmp_path / "m.npz")
    assert np.array_equal(load_model(tmp_path / "m.npz").fit(u, y).raster(u), euler(g, u))
    assert fit_bits(model, u, y, within=0.3).design.liquid.neurons == 12


def test_it_classifies():
    sequences = [inputs(30, seed=k) * (k % 2) for k in range(20)]
    model = from_nir(graph(), dt=DT, estimator=LSMClassifier, warmup=0)
    model.fit(sequences, [k % 2 for k in range(20)])
    assert model.score(sequences, [k % 2 for k in range(20)]) >= 0.9


def test_what_is_not_supported_is_named(says):
    n = 12
    with says("NIR node 'pool' of type IF is not supported: it must be one of Affine, CubaLIF, "
              "Input, LIF, Linear, Output"):
        from_nir(graph(pool=nir.IF(r=np.ones(n), v_threshold=np.ones(n))))
    with says("NIR node 'pool' of type LIF must have tau of at least dt = 1 s, not "
              f"{graph().nodes['pool'].tau.min():g}"):
        from_nir(graph(), dt=1.0)
    with says("NIR node 'ff' of type Affine must have no bias before 'pool' of type CubaLIF"):
        from_nir(graph("CubaLIF", ff=nir.Affine(np.ones((n, 3)), np.ones(n))), dt=DT)
    plain = graph()
    direct = nir.NIRGraph(nodes={"in": nir.Input(np.array([n])), "pool": plain.nodes["pool"],
                                 "out": nir.Output(np.array([n]))},
                          edges=[("in", "pool"), ("pool", "out")])
    with says("NIR node 'pool' of type LIF must hear others through Linear or Affine, not 'in' of "
              "type Input"):
        from_nir(direct, dt=DT)
    with says("a NIR graph must have one Input and at least one of CubaLIF, LIF, not 1 and 0"):
        from_nir(nir.NIRGraph(nodes={"in": nir.Input(np.array([2])),
                                     "out": nir.Output(np.array([2]))}, edges=[("in", "out")]))
    with says("the encoder must make the 3 spike channels that the given network hears, not 8"):
        from_nir(graph(), dt=DT, encoder="population").fit(inputs()[:, :1], inputs()[:, :1])


@pytest.mark.parametrize(("parameters", "message"), [
    (dict(delay=3, refractory=0), "delay must be 0 to be written in NIR"),
    (dict(refractory=1), "refractory must be 0 to be written in NIR"),
    (dict(refractory=0, adaptation=0.1), "adaptation must be 0 to be written in NIR"),
    (dict(refractory=0, utilisation=0.5), "utilisation must be 0 to be written in NIR"),
    (dict(refractory=0, reset="subtract"), "reset must be 'zero' to be written in NIR"),
])
def test_what_nir_can_not_say(parameters, message, says):
    with says(message):
        to_nir(LSM(**parameters).draw(1, 1))


def test_a_neuron_that_never_forgets_has_no_time_constant(says):
    liquid = Spiking(encoder=Direct(inputs=1), W=np.zeros((1, 1)), Win=np.ones((1, 1)),
                     delay=np.zeros((1, 1)), input_delay=np.zeros((1, 1)), bias=0.0, threshold=1.0,
                     current_decay=0.0, membrane_decay=1.0, trace_decay=0.5, adaptation=0.0,
                     adaptation_decay=0.0, refractory=0)
    with says("membrane_decay must be below 1 to be written in NIR"):
        to_nir(liquid)
