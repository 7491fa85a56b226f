"""The registry of data sets, and the way to a file inside an installed package."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from liquidgate.train.data.dataset import DataSet

_LOADERS: dict[str, Callable[..., DataSet]] = {}


def register(name: str) -> Callable[[Callable[..., DataSet]], Callable[..., DataSet]]:
    """Decorates a function (name, seed, **options) -> DataSet."""
    def enter(loader: Callable[..., DataSet]) -> Callable[..., DataSet]:
        if name in _LOADERS:
            raise ValueError(f"two data sets are named {name!r}")
        _LOADERS[name] = loader
        return loader
    return enter


def names() -> tuple[str, ...]:
    """All data sets, sorted."""
    return tuple(sorted(_LOADERS))


def load(name: str, *, seed: int = 0, **options: Any) -> DataSet:
    """The data set ``name``; ``seed`` matters to generated ones only.

    Raises
    ------
    ValueError : for an unknown name or option.
    ModuleNotFoundError : when the package that ships the data is not installed; it is named.
    """
    if name not in _LOADERS:
        raise ValueError(f"unknown data set {name!r}: choose from {', '.join(names())}")
    loader = _LOADERS[name]
    known = [key for key, value in inspect.signature(loader).parameters.items()
             if value.kind is value.KEYWORD_ONLY]
    for option in options:
        if option not in known:
            raise ValueError(f"data set {name} has no option {option!r}: it has "
                             f"{', '.join(known) or 'none'}")
    return loader(name, seed, **options)


def described(name: str) -> dict[str, Any]:
    """All but the numbers of a data set, for a list; "missing" when its package is."""
    try:
        return load(name).plain()
    except ModuleNotFoundError as error:
        return {"name": name, "missing": str(error)}


def package_file(name: str, package: str, *parts: str, install: str = "") -> Path:
    """A file of an installed package, found without importing it."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder, *parts)
        if path.is_file():
            return path
    raise ModuleNotFoundError(
        f"the data set {name} is a file of the package {package}"
        f"{', which has it no more' if folders else ''}: pip install {install or package}"
    )


def package_csv(name: str, package: str, *parts: str) -> list[dict[str, str]]:
    """Rows of a CSV file (.csv or .csv.gz) of an installed package."""
    path = package_file(name, package, *parts)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float:
    """A field as a float; an empty one or NA is NaN."""
    return float("nan") if text.strip() in ("", "NA") else float(text)
