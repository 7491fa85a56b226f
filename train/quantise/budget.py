"""Formats chosen by a budget: of error, or of memory. Only training data is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from sklearn.base import clone

from liquidgate.train.arrays import Floats, table
from liquidgate.train.classifier import Classifier
from liquidgate.train.liquids import Model
from liquidgate.train.metrics import nrmse
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.quantise import Quantised, quantise
from liquidgate.train.readout import one_hot

HELD_BACK = 5
"""One part in so many of the training data judges; the rest trains."""
STATE_BITS = range(4, 19)
READOUT_BITS = (6, 8, 10, 12, 14, 16)
WEIGHT_BITS = (4, 6, 8)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Parts:
    """Data cut in two; errors are NRMSE of outputs, or of mean scores."""

    train: tuple[Any, Any]
    judge: tuple[Any, Any]
    whole: tuple[Any, Any]

    def error(self, model: Model | Quantised, shape: Model) -> float:
        """On the held-back part; a series runs through from its start."""
        if isinstance(shape, Classifier):
            marks = one_hot(np.searchsorted(shape.classes_, self.judge[1]), len(shape.classes_))
            scores = (model.scores if isinstance(model, Quantised) else model.decision_function)
            return nrmse(marks, scores(self.judge[0]))
        cut = len(self.train[0])
        found = table(model.predict(self.whole[0]), "predictions")[cut:]
        return nrmse(table(self.judge[1], "targets"), found)


def fit_bits(model: Model, inputs: Any, targets: Any, *, within: float = 0.05,
             formats: Formats | None = None, progress: Progress = lambda text: None,
             **names: Any) -> Quantised:
    """The design of fewest state bits whose held-back error is within a share of the float one.

    Parameters
    ----------
    inputs, targets, names : as of ``quantise``.
    within : 0.05 allows 5 % more than the float error.
    formats : all other widths.

    Raises
    ------
    ValueError : when no width of 4 to 18 bits is good enough; says how near the best came.
    """
    if not np.isfinite(within) or within < 0:
        raise ValueError(f"within must be a number of at least 0, not {within}")
    formats = formats or Formats()
    parts = _parts(model, inputs, targets)
    trained = _trained(model, parts)
    wanted = parts.error(trained, trained) * (1 + within)
    best = np.inf
    for bits in STATE_BITS:
        tried = replace(formats, state_bits=bits)
        error = _try(trained, parts, tried)
        best = min(best, error)
        progress(f"{bits} state bits: held-back error {error:.4g}, wanted {wanted:.4g}")
        if error <= wanted:
            return quantise(model, inputs, targets, formats=tried, **names)
    raise ValueError(
        f"within must be at least {best / wanted * (1 + within) - 1:.3g} to be met by "
        f"{STATE_BITS[-1]} state bits, not {within:g}"
    )


def fit_memory(model: Model, inputs: Any, targets: Any, *, bits: int,
               formats: Formats | None = None, progress: Progress = lambda text: None,
               **names: Any) -> Quantised:
    """The design of least held-back error whose weights, readout and states fit ``bits`` of memory.

    Only widths that leave no room for a wider one are tried.
    """
    formats = formats or Formats()
    readout = model.readout_.weights.size
    liquid = {(w, s): model.reservoir_.stored_bits(w, s)
              for w, s in product(WEIGHT_BITS, STATE_BITS)}

    def cost(w: int, r: int, s: int) -> int:
        return liquid[w, s] + readout * r

    grid = [c for c in product(WEIGHT_BITS, READOUT_BITS, STATE_BITS) if cost(*c) <= bits]
    if not grid:
        least = cost(WEIGHT_BITS[0], READOUT_BITS[0], STATE_BITS[0])
        raise ValueError(f"the budget must be at least {least} bits of memory, not {bits}")
    full = [c for c in grid
            if not any(d != c and all(x >= y for x, y in zip(d, c)) for d in grid)]
    parts = _parts(model, inputs, targets)
    trained = _trained(model, parts)
    best, found = np.inf, formats
    for w, r, s in full:
        tried = replace(formats, weight_bits=w, readout_bits=r, state_bits=s)
        error = _try(trained, parts, tried)
        progress(f"weights {w}, readout {r}, states {s} bits: held-back error {error:.4g}")
        if error < best:
            best, found = error, tried
    return quantise(model, inputs, targets, formats=found, **names)


def fit_formats(model: Model, inputs: Any, targets: Any, *, choices: Sequence[Formats],
                progress: Progress = lambda text: None, **names: Any) -> Quantised:
    """The design of least held-back error among formats; of equal ones the first.

    Parameters
    ----------
    inputs, targets, names : as of ``quantise``.
    choices : at least one.

    Raises
    ------
    TypeError : when one is no Formats. ValueError : when none of them can hold the network.
    """
    for k, choice in enumerate(choices):
        if not isinstance(choice, Formats):
            raise TypeError(f"choices[{k}] must be Formats, not {choice!r}")
    if not choices:
        raise ValueError("choices must hold at least one of Formats")
    parts = _parts(model, inputs, targets)
    trained = _trained(model, parts)
    errors = []
    for tried in choices:
        errors.append(_try(trained, parts, tried))
        progress(f"{tried}: held-back error {errors[-1]:.4g}")
    best = int(np.argmin(errors))
    if not np.isfinite(errors[best]):
        raise ValueError(f"choices must hold formats that can hold the network: "
                         f"none of {len(choices)} can")
    return quantise(model, inputs, targets, formats=choices[best], **names)


def _trained(model: Model, parts: _Parts) -> Model:
    """Trained on the part that trains; an imported network is as it is."""
    return clone(model).fit(*parts.train) if model.refit_ else model


def _try(model: Model, parts: _Parts, formats: Formats) -> float:
    """Error of one choice; formats that can not hold the network lose."""
    try:
        return parts.error(quantise(model, *parts.train, formats=formats), model)
    except ValueError:
        return float("inf")


def _parts(model: Model, inputs: Any, targets: Any) -> _Parts:
    if isinstance(model, Classifier):
        labels = np.asarray(targets)
        rank = np.array([int(np.sum(labels[:i] == c)) for i, c in enumerate(labels)])
        held = rank % HELD_BACK == HELD_BACK - 1
        kept: list[Floats] = [s for s, h in zip(inputs, held) if not h]
        return _Parts((kept, labels[~held]), ([s for s, h in zip(inputs, held) if h], labels[held]),
                      (inputs, labels))
    cut = len(inputs) - len(inputs) // HELD_BACK
    return _Parts((inputs[:cut], targets[:cut]), (inputs[cut:], targets[cut:]), (inputs, targets))
