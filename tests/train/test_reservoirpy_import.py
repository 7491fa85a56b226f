"""Networks of reservoirpy: the same states, the same outputs, and a design in one call."""

import numpy as np
import pytest
from reservoirpy.nodes import Input, Reservoir, Ridge

from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import quantise
from liquidgate.train.reservoirpy_import import from_reservoirpy

U = np.random.default_rng(0).uniform(-1, 1, (400, 1))
Y = np.roll(U, 2, axis=0) * U


def fitted(with_input=False, **changes):
    pool = Reservoir(**{"units": 50, "lr": 0.4, "sr": 0.9, "seed": 3, **changes})
    readout = Ridge(ridge=1e-5)
    if with_input:
        source = Input()
        model = [source, source >> pool] >> readout
    else:
        model = pool >> readout
    return model.fit(U, Y, warmup=50), pool


@pytest.mark.parametrize("changes", [
    {}, {"lr": np.linspace(0.1, 1.0, 50)}, {"rc_connectivity": 1.0}, {"bias": 0.3},
    {"input_scaling": 0.2, "sr": 1.2},
])
@pytest.mark.parametrize("with_input", [False, True])
def test_states_and_outputs_are_theirs(changes, with_input):
    model, pool = fitted(with_input, **changes)
    ours = from_reservoirpy(model)
    pool.reset()
    theirs = pool.run(U)
    assert np.abs(ours.states(U) - theirs).max() < 1e-12
    model.reset()
    assert np.abs(ours.predict(U) - model.run(U)).max() < 1e-11


def test_it_becomes_a_design_in_one_call():
    model, _ = fitted()
    ours = from_reservoirpy(model)
    q = quantise(ours, U, Y)
    assert nrmse(Y[100:], q.predict(U)[100:]) < 1.05 * nrmse(Y[100:], ours.predict(U)[100:])
    assert q.design.liquid.neurons == 50


def test_what_can_not_be_imported_is_named():
    with pytest.raises(TypeError, match="must be a reservoirpy model Reservoir >> Ridge, not a in"):
        from_reservoirpy(3)
    with pytest.raises(ValueError, match="the model must be fitted: call fit before importing it"):
        from_reservoirpy(Reservoir(10) >> Ridge())
    with pytest.raises(TypeError, match="not of Reservoir, Reservoir, Ridge"):
        from_reservoirpy(Reservoir(10) >> Reservoir(10) >> Ridge())
    model, _ = fitted(activation="sigmoid")
    with pytest.raises(ValueError, match="activation of the Reservoir must be tanh"):
        from_reservoirpy(model)
