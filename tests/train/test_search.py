"""A search is seeded, keeps its budget, and never sees the test range."""

import dataclasses

import numpy as np
import pytest

from liquidgate.train import search as module
from liquidgate.train.data import load
from liquidgate.train.search import FAILED, chained_score, search, without_test

SPACE = dict(units=15, in_degree=4, ridge=1e-6)


def scrambled(data):
    """The same data with another test range."""
    start, stop = data.split.test
    rng = np.random.default_rng(9)
    order = np.arange(len(data.inputs))
    order[start:stop] = rng.permutation(order[start:stop])
    targets = data.targets[order]
    if data.kind == "classification":
        targets[start:stop] = rng.permutation(targets[start:stop])
        inputs = tuple(data.inputs[i] * (2.0 if i >= start else 1.0) for i in order)
    else:
        inputs = data.inputs[order]
        inputs[start:stop] *= 3.0
        targets[start:stop] -= 1e3
    return dataclasses.replace(data, inputs=inputs, targets=targets)


# without and with a validation range, symbols, a closed loop, sequences
@pytest.mark.parametrize("name, options", [
    ("sunspots", {}), ("laser", {}), ("japanese_vowels", {}),
    ("channel", dict(train=400, validation=200, test=200)),
    ("mackey_glass17", dict(train=400, validation=300, test=200)),
])
def test_a_search_is_seeded_and_never_sees_the_test_range(name, options):
    data = load(name, **options)
    first = search(data, budget=2, seed=1, **SPACE)
    assert first == search(data, budget=2, seed=1, **SPACE)
    assert first == search(scrambled(data), budget=2, seed=1, **SPACE)
    assert len(first.trials) == 2 and first.score == min(first.trials)
    assert first.parameters["units"] == 15


def test_no_draw_asks_for_more_sources_than_units():
    """The space of ``synaptic`` goes up to 30."""
    data = load("henon", train=300, validation=0, test=60)
    found = search(data, budget=2, liquid="synaptic", units=3, warmup=20)
    assert found.parameters["in_degree"] <= 3


def test_another_seed_draws_otherwise():
    def drawn(seed):
        seen = []
        search(load("sunspots"), budget=3, seed=seed,
               score=lambda data, p: seen.append(p["sr"]) or len(seen))
        return seen

    assert len(drawn(1)) == 3 and drawn(1) == drawn(1) != drawn(2)


def test_the_best_trial_wins_and_what_fails_loses():
    scores = iter([3.0, np.nan, 1.0, np.inf, 2.0])
    tried = []
    found = search(load("sunspots"), budget=5,
                   score=lambda data, p: tried.append(p) or next(scores), units=7)
    assert found.trials == (3.0, FAILED, 1.0, FAILED, 2.0)
    assert found.score == 1.0 and found.parameters == tried[2] and tried[2]["units"] == 7


def test_a_score_gets_no_test_rows():
    seen = []
    search(load("laser_long"), budget=1, score=lambda known, p: seen.append(known) or 0.0)
    assert len(seen[0].inputs) == 5000 and seen[0].split.test == (2000, 5000)
    known = without_test(load("laser"))
    assert known.split.train == (0, 2400) and known.split.test == (2400, 3000)
    assert len(known.inputs) == len(known.targets) == 3000


def test_sequences_are_held_back_by_class():
    data = load("japanese_vowels")
    order = np.random.default_rng(0).permutation(270)  # the file is sorted by class
    order = np.append(order, np.arange(270, 640))
    data = dataclasses.replace(data, inputs=tuple(data.inputs[i] for i in order),
                               targets=data.targets[order])
    known = without_test(data)
    start, stop = known.split.test
    assert (start, stop) == (216, 270) and len(known.inputs) == 270
    assert np.bincount(known.targets[start:stop]).tolist()[1:] == [6] * 9
    kept = {id(s) for s in data.inputs[:270]}
    assert {id(s) for s in known.inputs} == kept


@pytest.mark.parametrize("budget", [0, 2.0, True])
def test_a_search_needs_a_budget(says, budget):
    with says(f"budget must be an integer of at least 1, not {budget!r}"):
        search(load("sunspots"), budget=budget)


def test_a_chained_score_learns_each_block_from_the_rows_before_it(monkeypatch):
    known, parts = without_test(load("sunspots")), []
    monkeypatch.setattr(module, "validation_score",
                        lambda data, p, seeds: parts.append((data, p, seeds)) or len(parts))
    assert chained_score(known, {"sr": 0.5}, folds=3, seeds=4) == 2.0  # the mean of 1, 2, 3
    assert [data.split.test for data, *_ in parts] == [(88, 132), (132, 176), (176, 221)]
    for data, parameters, seeds in parts:
        edge, stop = data.split.test
        assert data.split.train == (0, edge) and len(data.inputs) == len(data.targets) == stop
        assert np.array_equal(data.inputs, known.inputs[:stop])
        assert (parameters, seeds) == ({"sr": 0.5}, 4)


def test_a_chained_search_never_sees_the_test_range():
    data = load("sunspots")
    first, other = (search(d, budget=2, seed=1, score=chained_score, **SPACE)
                    for d in (data, scrambled(data)))
    assert first == other


@pytest.mark.parametrize("name, options, message", [
    ("japanese_vowels", {}, "a chained score needs rows in order of time: "
     "japanese_vowels has none"),
    ("sunspots", {"folds": 0}, "folds must be an integer of at least 1, not 0"),
    ("sunspots", {"folds": True}, "folds must be an integer of at least 1, not True"),
])
def test_wrong_chains(says, name, options, message):
    with says(message):
        chained_score(without_test(load(name)), SPACE, **options)
