"""The configuration of a training: a TOML file that maps one to one to ``Config``."""

from __future__ import annotations

import tomllib
import typing
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from liquidgate.train import liquids
from liquidgate.train.liquids import DEFAULT_LIQUID
from liquidgate.train.parameters import check_parameters, check_type, kinds_of
from liquidgate.train.quantise import Formats


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """A liquid and parameters of its estimators; those not given are the data set's own preset.

    Parameters
    ----------
    liquid : a kind of the registry ``train.liquids``.
    parameters : by name, of the types that the estimator's constructor states.
    """

    liquid: str = DEFAULT_LIQUID
    parameters: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_type(self.liquid, (str,), "network.liquid")
        if self.liquid not in liquids.kinds():
            raise ValueError(f"network.liquid must be one of {', '.join(liquids.kinds())}, "
                             f"not {self.liquid!r}")
        legal = tuple(liquids.find(self.liquid).parameters())
        _check_keys(self.parameters, legal, "network.")
        check_parameters(self.liquid, self.parameters, "network.")

    def changes(self) -> dict[str, Any]:
        """What was given, as keyword arguments of the estimator."""
        return {name: value for name, value in self.parameters.items() if value is not None}


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


TABLES = ("network", "formats", "search")


def read_config(path: str | Path, *, liquid: str | None = None) -> Config:
    """Reads and checks a TOML file.

    Parameters
    ----------
    liquid : of the network, where the file names none; it may not name another.

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
        return config_from(plain, liquid=liquid)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{path}: {error}") from None


def config_from(plain: dict[str, Any], *, liquid: str | None = None) -> Config:
    """The configuration of a TOML file's contents; an empty one is an error."""
    if not plain:
        raise ValueError(f"must have at least one of the tables {', '.join(TABLES)}")
    _check_keys(plain, TABLES, "")
    for name, table in plain.items():
        if not isinstance(table, dict):
            raise TypeError(f"{name} must be a table, not {table!r}")
    network = dict(plain.get("network", {}))
    kind = network.pop("liquid", liquid or DEFAULT_LIQUID)
    if liquid is not None and kind != liquid:
        raise ValueError(f"network.liquid must be {liquid}, as --liquid says, not {kind!r}")
    for name, cls in (("formats", Formats), ("search", SearchConfig)):
        _check_keys(plain.get(name, {}), tuple(f.name for f in fields(cls)), f"{name}.")
    return Config(network=NetworkConfig(liquid=kind, parameters=network),
                  formats=Formats(**plain.get("formats", {})),
                  search=SearchConfig(**plain.get("search", {})))


def plain_config(config: Config) -> dict[str, Any]:
    """The inverse of ``config_from``: what is not given is left out."""
    network = {"liquid": config.network.liquid, **config.network.changes()}
    return {"network": network, "formats": asdict(config.formats),
            "search": asdict(config.search)}


def _check_keys(plain: dict[str, Any], legal: tuple[str, ...], where: str) -> None:
    for key in plain:
        if key not in legal:
            raise ValueError(f"unknown key {where}{key}: choose from {', '.join(legal)}")


def _check_types(value: Any, where: str) -> None:
    hints = typing.get_type_hints(type(value))
    for f in fields(value):
        check_type(getattr(value, f.name), kinds_of(hints[f.name]), f"{where}.{f.name}")
