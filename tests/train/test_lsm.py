"""The float liquid state machine: its steps, what it is drawn from, its training."""

from __future__ import annotations

import numpy as np
import pytest

from liquidgate.train import grid, tasks
from liquidgate.train.data import load
from liquidgate.train.lsm import Spiking
from liquidgate.train.lsm_encoders import (
    Bsa,
    Delta,
    Direct,
    Population,
    Rate,
    encoder_from,
)
from liquidgate.train.lsm_model import LSM, LSMClassifier
from liquidgate.train.store import load_model


def series(rows=700):
    t = np.arange(rows + 1)
    u = np.sin(t / 5) * np.sin(t / 17) + 0.3 * np.sin(t / 3)
    return u[:-1, None], u[1:, None]


def random_liquid(rng, n=9, k=2, **changes):
    """Every constant its own, on binary fractions, so that no order of adding matters."""
    def drawn(*shape, low=-1.0, high=1.0):
        return np.round(rng.uniform(low, high, shape) * 64) / 64

    some = rng.random((n, n)) < 0.5
    given = dict(
        encoder=Delta(inputs=k, size=0.25), W=drawn(n, n) * some, Win=drawn(n, 2 * k),
        delay=rng.integers(0, 4, (n, n)), input_delay=rng.integers(0, 3, (n, 2 * k)),
        bias=drawn(n, low=0, high=0.3), threshold=drawn(n, low=0.5, high=1.5),
        current_decay=drawn(n, low=0, high=0.75), membrane_decay=drawn(n, low=0.5, high=1.0),
        trace_decay=drawn(n, low=0.5, high=0.9), adaptation_decay=drawn(n, low=0.5, high=0.9),
        adaptation=drawn(n, low=0, high=0.3), refractory=rng.integers(0, 3, n))
    return Spiking(**{**given, **changes})


def by_hand(net, U):
    """Each neuron of each step, in the words of the docstring; (T, N) spikes and taps."""
    n, spiked, sent, taps = net.units, [], net.encoded(U), []
    c, v, a, x, rest = ([0.0] * n for _ in range(5))
    for t in range(len(U)):
        now = []
        for i in range(n):
            heard = sum(net.W[i, j] * spiked[t - 1 - int(net.delay[i, j])][j]
                        for j in range(n) if t - 1 - net.delay[i, j] >= 0)
            heard += sum(net.Win[i, e] * sent[t - int(net.input_delay[i, e])][e]
                         for e in range(sent.shape[1]) if t - net.input_delay[i, e] >= 0)
            c[i] = net.current_decay[i] * c[i] + heard
            awake = rest[i] == 0
            if awake:
                v[i] = net.membrane_decay[i] * v[i] + c[i] + net.bias[i]
            level = net.threshold[i] + a[i]
            fires = awake and v[i] >= level
            if fires:
                v[i] = v[i] - level if net.reset == "subtract" else 0.0
            rest[i] = net.refractory[i] if fires else max(rest[i] - 1, 0)
            a[i] = net.adaptation_decay[i] * a[i] + net.adaptation[i] * fires
            if net.tap == "count":
                x[i] = (0 if t % net.window == 0 else x[i]) + fires
            else:
                x[i] = net.trace_decay[i] * x[i] + fires
            now.append(float(fires))
        spiked.append(now)
        taps.append(list(v if net.tap == "membrane" else x))
    return np.array(spiked), np.array(taps)


@pytest.mark.parametrize("reset", ["zero", "subtract"])
@pytest.mark.parametrize("tap", ["trace", "count", "membrane"])
def test_a_step_is_what_the_docstring_says(reset, tap):
    net = random_liquid(np.random.default_rng(1), reset=reset, tap=tap, window=7)
    U = np.random.default_rng(2).normal(size=(60, 2)).cumsum(axis=0) * 0.3
    states = net.trajectory(U)
    spiked, taps = by_hand(net, U)
    assert 0.05 < spiked.mean() < 0.6
    assert np.array_equal(net.spikes(states), spiked)
    assert net.seen(states) == pytest.approx(taps, abs=1e-12)


def test_sequences_side_by_side_are_those_alone():
    net = random_liquid(np.random.default_rng(3))
    rng = np.random.default_rng(4)
    sequences = [rng.normal(size=(length, 2)) for length in (5, 30, 17)]
    for together, one in zip(net.run_many(sequences), sequences):
        assert together == pytest.approx(net.run(one), abs=1e-12)


