"""A user's own CSV file as a data set; every error names the file, the row and the column."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, shares

SHORTEST = 50
"""Fewest rows worth training on."""
HUGE = 1e100
"""Beyond this a number's square could overflow."""


def read_columns(path: str | Path, columns: Sequence[str]) -> Floats:
    """(T, len(columns)) values of the named columns of a CSV file with a header row.

    Raises
    ------
    FileNotFoundError, ValueError : one line with file, row (the header is row 1) and column.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no such file")
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file, strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: not a CSV file of UTF-8 text: {error}") from None
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise ValueError(f"{path}: must hold a header and rows, not nothing")
    header = [name.strip() for name in rows[0]]
    for name in columns:
        if header.count(name) != 1:
            what = "no column" if name not in header else "more than one column"
            raise ValueError(f"{path}: has {what} {name!r}; it has {', '.join(header)}")
    places = [header.index(name) for name in columns]
    values = np.empty((len(rows) - 1, len(places)))
    for r, row in enumerate(rows[1:]):
        if len(row) != len(header):
            raise ValueError(f"{path}: row {r + 2} must have {len(header)} fields, not {len(row)}")
        for c, (name, place) in enumerate(zip(columns, places)):
            values[r, c] = _number(row[place], f"{path}: row {r + 2}, column {name!r}")
    return values


def _number(text: str, where: str) -> float:
    try:
        value = float(text if "_" not in text else "no number")
    except ValueError:
        shown = repr(text) if text.strip() else "empty"
        raise ValueError(f"{where} must be a number, not {shown}") from None
    if not math.isfinite(value):
        raise ValueError(f"{where} must be finite, not {text.strip()}")
    if abs(value) > HUGE:
        raise ValueError(f"{where} must be at most {HUGE:g} in size, not {text.strip()}")
    return value


def from_csv(path: str | Path, *, input: Sequence[str], target: Sequence[str],
             horizon: int = 1, washout: int | None = None) -> DataSet:
    """Forecasts the target columns ``horizon`` rows ahead from the input columns.

    60 % of the rows train, 20 % validate, 20 % test, in order of time; ``washout`` defaults to a
    tenth of the training rows, 200 at most. horizon 0: the target of the same row.
    """
    if type(horizon) is not int or horizon < 0:
        raise ValueError(f"horizon must be an integer of at least 0, not {horizon!r}")
    for what, names in (("input", input), ("target", target)):
        if isinstance(names, str) or not names:
            raise ValueError(f"{what} must be a list of at least one column, not {names!r}")
        for name in names:
            if list(names).count(name) > 1:
                raise ValueError(f"{what} names column {name!r} twice")
    values = read_columns(path, [*input, *target])
    rows = len(values) - horizon
    if rows < SHORTEST:
        raise ValueError(f"{path}: must have at least {SHORTEST + horizon} rows for a horizon of "
                         f"{horizon}, not {len(values)}")
    inputs = values[:rows, : len(input)].copy()
    targets = values[horizon:, len(input):].copy()
    split = shares(rows)
    for k, name in enumerate(target):
        for part in ("train", "test"):
            start, stop = getattr(split, part)
            if np.ptp(targets[start:stop, k]) == 0:
                raise ValueError(f"{path}: column {name!r} must vary in the {part} rows")
    if washout is None:
        washout = min(200, split.train[1] // 10)
    if type(washout) is not int or not 0 <= washout < split.train[1] - 1:
        raise ValueError(f"washout must be in 0..{split.train[1] - 2}, not {washout!r}")
    return DataSet(
        name=Path(path).stem, title=f"{Path(path).name}, {horizon} rows ahead", inputs=inputs,
        targets=targets, split=split, washout=washout, input_names=tuple(input),
        target_names=tuple(target), step="1 row", horizon=horizon, licence="the user's",
        source=Path(path).name, taps=min(20, split.train[1] // 4),
    )
