"""Float against fixed: outputs of a design on a data set, and their figures."""

from __future__ import annotations

from typing import Any

import numpy as np

from liquidgate.spec import Design
from liquidgate.train import tasks
from liquidgate.train.data import DataSet
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise import answers
from liquidgate.train.tasks import Model


def outputs(design: Design, data: DataSet, *, pooling: str = "mean") -> Any:
    """Golden's answers to all inputs, in the data's units: (T, O), or a class's index a sequence.

    One run from the first state; each sequence of a classification from there again. A
    sequence's class is that of the greatest pooled score: the mean after the washout, or the
    "last" one.
    """
    if data.kind == "classification":
        scores = answers.pooled_scores(design, data.inputs, data.washout, pooling)
        return scores.argmax(axis=1)
    return answers.outputs(design, data.inputs)


def evaluate(model: Model, design: Design, data: DataSet) -> dict[str, Any]:
    """Figures of both on the test range.

    Returns
    -------
    dict : "metric", "float", "fixed" (the data set's own metric), "baselines" (by name), and for
    a regression "nrmse" of "float" and "fixed".
    """
    floats, fixed = both(model, design, data)
    result: dict[str, Any] = {
        "metric": data.metric,
        "float": tasks.figure(data, floats),
        "fixed": tasks.figure(data, fixed),
        "baselines": tasks.baseline_figures(data),
    }
    if data.kind == "regression":
        rows = slice(*data.split.test)
        result["nrmse"] = {"float": nrmse(data.targets[rows], floats[rows]),
                           "fixed": nrmse(data.targets[rows], fixed[rows])}
    return result


def both(model: Model, design: Design, data: DataSet) -> tuple[Any, Any]:
    """(float, fixed) outputs for all rows; labels for a classification."""
    floats, fixed = tasks.predict(model, data), outputs(design, data, pooling=model.pooling)
    if data.kind == "classification":
        return floats, np.asarray(model.classes_)[fixed]  # type: ignore[union-attr]
    return np.asarray(floats).reshape(data.targets.shape), fixed
