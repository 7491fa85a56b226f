"""The configuration of a training: a TOML file that maps one to one to ``Config``."""

from __future__ import annotations

import math
import tomllib
import types
import typing
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from liquidgate.train.quantise import Formats

MOST_UNITS = 4096
"""Neurons of the largest legal design."""
Number = int | float


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """Parameters of ``train.model.ESN``; those not given are the data set's own preset."""

    units: int | None = None
    lr: Number | list | None = None
    sr: Number | None = None
    input_scaling: Number | list | None = None
    bias_scaling: Number | None = None
    in_degree: int | None = None
    rc_connectivity: Number | None = None
    input_connectivity: Number | None = None
    topology: str | None = None
    weights: str | None = None
    input_weights: str | None = None
    activation: str | None = None
    feedback: bool | None = None
    fb_scaling: Number | None = None
    passthrough: bool | None = None
    ridge: Number | list | str | None = None
    warmup: int | None = None
    weight_bits: int | None = None
    normalise: bool | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        _check_types(self, "network")
        for name, low, high in (("units", 1, MOST_UNITS), ("in_degree", 1, MOST_UNITS),
                                ("warmup", 0, None), ("seed", 0, None)):
            value = getattr(self, name)
            if value is not None and (value < low or (high is not None and value > high)):
                limit = f"in {low}..{high}" if high is not None else f"at least {low}"
                raise ValueError(f"network.{name} must be {limit}, not {value}")

    def changes(self) -> dict[str, Any]:
        """What was given, as keyword arguments of ``ESN``."""
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """A search over hyperparameters before training: so many trials; 0 is no search."""

    budget: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        _check_types(self, "search")
        for name in ("budget", "seed"):
            if getattr(self, name) < 0:
                raise ValueError(f"search.{name} must be at least 0, not {getattr(self, name)}")


@dataclass(frozen=True, kw_only=True)
class Config:
    """What ``liquidgate train`` may be told: tables [network], [formats], [search]."""

    network: NetworkConfig = field(default_factory=NetworkConfig)
    formats: Formats = field(default_factory=Formats)
    search: SearchConfig = field(default_factory=SearchConfig)


TABLES: dict[str, type] = {
    "network": NetworkConfig, "formats": Formats, "search": SearchConfig,
}


def read_config(path: str | Path) -> Config:
    """Reads and checks a TOML file.

    Raises
    ------
    OSError : when it can not be read.
    TypeError, ValueError : naming the file and the key, and what would be right.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no such file")
    try:
        plain = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not a TOML file: {error}") from None
    try:
        return config_from(plain)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{path}: {error}") from None


def config_from(plain: dict[str, Any]) -> Config:
    """The configuration of a TOML file's contents; an empty one is an error."""
    if not plain:
        raise ValueError(f"must have at least one of the tables {', '.join(TABLES)}")
    _check_keys(plain, tuple(TABLES), "")
    made = {}
    for name, cls in TABLES.items():
        table = plain.get(name, {})
        if not isinstance(table, dict):
            raise TypeError(f"{name} must be a table, not {table!r}")
        _check_keys(table, tuple(f.name for f in fields(cls)), f"{name}.")
        made[name] = cls(**table)
    return Config(**made)


def plain_config(config: Config) -> dict[str, Any]:
    """The inverse of ``config_from``: what is not given is left out."""
    return {"network": config.network.changes(), "formats": asdict(config.formats),
            "search": asdict(config.search)}


def _check_keys(plain: dict[str, Any], legal: tuple[str, ...], where: str) -> None:
    for key in plain:
        if key not in legal:
            raise ValueError(f"unknown key {where}{key}: choose from {', '.join(legal)}")


def _check_types(value: Any, where: str) -> None:
    hints = typing.get_type_hints(type(value))
    for f in fields(value):
        hint = hints[f.name]
        kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
        _check_type(getattr(value, f.name), kinds, f"{where}.{f.name}")


def _check_type(value: Any, kinds: tuple[Any, ...], what: str) -> None:
    if value is None and type(None) in kinds:
        return
    if type(value) not in kinds:
        names = {int: "an integer", float: "a number", bool: "true or false", str: "a text",
                 list: "a list of numbers"}
        legal = [names[k] for k in kinds if k in names and not (k is int and float in kinds)]
        raise TypeError(f"{what} must be {' or '.join(legal)}, not {value!r}")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(value, list) and type(item) not in (int, float):
            raise TypeError(f"{what} must be a list of numbers, not {value!r}")
        if isinstance(item, float) and not math.isfinite(item):
            raise ValueError(f"{what} must be finite, not {item}")
    if value == []:
        raise ValueError(f"{what} must not be empty")