def test_many_sources_are_heard_as_few(monkeypatch):
    U = np.random.default_rng(2).normal(size=(40, 2)).cumsum(axis=0)
    dense = random_liquid(np.random.default_rng(5)).run(U)
    monkeypatch.setattr("liquidgate.train.lsm.DENSE_SOURCES", 0)
    assert np.array_equal(random_liquid(np.random.default_rng(5)).run(U), dense)


def test_delta_follows_by_its_size():
    encoder = Delta(inputs=1, size=0.5)
    u = np.array([[0.4], [0.5], [2.0], [2.0], [2.0], [1.6], [0.1]])
    memory, found = encoder.start(), []
    for row in u:
        memory, spikes = encoder.step(memory, row)
        found.append(spikes.tolist())
    assert found == [[0, 0], [1, 0], [1, 0], [1, 0], [1, 0], [0, 0], [0, 1]]
    assert memory == [1.5]


def test_fields_are_awake_near_their_centres():
    encoder = Population(inputs=2, fields=3, reach=1.0, radius=0.75)
    assert encoder.step(encoder.start(), np.array([0.5, -1.0]))[1].tolist() == [0, 1, 1, 1, 0, 0]
    assert encoder.step(encoder.start(), np.array([0.75, 9.0]))[1].tolist() == [0, 0, 1, 0, 0, 0]


def test_rates_are_those_of_the_input():
    encoder = Rate(inputs=3, reach=2.0)
    memory, total = encoder.start(), np.zeros(3)
    for _ in range(4000):
        memory, spikes = encoder.step(memory, np.array([-2.0, 1.0, 2.0]))
        total += spikes
    assert total[0] == 0 and total[2] == 4000
    assert total[1] / 4000 == pytest.approx(0.75, abs=0.02)


def test_spikes_through_the_filter_are_the_input_again():
    u = 0.8 * np.sin(np.arange(600) / 40)[:, None]
    encoder = Bsa(inputs=1, reach=1.0, length=15, margin=0.8)
    memory, spikes = encoder.start(), []
    for row in u:
        memory, fired = encoder.step(memory, row)
        spikes.append(fired[0])
    # a spike comes length - 1 steps after the first sample of what it stands for
    back = np.convolve(spikes, encoder.filter)[14:14 + 600] - 1.0
    error = back[50:500] - u[50:500, 0]
    assert error.std() < 0.1 * u.std() and abs(error.mean()) < 0.1


def test_spikes_pass_as_they_are():
    assert Direct(inputs=3).step(np.zeros(0), np.array([0.0, 1.0, -2.0]))[1].tolist() == [0, 1, 1]


def test_the_grid_connects_by_distance_and_kind():
    rng = np.random.default_rng(0)
    excitatory = grid.kinds(125, 0.8, rng)
    assert excitatory.sum() == 100
    places = grid.positions(125)
    assert len({tuple(p) for p in places}) == 125 and places.max() == 4
    chance = grid.probabilities(excitatory, 2.0)
    for i, j in ((3, 77), (20, 21), (124, 0)):
        pair = "EI"[not excitatory[j]] + "EI"[not excitatory[i]]
        wanted = grid.CONNECTION[pair] * np.exp(-((places[i] - places[j]) ** 2).sum() / 4.0)
        assert chance[i, j] == pytest.approx(wanted)
    assert not chance.diagonal().any()
    assert grid.probabilities(excitatory, 2.0, 1e9).max() == 1


def test_a_liquid_has_the_shares_and_signs_asked_for():
    net = LSM(216, recurrent_scaling=0.7, delay=3, encoder="delta", density=2.0).draw(1, 1)
    signs = np.sign(net.W)
    assert all(set(column) in ({0, 1}, {0, -1}, {0}) for column in signs.T)
    inhibiting = (signs.min(axis=0) < 0).sum()
    assert inhibiting == round(0.2 * 216)
    assert np.abs(net.W).sum(axis=1).mean() == pytest.approx(0.7)
    assert set(net.delay[net.W != 0]) == {0, 1, 2, 3}
    ring = LSM(20, topology="ring").draw(1, 1)
    assert (np.count_nonzero(ring.W, axis=1) == 1).all()


def test_parts_do_not_depend_on_each_others_size():
    one, two = LSM(30, seed=5).draw(1, 1), LSM(30, seed=5, fields=9, delay=2).draw(1, 1)
    assert np.array_equal(one.W, two.W) and np.array_equal(one.bias, two.bias)
    assert np.array_equal(one.membrane_decay, two.membrane_decay)
    assert not np.array_equal(one.W, LSM(30, seed=6).draw(1, 1).W)


