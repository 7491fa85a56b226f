"""Dataclasses to plain JSON values and back, by their own annotations."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from typing import Any


class DesignFileError(ValueError):
    """A design file that can not be read: the message names the field."""


def to_plain(value: Any) -> Any:
    """Nested dataclasses and tuples as dictionaries and lists; a ``kind`` tags the class."""
    if dataclasses.is_dataclass(value):
        plain = {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        kind = getattr(value, "kind", None)
        return {"kind": kind, **plain} if kind else plain
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return value


def canonical(value: Any) -> str:
    """The one text of a value: JSON, keys sorted, no white space, ASCII."""
    return json.dumps(to_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def from_plain(annotation: Any, plain: Any, where: str) -> Any:
    """The inverse of ``to_plain``; raises DesignFileError naming the field."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        choices = typing.get_args(annotation)
        if plain is None and types.NoneType in choices:
            return None
        kinds = {c.kind: c for c in choices if c is not types.NoneType}
        kind = plain.get("kind") if isinstance(plain, dict) else None
        if kind not in kinds:
            raise DesignFileError(f"{where}.kind must be one of {sorted(kinds)}, not {kind!r}")
        return from_plain(kinds[kind], plain, where)
    if origin is tuple:
        if not isinstance(plain, list):
            raise DesignFileError(f"{where} must be a list, not {_show(plain)}")
        item = typing.get_args(annotation)[0]
        if item is int:
            for index, value in enumerate(plain):
                if type(value) is not int:
                    place = f"{where}[{index}]"
                    raise DesignFileError(f"{place} must be an integer, not {_show(value)}")
            return tuple(plain)
        return tuple(from_plain(item, v, f"{where}[{i}]") for i, v in enumerate(plain))
    if dataclasses.is_dataclass(annotation):
        return _dataclass_from(annotation, plain, where)
    if type(plain) is not annotation:
        raise DesignFileError(f"{where} must be of type {annotation.__name__}, not {_show(plain)}")
    return plain


def _dataclass_from(cls: Any, plain: Any, where: str) -> Any:
    if not isinstance(plain, dict):
        raise DesignFileError(f"{where} must be an object, not {_show(plain)}")
    kind = getattr(cls, "kind", None)
    if kind and plain.get("kind") != kind:
        raise DesignFileError(f"{where}.kind must be {kind!r}, not {plain.get('kind')!r}")
    hints = typing.get_type_hints(cls)
    names = [f.name for f in dataclasses.fields(cls)]
    for name in names:
        if name not in plain:
            raise DesignFileError(f"{where}.{name} is missing")
    for name in plain:
        if name not in names and not (kind and name == "kind"):
            raise DesignFileError(f"{where}.{name} is no field of this schema")
    values = {name: from_plain(hints[name], plain[name], f"{where}.{name}") for name in names}
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise DesignFileError(f"{where}: {error}") from None


def _show(plain: Any) -> str:
    text = repr(plain)
    return text if len(text) <= 40 else text[:37] + "..."
