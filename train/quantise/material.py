"""What quantisation is given: training data as sequences, and the drives of a reservoir."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats, table
from liquidgate.train.classifier import Classifier
from liquidgate.train.liquids import Model
from liquidgate.train.readout import one_hot


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Training data as sequences, in the data's units; ``skip``: washout of each."""

    inputs: list[Floats]
    targets: list[Floats]
    skip: int
    decision: str


def material(model: Model, inputs: Any, targets: Any) -> Material:
    if isinstance(model, Classifier):
        sequences = [table(s, f"inputs[{i}]") for i, s in enumerate(inputs)]
        labels = np.searchsorted(model.classes_, np.asarray(targets))
        marks = one_hot(labels, len(model.classes_))
        return Material(inputs=sequences, skip=model.warmup, decision="argmax",
                     targets=[np.tile(m, (len(s), 1)) for m, s in zip(marks, sequences)])
    u, y = table(inputs, "inputs"), table(targets, "targets")
    if len(u) != len(y):
        raise ValueError(f"inputs and targets must have equally many rows, not {len(u)} "
                         f"and {len(y)}")
    if len(u) < model.warmup + 10:
        raise ValueError(f"inputs must have at least warmup + 10 = {model.warmup + 10} rows, "
                         f"not {len(u)}")
    return Material(inputs=[u], targets=[y], skip=model.warmup, decision="none")


def interleaved(marks: Floats) -> np.ndarray:
    """An order in which each fold of a cross-validation has all classes."""
    labels = marks.argmax(axis=1)
    rank = [int(np.sum(labels[:i] == c)) for i, c in enumerate(labels)]
    return np.argsort(rank, kind="stable")