def test_each_kind_of_pair_is_connected_as_asked(tmp_path):
    """An infinite reach leaves C alone; what is not given is as it was."""
    wanted = {"EE": 0.6, "EI": 0.0, "II": 1.0}
    u, y = series(200)
    model = LSM(200, connection=wanted, distance=1e6, warmup=50).fit(u, y)
    w = model.reservoir_.W
    sends = (w.sum(axis=0) > 0)
    kinds = {pair: w[np.ix_(sends == (pair[1] == "E"), sends == (pair[0] == "E"))]
             for pair in grid.CONNECTION}
    for pair, part in kinds.items():
        pairs = part.size - len(part) * (pair[0] == pair[1])  # nobody hears itself
        share = np.count_nonzero(part) / pairs
        assert share == pytest.approx({**grid.CONNECTION, **wanted}[pair], abs=0.02), pair
    model.save(tmp_path / "m.npz")
    back = load_model(tmp_path / "m.npz")
    assert back.connection == wanted and np.array_equal(back.reservoir_.W, w)
    assert np.array_equal(LSM(30, connection=dict(grid.CONNECTION)).draw(1, 1).W,
                          LSM(30).draw(1, 1).W)


def test_inputs_are_late_as_asked():
    plain, late = LSM(30, delay=2).draw(2, 1), LSM(30, delay=2, input_delay=3).draw(2, 1)
    assert not plain.input_delay.any()
    assert set(late.input_delay[late.Win != 0]) == {0, 1, 2, 3} and late.delays == 4
    assert np.array_equal(plain.delay, late.delay) and np.array_equal(plain.Win, late.Win)


def test_random_spikes_are_of_the_seed():
    def spikes(seed):
        return LSM(5, encoder="rate", seed=seed).draw(2, 1).encoded(np.zeros((100, 2)))

    assert np.array_equal(spikes(3), spikes(3))
    assert (spikes(3) != spikes(4)).mean() > 0.3


def test_model_files_without_a_seed_of_the_encoder_keep_their_spikes():
    """Before the seed was the model's, the shift register of all models began at 0xACE1."""
    old = encoder_from({"kind": "rate", "inputs": 1, "reach": 2.0})
    assert old.start().tolist() == [0xACE1]
    new = Rate(inputs=1, reach=2.0, seed=77)
    assert encoder_from(new.plain()).start().tolist() == [77]


def test_weights_and_decays_on_the_circuits_grid():
    net = LSM(50, weight_bits=6).draw(2, 1)
    every = np.hstack([net.W, net.Win])
    unit = 2.0 ** np.floor(np.log2(31.5 / np.abs(every).max()))
    assert np.array_equal(every * unit, np.round(every * unit))
    assert np.abs(every * unit).max() <= 31
    assert np.array_equal(net.membrane_decay * 256, np.round(net.membrane_decay * 256))
    assert LSM(5, tau_syn=0.0).draw(1, 1).current_decay.tolist() == [0] * 5


def test_laser_is_forecast_better_than_by_a_linear_filter():
    data = load("laser")
    model = tasks.fit(data, liquid="lsm")
    assert tasks.figure(data, model.predict(data.inputs)) < 0.1  # AR(20): 0.1745


def test_patterns_of_spikes_are_told_by_their_counts():
    rng = np.random.default_rng(0)
    few, many = ([(rng.random((40, 2)) < p).astype(float) for _ in range(12)] for p in (0.1, 0.3))
    model = LSMClassifier(30, encoder="direct", tap="count", window=40, pooling="last",
                          input_scaling=2.0, input_connectivity=1.0, warmup=0)
    model.fit([*few[:8], *many[:8]], [0] * 8 + [1] * 8)
    assert list(model.predict([*few[8:], *many[8:]])) == [0] * 4 + [1] * 4
    counts = model.reservoir_.run(few[0])
    assert np.array_equal(counts, model.reservoir_.spikes(
        model.reservoir_.trajectory(few[0])).cumsum(axis=0))


def test_a_raster_shows_all_spikes():
    u, y = series(200)
    model = LSM(40, warmup=50).fit(u, y)
    raster = model.raster(u)
    assert raster.shape == (200, 40) and set(np.unique(raster)) == {0, 1}


@pytest.mark.parametrize("encoder", ["bsa", "delta", "population", "rate"])
def test_saved_and_loaded(encoder, tmp_path):
    u, y = series(300)
    model = LSM(20, encoder=encoder, delay=2, adaptation=0.2, tap="membrane").fit(u, y)
    model.save(tmp_path / "model.npz")
    back = load_model(tmp_path / "model.npz")
    assert np.array_equal(back.predict(u), model.predict(u))
    assert np.array_equal(back.generate(3), model.generate(3))


