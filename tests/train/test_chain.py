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
    ("esn(units=5, units=6) >> esn", "stages must give each parameter once, not units twice, as in "
                                     "'esn(units=5, units=6) >> esn'"),
])
def test_a_wrong_description_is_named(text, message):
    with pytest.raises(ValueError) as caught:
        stages_of(text)
    assert str(caught.value) == message


def test_an_unknown_parameter_is_named():
    u, y = series()
    with pytest.raises(ValueError, match=r"stages: esn has no parameter depth: choose from units"):
        Chain("esn(depth=3) >> esn").fit(u, y)
    with pytest.raises(ValueError, match="stages must be of cfc, cfc_pure, esn, .*, not 'water'"):
        Chain("water >> esn").fit(u, y)


@pytest.mark.parametrize(("stages", "kind", "message"), [
    ("esn(lr='a') >> esn", TypeError, "stages: esn.lr must be a number or a list of numbers, "
                                      "not 'a'"),
    ("esn(lr=1e400) >> esn", ValueError, "stages: esn.lr must be finite, not inf"),
    ("esn(seed=-1) >> esn", ValueError, "stages: esn.seed must be at least 0, not -1"),
    ("esn >> cfc(timed=3)", TypeError, "stages: cfc.timed must be true or false, not 3"),
    ("esn(units=5000) >> esn", ValueError, "stages: esn.units must be in 1..4096, not 5000"),
    ("esn(units=4000) >> esn(units=97)", ValueError,
     "units of all stages must be at most 4096, not 4097"),
    ("lsm(topology='given') >> esn", ValueError,
     "stages: lsm.topology must be one of grid, jumps, ring, small-world, uniform, not 'given', "
     "which is that of a network imported by from_nir"),
    ("lsm(schedule='lazy') >> esn", ValueError,
     "stages: lsm.schedule must be one of static, event, not 'lazy'"),
    ("esn >> lsm(schedule='event')", ValueError,
     "stages: lsm.schedule must be 'static' behind another liquid, not 'event'"),
    (" >> ".join(["esn"] * 3), ValueError, "units must be at least one a stage, 3, not 2"),
    ("cfc(timed=True) >> esn(units=3)", ValueError,
     "timed needs an input besides the interval, the last one, not 1 in all"),
])
def test_a_wrong_parameter_of_a_stage_is_named(stages, kind, message, says):
    u, y = series(200)
    with says(message, kind):
        Chain(stages, units=2).fit(np.abs(u), y)


@pytest.mark.parametrize("name", ["feedback=True", "warmup=5", "passthrough=True", "ridge=-1.0",
                                  "normalise=False", "pooling='last'"])
def test_what_is_the_chains_is_no_parameter_of_a_stage(name):
    u, y = series(200)
    with pytest.raises(ValueError, match=f"stages: esn has no parameter {name.split('=')[0]}: "
                                         "choose from units, lr"):
        Chain(f"esn({name}) >> esn").fit(u, y)


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


FIRST = ("esn", "cfc", "cfc(timed=True)", "cfc_pure", "cfc_pure(timed=True)", "fluid",
         "lsm(encoder='delta')", "lsm(encoder='population')", "lsm(encoder='rate')", "ltc",
         "ltc(timed=True)", "synaptic", "synaptic(timed=True)")
PAIRS = [*((first, "cfc(timed=True)") for first in FIRST),
         *((first, second) for first in ("fluid", "synaptic")
           for second in ("cfc_pure(timed=True)", "ltc(timed=True)"))]


def irregular():
    """A wave at random intervals, which come with each sample; the value 1 later is wanted."""
    dt = np.random.default_rng(0).uniform(0.1, 2.0, 600)
    t = np.cumsum(dt)
    return np.column_stack([np.sin(t / 3), dt]), np.sin((t + 1) / 3)[:, None]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_later_stage_takes_the_interval(first, second):
    """Whatever liquid hears the inputs first: a later one runs as in floats."""
    u, y = irregular()
    model = Chain(f"{first} >> {second}", units=24, weight_bits=8, warmup=50).fit(u, y)
    made = quantise(model, u, y)
    assert made.design.liquid.stages[1].timed
    floats, fixed = (nrmse(y[50:], p.predict(u)[50:].reshape(-1, 1)) for p in (model, made))
    assert fixed < 1.2 * floats + 0.02


def test_synapses_take_the_interval_only_as_the_first_stage():
    u, y = irregular()
    model = Chain("esn >> synaptic(timed=True)", units=24, weight_bits=8, warmup=50).fit(u, y)
    with pytest.raises(ValueError, match=r"chain.stages\[1\]: synaptic hears an interval only as "
                                         "the first stage"):
        quantise(model, u, y)


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
