"""Where training data comes from: a task of the registry, or a user's CSV file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from liquidgate.train.data import DataSet, from_csv, load, names


@dataclass(frozen=True, kw_only=True)
class Source:
    """A data set by name, so that ``quantise`` finds a trained model's data again.

    Parameters
    ----------
    task : a name of the registry, or "" for a CSV file.
    csv : the file, or "".
    input, target, horizon : columns of the file, and rows ahead.
    seed : of a generated data set.
    """

    task: str = ""
    csv: str = ""
    input: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    horizon: int = 1
    seed: int = 0

    def load(self) -> DataSet:
        """The data set."""
        if self.csv:
            return from_csv(self.csv, input=self.input, target=self.target, horizon=self.horizon)
        return load(self.task, seed=self.seed)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def source(what: str, *, input: tuple[str, ...] = (), target: tuple[str, ...] = (),
           horizon: int | None = None, seed: int = 0) -> Source:
    """The source that a user means by ``what``: a task's name or a CSV file's path.

    Raises
    ------
    ValueError : when it is neither, or the options do not fit it.
    """
    if seed < 0:
        raise ValueError(f"seed must be at least 0, not {seed}")
    if what in names():
        if input or target or horizon is not None:
            raise ValueError("--input, --target and --horizon go with a CSV file, "
                             f"not with the task {what}")
        return Source(task=what, seed=seed)
    if not (Path(what).exists() or Path(what).suffix or "/" in what):
        raise ValueError(f"unknown task {what!r}: choose from {', '.join(names())}, "
                         "or give a CSV file")
    if Path(what).is_dir():
        raise IsADirectoryError(f"{what}: must be a CSV file, not a folder")
    if not Path(what).exists():
        raise FileNotFoundError(f"{what}: no such file")
    for option, columns in (("--input", input), ("--target", target)):
        if not columns:
            raise ValueError(f"{option} must name at least one column of {what}")
    return Source(csv=str(Path(what).resolve()), input=input, target=target,
                  horizon=1 if horizon is None else horizon)


def source_from(plain: Any, where: str) -> Source:
    """The inverse of ``Source.plain``."""
    try:
        given = {**plain, "input": tuple(plain["input"]), "target": tuple(plain["target"])}
        return Source(**given)
    except (TypeError, KeyError):
        raise ValueError(f"{where}: source must be what training wrote, not {plain!r}") from None
