"""The classifier of sequences."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from liquidgate.train.esn_model import ESNClassifier


def sequences():
    labels = np.array(["a", "b"] * 10)
    return [np.sin(np.arange(10 + i) * (0.3 if c == "a" else 0.9))[:, None]
            for i, c in enumerate(labels)], labels


def small(**changes):
    return ESNClassifier(**{"units": 25, "in_degree": 5, "warmup": 2, "ridge": 1e-3, **changes})


def test_it_learns_two_tones():
    x, labels = sequences()
    model = small()
    assert model.fit(x, labels) is model
    assert model.classes_.tolist() == ["a", "b"]
    assert (model.predict(x) == labels).all() and model.score(x, labels) == 1.0


@pytest.mark.parametrize("passthrough", [False, True])
def test_scores_are_mean_outputs_of_each_sequence_alone(passthrough):
    x, labels = sequences()
    model = small(passthrough=passthrough).fit(x, labels)
    for sequence, found in zip(x, model.decision_function(x)):
        scaled = (sequence - model.input_offset_) * model.input_scale_
        states = model.reservoir_.run(scaled)
        seen = np.hstack([states, scaled]) if passthrough else states
        outputs = seen @ model.readout_.weights.T + model.readout_.bias
        assert np.allclose(found, outputs[2:].mean(axis=0))


def test_the_last_outputs_may_stand_for_a_sequence():
    x, labels = sequences()
    model = small(pooling="last").fit(x, labels)
    mean = small().fit(x, labels)
    states = model.reservoir_.run(model.scaled(x[3]))
    assert np.allclose(model.decision_function(x)[3], model.readout_.predict(states)[-1])
    assert not np.allclose(model.decision_function(x), mean.decision_function(x))
    assert (model.predict(x) == labels).all()


def test_a_sequence_shorter_than_the_warmup_counts_with_its_last_step():
    x, labels = sequences()
    model = small().fit(x, labels)
    short = x[0][:1]
    assert np.allclose(model.pooled_features([short]),
                       model.reservoir_.run(model.scaled(short))[-1:])


def test_it_has_scikit_learns_habits():
    x, labels = sequences()
    model = small(sr=0.3)
    assert clone(model).get_params() == model.get_params()
    grid = GridSearchCV(model, {"ridge": [1e-3, 1e9]}, cv=StratifiedKFold(2)).fit(x, labels)
    assert grid.best_params_ == {"ridge": 1e-3}
    with pytest.raises(NotFittedError):
        small().predict(x)


@pytest.mark.parametrize("call, message", [
    (lambda x, y: small(feedback=True).fit(x, y),
     "feedback must be False: a classifier has no outputs to feed back"),
    (lambda x, y: small().fit(x, y[:-1]), "X and y must be equally many, not 20 and 19"),
    (lambda x, y: small().fit([], []), "X must hold at least one sequence"),
    (lambda x, y: small().fit(x, y).predict([]), "X must hold at least one sequence"),
    (lambda x, y: small().fit([x[0], np.ones((4, 2))], y[:2]), "X[1] must have 1 columns, not 2"),
    (lambda x, y: small().fit([x[0], np.ones((0, 1))], y[:2]), "X[1] must not be empty"),
    (lambda x, y: small().fit(x, y).predict([np.ones((4, 2))]),
     "X must have 1 columns, as in training, not 2"),
    (lambda x, y: small(pooling="sum").fit(x, y), "pooling must be one of mean, last, not 'sum'"),
    (lambda x, y: small(warmup=-1).fit(x, y), "warmup must be at least 0, not -1"),
])
def test_wrong_sequences(says, call, message):
    with says(message):
        call(*sequences())
