"""Search over hyperparameters with Optuna: seeded, of a stated budget, blind to the test range."""

from __future__ import annotations

import dataclasses
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from liquidgate.train import liquids, tasks
from liquidgate.train.data.dataset import DataSet, Split
from liquidgate.train.liquids import DEFAULT_LIQUID

Score = Callable[[DataSet, dict[str, Any]], float]

HELD_BACK = 0.2
"""Share of train that validates when the data set has no validation range."""
FAILED = 1e9
"""Score of parameters that can not be trained."""


@dataclass(frozen=True)
class Found:
    """The best hyperparameters, their validation score (less is better), and the trials' scores."""

    parameters: dict[str, Any]
    score: float
    trials: tuple[float, ...]


def without_test(data: DataSet) -> DataSet:
    """The data set cut before its test range, with its validation range in the test's place.

    Nothing of the test range is in the result, so no search on it can see the future.
    """
    train, validation = data.split.train, data.split.validation
    if validation[0] == validation[1]:
        if data.kind == "classification":
            return _hold_back_sequences(data)
        edge = train[1] - round(HELD_BACK * (train[1] - train[0]))
        train, validation = (train[0], edge), (edge, train[1])
    stop = validation[1]
    return dataclasses.replace(
        data, inputs=data.inputs[:stop], targets=data.targets[:stop],
        split=Split(train, (train[1], train[1]), validation),
    )


def _hold_back_sequences(data: DataSet) -> DataSet:
    """Every fifth sequence of each class of train validates."""
    start, stop = data.split.train
    labels = np.asarray(data.targets[start:stop])
    rank = np.zeros(len(labels), dtype=int)
    for label in np.unique(labels):
        rank[labels == label] = np.arange((labels == label).sum())
    held = rank % 5 == 4
    order = start + np.concatenate([np.flatnonzero(~held), np.flatnonzero(held)])
    edge = int((~held).sum())
    return dataclasses.replace(
        data, inputs=tuple(data.inputs[i] for i in order), targets=data.targets[order],
        split=Split((0, edge), (edge, edge), (edge, len(order))),
    )


def validation_score(data: DataSet, parameters: dict[str, Any], *, seeds: int = 2) -> float:
    """Mean score over network seeds of ``parameters`` on data from ``without_test``.

    Less is better: accuracy counts as errors, memory capacity as its negative; with a closed
    loop, the logarithms of both its figure and the one-step figure count.
    """
    scores = []
    for seed in range(seeds):
        model = tasks.fit(data, **{"seed": seed, **parameters})
        value = tasks.figure(data, tasks.predict(model, data))
        if data.metric == "accuracy":
            value = 1.0 - value
        elif data.metric == "memory_capacity":
            value = -value
        elif data.closed_loop:
            loop = tasks.closed_loop(model, data)  # type: ignore[arg-type]
            value = np.log10(max(value, 1e-12)) + np.log10(max(loop, 1e-12))
        scores.append(float(value))
    return float(np.mean(scores))


def chained_score(data: DataSet, parameters: dict[str, Any], *, folds: int = 3,
                  seeds: int = 2) -> float:
    """Mean ``validation_score`` over ``folds`` blocks, each trained on all rows before it.

    For short series, whose one validation range is a matter of luck. The rows of ``data`` from
    ``without_test`` are cut into folds + 2 blocks, of which the first two only train.
    """
    if data.kind != "regression":
        raise ValueError(f"a chained score needs rows in order of time: {data.name} has none")
    if type(folds) is not int or folds < 1:
        raise ValueError(f"folds must be an integer of at least 1, not {folds!r}")
    edges = np.linspace(0, data.split.test[1], folds + 3).astype(int).tolist()[2:]
    scores = []
    for edge, stop in zip(edges, edges[1:]):
        part = dataclasses.replace(
            data, inputs=data.inputs[:stop], targets=data.targets[:stop],
            split=Split((0, edge), (edge, edge), (edge, stop)),
        )
        scores.append(validation_score(part, parameters, seeds=seeds))
    return float(np.mean(scores))


def suggest(trial: Any, data: DataSet, *, liquid: str = DEFAULT_LIQUID) -> dict[str, Any]:
    """One draw from the liquid's search space."""
    found = liquids.find(liquid).space(trial, data)
    if data.closed_loop:
        # one-step errors would choose a ridge too weak for a stable loop
        found["ridge"] = trial.suggest_float("ridge", 1e-11, 1e-3, log=True)
    return found


def search(data: DataSet, *, budget: int = 50, seed: int = 0, score: Score = validation_score,
           space: Callable[[Any, DataSet], dict[str, Any]] | None = None,
           **fixed: Any) -> Found:
    """Tries ``budget`` draws (tree-structured Parzen estimator) and returns the best.

    Parameters
    ----------
    data : the whole data set; its test range is cut off before anything else happens.
    budget : number of trials.
    seed : of the search.
    score : (data without test, parameters) to a number, less is better.
    space : (trial, data) to parameters; by default the liquid's own.
    fixed : parameters kept as they are, e.g. units=100; ``liquid`` is one of them.
    """
    import optuna

    if type(budget) is not int or budget < 1:
        raise ValueError(f"budget must be an integer of at least 1, not {budget!r}")
    if space is None:
        space = partial(suggest, liquid=fixed.get("liquid", DEFAULT_LIQUID))
    known = without_test(data)
    optuna.logging.set_verbosity(logging.ERROR)  # what fails is raised, not logged
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    tried: list[dict[str, Any]] = []

    def objective(trial: Any) -> float:
        drawn = space(trial, known)
        if "in_degree" in drawn and "units" in fixed:  # a draw knows nothing of the units given
            drawn["in_degree"] = min(drawn["in_degree"], fixed["units"])
        parameters = {**drawn, **fixed}
        tried.append(parameters)
        with warnings.catch_warnings():
            # bad draws may overflow in closed loop: they lose, they do not stop the search
            warnings.simplefilter("ignore", RuntimeWarning)
            value = score(known, parameters)
        return value if np.isfinite(value) else FAILED

    study.optimize(objective, n_trials=budget)
    best = study.best_trial
    values = tuple(float(t.value) for t in study.trials if t.value is not None)
    return Found(tried[best.number], values[best.number], values)
