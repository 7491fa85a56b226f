"""Networks of reservoirpy: the same states, the same outputs, and a design in one call."""

import numpy as np
import pytest
import scipy.sparse as sp
from reservoirpy import ESN
from reservoirpy.mat_gen import bernoulli
from reservoirpy.nodes import Input, Reservoir, Ridge

from liquidgate.golden import Golden
from liquidgate.spec import lgd
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import quantise
from liquidgate.train.reservoirpy_import import from_reservoirpy

U = np.random.default_rng(0).uniform(-1, 1, (400, 2))
Y = np.stack([np.roll(U[:, 0], 2) * U[:, 1], np.roll(U[:, 1], 1)], axis=1)
CLOSE = 1e-12


def fitted(shape="plain", inputs=2, outputs=2, ridge=None, **changes):
    """(model, its Reservoir), fitted there."""
    pool = Reservoir(**{"units": 50, "lr": 0.4, "sr": 0.9, "seed": 3, **changes})
    readout = Ridge(**{"ridge": 1e-4, **(ridge or {})})
    source = Input()
    model = {
        "plain": lambda: pool >> readout,
        "with an Input": lambda: source >> pool >> readout,
        "inputs first": lambda: [source, source >> pool] >> readout,
        "states first": lambda: [source >> pool, source] >> readout,
    }[shape]()
    return model.fit(U[:, :inputs], Y[:, :outputs], warmup=50), pool


def check(model, pool, inputs=2):
    """States and outputs from zero states are theirs."""
    u = U[:, :inputs]
    ours = from_reservoirpy(model)
    for node in model.nodes:
        node.reset()
    theirs = model.run(u)
    theirs = theirs["readout"] if isinstance(theirs, dict) else theirs
    assert np.abs(ours.predict(u) - theirs).max() < CLOSE
    pool.reset()
    assert np.abs(ours.states(u) - pool.run(u)).max() < CLOSE


@pytest.mark.parametrize("changes", [
    {}, {"lr": np.linspace(0.1, 1.0, 50)}, {"rc_connectivity": 1.0, "input_connectivity": 1.0},
    {"bias": 0.3}, {"bias": bernoulli}, {"bias": np.linspace(-1, 1, 50)},
    {"input_scaling": [0.2, 1.5], "sr": 1.2}, {"inputs": 1, "outputs": 1},
    {"ridge": {"fit_bias": False}}, {"dtype": np.float32}, {"units": 300, "ridge": {"ridge": 1.0}},
    {"W": sp.csr_array(np.roll(0.9 * np.eye(50), 1, axis=0))}, {"W": np.diag(np.full(50, 0.5))},
])
@pytest.mark.parametrize("shape", ["plain", "with an Input", "inputs first", "states first"])
def test_states_and_outputs_are_theirs(shape, changes):
    check(*fitted(shape, **changes), inputs=changes.get("inputs", 2))


@pytest.mark.parametrize("options", [
    {}, {"input_to_readout": True}, {"return_reservoir_activity": True},
    {"input_to_readout": True, "return_reservoir_activity": True},
])
def test_their_own_class_of_networks(options):
    model = ESN(units=50, sr=0.9, lr=0.4, ridge=1e-4, seed=1, **options).fit(U, Y, warmup=50)
    check(model, model.reservoir)


@pytest.mark.parametrize("shape", ["plain", "inputs first"])
@pytest.mark.parametrize("changes", [
    {}, {"rc_connectivity": 1.0, "lr": np.linspace(0.2, 1.0, 50), "bias": bernoulli},
])
def test_it_becomes_a_legal_design_in_one_call(tmp_path, shape, changes):
    ours = from_reservoirpy(fitted(shape, **changes)[0])
    q = quantise(ours, U, Y)
    assert nrmse(Y[100:], q.predict(U)[100:]) < 1.05 * nrmse(Y[100:], ours.predict(U)[100:])
    assert (q.design.liquid.neurons, q.design.inputs, q.design.outputs) == (50, 2, 2)
    lgd.save(q.design, tmp_path / "x.lgd")  # legal: it is checked on its way back
    back = lgd.load(tmp_path / "x.lgd")
    raws = q.design.input.encode(U)
    assert np.array_equal(Golden(back).run(raws), Golden(q.design).run(raws))


def test_what_can_not_be_imported_is_named(says):
    with says("the model must be a reservoirpy model Reservoir >> Ridge, not a int", TypeError):
        from_reservoirpy(3)
    with says("the model must be fitted: call fit before importing it"):
        from_reservoirpy(Reservoir(10) >> Ridge())
    with says("the model must be Reservoir >> Ridge, not of Reservoir, Reservoir, Ridge",
              TypeError):
        from_reservoirpy(Reservoir(10) >> Reservoir(10) >> Ridge())
    with says("the activation of the Reservoir must be tanh, not 'sigmoid'"):
        from_reservoirpy(fitted(activation="sigmoid")[0])
    with says("the model must have no feedback or delayed connection"):
        from_reservoirpy(ESN(units=10, feedback=True, ridge=1e-4).fit(U, Y))
    first, second = Input(name="first"), Input(name="second")
    model = [first >> Reservoir(10), second] >> Ridge(1e-4)
    with says("the model must have one input, not 2"):
        from_reservoirpy(model.fit({"first": U, "second": U}, Y))
    source = Input()
    model = (source >> Reservoir(10, name="pool")) & (source >> Ridge(1e-4, name="readout"))
    with says("the Ridge must see the Reservoir"):
        from_reservoirpy(model.fit(U, {"readout": Y}))
