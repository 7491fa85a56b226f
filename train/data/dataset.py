"""What every data set is: arrays, and all that must be known to report a figure on them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats

Range = tuple[int, int]


@dataclass(frozen=True)
class Split:
    """Half-open ranges of steps (or of sequences): train, validation (may be empty), test.

    In this order in time. The washout lies inside train.
    """

    train: Range
    validation: Range
    test: Range

    def __post_init__(self) -> None:
        place = 0
        for name in ("train", "validation", "test"):
            start, stop = getattr(self, name)
            if not place <= start <= stop:
                raise ValueError(f"split.{name} must follow the range before it, not {start, stop}")
            place = stop
        if self.train[0] == self.train[1] or self.test[0] == self.test[1]:
            raise ValueError("split.train and split.test must not be empty")


@dataclass(frozen=True, kw_only=True, eq=False)
class DataSet:
    """A task.

    Parameters
    ----------
    name, title : the registry's name; a line for people.
    kind : "regression" or "classification".
    inputs : (T, K); for a classification a tuple of (T_i, K) sequences.
    targets : (T, O): targets[n] is to be told from inputs[: n + 1]; or (S,) labels.
    split, washout : washout counts steps of train that neither train nor score.
    input_names, target_names, units : of the channels; units (of inputs, of targets).
    step : what one step is, e.g. "1 hour".
    horizon : steps from the newest input to its target; 0 when the target is no forecast.
    licence, source : of the data.
    metric : "nrmse", "nmse", "accuracy", "memory_capacity", "ser".
    taps : order of the linear baseline.
    symbols : alphabet of the targets ("ser").
    closed_loop : steps of the closed-loop figure; 0: none.
    timed : the last input channel is the interval since the sample before.
    extras : numbers a metric needs.
    """

    name: str
    title: str
    kind: str = "regression"
    inputs: Any
    targets: Any
    split: Split
    washout: int = 0
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]
    units: tuple[str, str] = ("", "")
    step: str = ""
    horizon: int = 1
    licence: str
    source: str
    metric: str = "nrmse"
    taps: int = 20
    symbols: tuple[float, ...] = ()
    closed_loop: int = 0
    timed: bool = False
    extras: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ("regression", "classification"):
            raise ValueError(f"kind must be regression or classification, not {self.kind!r}")
        if len(self.inputs) != len(self.targets):
            raise ValueError(f"inputs and targets must be equally many, not {len(self.inputs)} "
                             f"and {len(self.targets)}")
        if self.split.test[1] > len(self.inputs):
            raise ValueError(f"split.test must end by {len(self.inputs)}, "
                             f"not {self.split.test[1]}")
        arrays = self.inputs if self.kind == "classification" else (self.inputs, self.targets)
        for array in (*arrays, self.targets):
            array.setflags(write=False)

    @property
    def channels(self) -> int:
        return len(self.input_names)

    def plain(self) -> dict[str, Any]:
        """All but the numbers, for JSON; ``rows`` are steps, or sequences of a classification."""
        return {
            "name": self.name, "title": self.title, "kind": self.kind, "rows": len(self.inputs),
            "inputs": list(self.input_names), "targets": list(self.target_names),
            "units": list(self.units), "step": self.step, "horizon": self.horizon,
            "split": asdict(self.split), "washout": self.washout, "metric": self.metric,
            "licence": self.licence, "source": self.source,
        }


def hold_last(values: Floats) -> Floats:
    """Each NaN becomes the value before it: a gap filled without the future. Leading ones go."""
    values = values[np.argmax(np.isfinite(values)):]
    last = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(len(values)), 0))
    return values[last]


def forecast(series: Floats, horizon: int = 1) -> tuple[Floats, Floats]:
    """(inputs, targets) of a forecast: targets[n] = series[n + horizon]. (T,) or (T, K)."""
    if type(horizon) is not int or horizon < 1:
        raise ValueError(f"horizon must be an integer of at least 1, not {horizon!r}")
    table = np.asarray(series, float).reshape(len(series), -1)
    if len(table) <= horizon:
        raise ValueError(f"a forecast {horizon} steps ahead needs more than {horizon} rows, "
                         f"not {len(table)}")
    return table[:-horizon].copy(), table[horizon:].copy()


def shares(rows: int, train: float = 0.6, validation: float = 0.2) -> Split:
    """A split by shares of the rows, in order of time."""
    a, b = round(rows * train), round(rows * (train + validation))
    return Split((0, a), (a, b), (b, rows))
