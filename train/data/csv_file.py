"""A user's own CSV file as a data set; every error names the file, the row and the column."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
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
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(rows_of(file, str(path), columns))
    return np.array(rows, dtype=float).reshape(-1, len(columns))


def rows_of(lines: Iterable[str], name: str, columns: Sequence[str]) -> Iterator[list[float]]:
    """The values of the named columns, a row at a time as the lines come; raises as above.

    Parameters
    ----------
    name : of the file, for errors.
    """
    reader = csv.reader(lines, strict=True)
    header: list[str] = []
    places: list[int] = []
    blank = 0
    try:
        for r, row in enumerate(reader, 1):
            if not row:
                blank = blank or r  # only at the end
            elif not header:
                header = [title.strip() for title in row]
                places = _places(header, name, columns)
            else:
                if blank or len(row) != len(header):
                    raise ValueError(f"{name}: row {blank or r} must have {len(header)} fields, "
                                     f"not {0 if blank else len(row)}")
                yield [_number(row[place], f"{name}: row {r}, column {column!r}")
                       for column, place in zip(columns, places)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{name}: not a CSV file of UTF-8 text: {error}") from None
    if not header:
        raise ValueError(f"{name}: must hold a header and rows, not nothing")


def _places(header: list[str], name: str, columns: Sequence[str]) -> list[int]:
    for column in columns:
        if header.count(column) != 1:
            what = "no column" if column not in header else "more than one column"
            raise ValueError(f"{name}: has {what} {column!r}; it has {', '.join(header)}")
    return [header.index(column) for column in columns]


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
