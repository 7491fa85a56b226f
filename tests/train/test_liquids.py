"""A further liquid is a registry entry: nothing else on the float side has to know of it."""

from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.base import clone

from liquidgate.config import NetworkConfig, config_from, plain_config
from liquidgate.train import liquids, tasks
from liquidgate.train.arrays import Floats
from liquidgate.train.classifier import Classifier
from liquidgate.train.data import load
from liquidgate.train.network import Network
from liquidgate.train.regressor import Regressor
from liquidgate.train.reservoir import FloatReservoir
from liquidgate.train.search import search
from liquidgate.train.store import load_model


@dataclass(frozen=True, kw_only=True, eq=False)
class Delays(FloatReservoir):
    """Remembers the sums of its last inputs; the readout sees all but the newest."""

    line: Floats
    channels: int

    @property
    def units(self):
        return len(self.line)

    @property
    def inputs(self):
        return self.channels

    @property
    def taps(self):
        return self.units - 1

    def step(self, x, u):
        return np.concatenate([u.sum(axis=-1, keepdims=True), x[..., :-1]], axis=-1) * self.line

    def seen(self, x):
        return x[..., 1:]

    def stored_bits(self, weight_bits, state_bits):
        return self.units * state_bits

    def plain(self):
        return {"channels": self.channels}, {"line": self.line}

    @classmethod
    def restored(cls, settings, arrays):
        return cls(line=arrays["line"], channels=settings["channels"])


class DelayNetwork(Network):
    liquid = "delays"
    reservoir_class = Delays

    def __init__(self, units: int = 20, *, fade: float = 1.0, passthrough: bool = True,
                 ridge: float | str = 1e-6, warmup: int = 30, normalise: bool = True,
                 seed: int = 0, pooling: str = "mean") -> None:
        self.units, self.fade, self.passthrough, self.ridge = units, fade, passthrough, ridge
        self.warmup, self.normalise, self.seed, self.pooling = warmup, normalise, seed, pooling

    def draw(self, inputs, outputs):
        return Delays(line=np.full(self.units, self.fade), channels=inputs)


class DelayRegressor(DelayNetwork, Regressor):
    pass


class DelayClassifier(DelayNetwork, Classifier):
    pass


@pytest.fixture(autouse=True)
def delays(monkeypatch):
    kind = liquids.LiquidKind(
        kind="delays", regressor=DelayRegressor, classifier=DelayClassifier,
        quantise=lambda *given: 1 / 0, default={"passthrough": True},
        presets={"sunspots": {"units": 12}}, sizes=lambda liquid: {},
        space=lambda trial, data: {"fade": trial.suggest_float("fade", 0.5, 1.0)},
    )
    liquids.find.cache_clear()
    monkeypatch.setitem(liquids._KINDS, "delays", lambda: kind)
    yield
    liquids.find.cache_clear()


def test_it_is_trained_measured_searched_and_saved(tmp_path):
    data = load("sunspots")
    model = tasks.fit(data, liquid="delays", fade=0.9)
    assert type(model) is DelayRegressor and model.units == 12
    assert tasks.figure(data, model.predict(data.inputs)) < 0.6
    assert clone(model).get_params() == model.get_params()
    found = search(data, budget=2, liquid="delays")
    assert 0.5 <= found.parameters["fade"] <= 1.0 and found.parameters["liquid"] == "delays"
    model.save(tmp_path / "m.npz")
    back = load_model(tmp_path / "m.npz")
    assert np.array_equal(back.predict(data.inputs), model.predict(data.inputs))
    assert np.array_equal(back.generate(5), model.generate(5))


def test_states_wider_than_what_the_readout_sees_close_the_loop():
    wave = np.sin(np.arange(400) * 0.3)[:, None]
    model = DelayRegressor(units=5).fit(wave[:-1], wave[1:])
    assert model.readout_.weights.shape == (1, 4 + 1)
    assert np.allclose(model.generate(20, context=wave[:200]), wave[200:220], atol=1e-3)
    assert model.states(wave).shape == (400, 4) and model.trajectory(wave).shape == (400, 5)


def test_sequences_run_side_by_side_as_alone():
    rng = np.random.default_rng(0)
    x = [rng.standard_normal((6 + i, 2)) for i in range(10)]
    model = DelayClassifier(units=4, warmup=1, pooling="last").fit(x, [0, 1] * 5)
    alone = [model.reservoir_.run(model.scaled(s))[-1] for s in x]
    assert np.allclose(model.pooled_features(x)[:, :3], alone)


def test_its_parameters_are_the_keys_of_a_configuration():
    config = config_from({"network": {"liquid": "delays", "fade": 1, "units": 3}})
    assert config.network.changes() == {"fade": 1, "units": 3}
    assert config_from(plain_config(config)) == config
    assert config_from({"network": {"fade": 0.5}}, liquid="delays").network.liquid == "delays"
    with pytest.raises(ValueError, match="^unknown key network.sr: choose from units, fade, pass"):
        NetworkConfig(liquid="delays", parameters={"sr": 0.9})
    with pytest.raises(TypeError, match="^network.fade must be a number, not 'x'$"):
        NetworkConfig(liquid="delays", parameters={"fade": "x"})
    with pytest.raises(ValueError, match="^network.liquid must be delays, as --liquid says, not "):
        config_from({"network": {"liquid": "esn"}}, liquid="delays")
