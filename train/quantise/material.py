"""What quantisation is given: training data as sequences, and the drives of a reservoir."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from liquidgate.train.classifier import ESNClassifier
from liquidgate.train.esn import Floats
from liquidgate.train.model import ESN
from liquidgate.train.network import table
from liquidgate.train.quantise.reservoir import Drive
from liquidgate.train.readout import one_hot

Model: TypeAlias = ESN | ESNClassifier
FINEST_GRID = 40
"""Fraction bits looked for in data; finer data counts as continuous."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Training data as sequences, in the data's units; ``skip``: washout of each."""

    inputs: list[Floats]
    targets: list[Floats]
    skip: int
    decision: str


def material(model: Model, inputs: Any, targets: Any) -> Material:
    if isinstance(model, ESNClassifier):
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


def drive(weights: Floats | None, offset: Floats, scale: Floats, rows: Floats,
           names: tuple[str, ...], bits: int, units: int) -> Drive:
    return Drive(
        weights=np.zeros((units, rows.shape[1])) if weights is None else weights,
        offset=offset, scale=scale, low=rows.min(axis=0), high=rows.max(axis=0),
        grid=np.array([_grid(column) for column in rows.T]), names=names, bits=bits,
    )


def _grid(values: Floats) -> int:
    """Least f such that all values are multiples of 2**-f; ``FINEST_GRID`` when there is none."""
    for f in range(-16, FINEST_GRID):
        raws = values * 2.0**f
        if np.array_equal(raws, np.round(raws)):
            return f
    return FINEST_GRID


def interleaved(marks: Floats) -> np.ndarray:
    """An order in which each fold of a cross-validation has all classes."""
    labels = marks.argmax(axis=1)
    rank = [int(np.sum(labels[:i] == c)) for i, c in enumerate(labels)]
    return np.argsort(rank, kind="stable")
