import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.train.chain import Chain, ChainClassifier, stages_of
from liquidgate.train.esn_model import ESN
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import quantise
from liquidgate.train.store import load_model, save_model


def series(rows=900):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def test_a_description_is_parsed():
    assert stages_of("esn(lr=0.3, units=60) >> esn >> esn(weights='signs')") == [
        ("esn", {"lr": 0.3, "units": 60}), ("esn", {}), ("esn", {"weights": "signs"})]


@pytest.mark.parametrize("text, message", [
    ("esn", "stages must be at least 2, as in 'esn(lr=0.3) >> esn', not 'esn'"),
    ("esn >> ", "stages must be liquids as in 'esn(lr=0.3) >> esn', not 'esn >> '"),
    ("esn + esn", "stages must be liquids as in 'esn(lr=0.3) >> esn', not 'esn + esn'"),
    ("esn(3) >> esn", "stages must be liquids as in 'esn(lr=0.3) >> esn', not 'esn(3) >> esn'"),
    ("esn(**x) >> esn", "stages must be liquids as in 'esn(lr=0.3) >> esn', not 'esn(**x) >> esn'"),
    ("esn(lr=open) >> esn", "stages must have plain numbers and texts as parameters, "
                            "not 'esn(lr=open) >> esn'"),
    ("chain >> esn", "stages must not be chains themselves"),
])
def test_a_wrong_description_is_named(text, message):
    with pytest.raises(ValueError) as caught:
        stages_of(text)
    assert str(caught.value) == message


def test_an_unknown_parameter_is_named():
    u, y = series()
    with pytest.raises(ValueError, match=r"stages: esn has no parameter depth: choose from units"):
        Chain("esn(depth=3) >> esn").fit(u, y)
    with pytest.raises(ValueError, match="liquid must be one of .*chain, .*, not 'water'"):
        Chain("water >> esn").fit(u, y)


def test_each_stage_is_a_network_of_its_own():
    """Stage 1 over the scaled taps of stage 0 is an ESN's reservoir over these."""
    u, y = series()
    model = Chain("esn(lr=0.5) >> esn(lr=0.9)", units=21, seed=3).fit(u, y)
    first, second = model.reservoir_.stages
    assert (first.units, second.units) == (11, 10)
    alone = ESN(units=11, lr=0.5, sr=0.9, input_scaling=0.3, bias_scaling=0.2, in_degree=10,
                seed=3, passthrough=True).fit(u, y)
    states = model.states(u)
    np.testing.assert_array_equal(states[:, :11], alone.states(u))
    heard = model.reservoir_.heard(1, states[:, :11], model.scaled(u))
    np.testing.assert_array_equal(states[:, 11:], second.run(heard))
    assert np.abs(heard[model.warmup:].mean(axis=0)).max() < 0.05
    spread = heard[model.warmup:].std(axis=0)
    assert (spread > 0.7).all() and (spread < 1.5).all()


def test_steps_and_runs_agree_and_a_file_keeps_all(tmp_path):
    u, y = series()
    model = Chain("esn >> esn >> esn(activation='clip')", units=20).fit(u, y)
    x, found = model.reservoir_.start(), []
    for row in model.scaled(u[:50]):
        x = model.reservoir_.step(x, row)
        found.append(model.reservoir_.seen(x))
    np.testing.assert_allclose(found, model.states(u[:50]), atol=1e-12)
    save_model(model, tmp_path / "m.npz")
    np.testing.assert_array_equal(load_model(tmp_path / "m.npz").predict(u), model.predict(u))


def test_a_quantised_chain_forecasts_as_well():
    u, y = series()
    model = Chain("esn(lr=0.5) >> esn(lr=0.9)", units=40, weight_bits=8,
                  passthrough=True).fit(u[:700], y[:700])
    made = quantise(model, u[:700], y[:700])
    stages = made.design.liquid.stages
    assert [stage.kind for stage in stages] == ["esn", "esn"]
    assert stages[1].input.columns == stages[0].neurons
    fixed = nrmse(y[700:], made.predict(u)[700:].reshape(-1, 1))
    assert fixed < 1.3 * nrmse(y[700:], model.predict(u)[700:].reshape(-1, 1)) + 1e-3
    named = {point["point"]: point for point in made.report.plain()["points"]}
    assert {"stage0.state", "stage1.state", "state", "output"} <= set(named)
    assert named["stage1.state"]["snr_db"] > 50
    taps = Golden(made.design).states(made.design.input.encode(u))
    assert taps.shape == (len(u), 40)


def test_sequences_are_classified():
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    sequences = [np.sin(np.arange(40)[:, None] * (0.2 + 0.15 * k) + rng.uniform(0, 6))
                 for k in labels]
    model = ChainClassifier("esn >> esn", units=30, warmup=5, weight_bits=8)
    model.fit(sequences[:45], labels[:45])
    assert (model.predict(sequences[45:]) == labels[45:]).mean() > 0.9
    made = quantise(model, sequences[:45], labels[:45])
    assert (made.predict(sequences[45:]) == labels[45:]).mean() > 0.9