@pytest.mark.parametrize(("parameters", "kind", "message"), [
    ({"units": 0}, ValueError, "units must be in 1..4096, not 0"),
    ({"units": 2.5}, TypeError, "units must be an integer, not 2.5"),
    ({"encoder": "morse"}, ValueError,
     "encoder must be one of bsa, delta, direct, population, rate, not 'morse'"),
    ({"delta": 0.0, "encoder": "delta"}, ValueError,
     "delta must be a finite number above 0, not 0.0"),
    ({"radius": 0.3}, ValueError,
     "radius must be a power of two with the encoder population, not 0.3"),
    ({"reach": 3.0, "encoder": "rate"}, ValueError,
     "reach must be a power of two with the encoder rate, not 3.0"),
    ({"fields": 1}, ValueError, "fields must be in 2..64, not 1"),
    ({"refractory": 16}, ValueError, "refractory must be in 0..15, not 16"),
    ({"delay": -1}, ValueError, "delay must be in 0..15, not -1"),
    ({"excitatory": 1.5}, ValueError, "excitatory must be at most 1, not 1.5"),
    ({"tau_mem": -1.0}, ValueError, "tau_mem must be a finite number of at least 0, not -1.0"),
    ({"tau_mem": "long"}, TypeError, "tau_mem must be a number, not 'long'"),
    ({"reset": "half"}, ValueError, "reset must be one of subtract, zero, not 'half'"),
    ({"tap": "spikes"}, ValueError, "tap must be one of count, membrane, trace, not 'spikes'"),
    ({"schedule": "lazy"}, ValueError, "schedule must be one of static, event, not 'lazy'"),
    ({"topology": "ring", "in_degree": 30, "units": 20}, ValueError,
     "in_degree must be at most units: 20, not 30"),
    ({"topology": "given"}, ValueError,
     "topology must be one of grid, jumps, ring, small-world, uniform, not 'given', which is that "
     "of a network imported by from_nir"),
    ({"input_scaling": 1e300}, ValueError, "input_scaling must be at most 1000, not 1e+300"),
    ({"adaptation": 1e30}, ValueError, "adaptation must be at most 1000, not 1e+30"),
    ({"spread": 800.0}, ValueError, "spread must be at most 10, not 800"),
    ({"distance": 1e-300}, ValueError,
     "distance must be a finite number of at least 0.01, not 1e-300"),
    ({"distance": 1e300}, ValueError, "distance must be at most 1e+06, not 1e+300"),
    ({"utilisation": 1e-5}, ValueError,
     "utilisation must be 0, or at least 6.1e-05, the circuit's unit, not 1e-05"),
    ({"input_delay": 16}, ValueError, "input_delay must be in 0..15, not 16"),
    ({"weight_bits": 2.5}, TypeError, "weight_bits must be an integer, not 2.5"),
    ({"pooling": "sum"}, ValueError, "pooling must be one of mean, last, not 'sum'"),
    ({"connection": 0.3}, TypeError,
     "connection must be a table of probabilities by kind of pair, not 0.3"),
    ({"connection": {"EX": 0.3}}, ValueError,
     "connection must have keys of EE, EI, IE, II, not 'EX'"),
    ({"connection": {"EE": 1.5}}, ValueError, "connection[EE] must be at most 1, not 1.5"),
    ({"connection": {"EE": "all"}}, TypeError, "connection[EE] must be a number, not 'all'"),
    ({"connection": {"EE": 0.3}, "topology": "ring"}, ValueError,
     "connection goes with topology 'grid', not 'ring'"),
])
def test_wrong_parameters(parameters, kind, message, says):
    u, y = series(200)
    with says(message, kind):
        LSM(**parameters).fit(u, y)


@pytest.mark.parametrize(("changes", "message"), [
    ({"refractory": np.full(9, 0.5)}, "refractory must be whole steps in 0..15, not 0.5"),
    ({"threshold": 0.0}, "threshold must be above 0, not 0"),
    ({"membrane_decay": 1.5}, "membrane_decay must be in 0..1, not 1.5..1.5"),
    ({"bias": np.zeros(3)}, "bias must have one value a neuron: 9, not 3"),
    ({"Win": np.zeros((9, 3))}, "Win must be of shape (9, 4), not (9, 3)"),
    ({"tap": "spikes"}, "tap must be one of trace, count, membrane, not 'spikes'"),
])
def test_wrong_liquids(changes, message, says):
    with says(message):
        random_liquid(np.random.default_rng(0), **changes)
