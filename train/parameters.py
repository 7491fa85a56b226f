"""Checks of parameters: their types, as the estimators' annotations state them, and ranges."""

from __future__ import annotations

import math
import types
import typing
from typing import Any

import numpy as np

from liquidgate.train import liquids

MOST_UNITS = 4096
"""Neurons of the largest legal design."""
MOST = 1e6
"""Of a scaling, a radius or a time constant: beyond it nothing is left of what it is added to."""
NAMES = {int: "an integer", float: "a number", bool: "true or false", str: "a text",
         list: "a list of numbers", dict: "a table of numbers"}
GREATEST = 1 << 63
"""Of an integer in a configuration."""


def check_parameters(kind: str, given: dict[str, Any], where: str) -> None:
    """Raises TypeError or ValueError for values that an estimator of ``kind`` can not take.

    given : by name, all known.  where : what stands before a name in a message.
    """
    hints = liquids.find(kind).parameters()
    for name, value in given.items():
        check_type(value, kinds_of(hints[name]), f"{where}{name}")
    for name, low, high in (("units", 1, MOST_UNITS), ("warmup", 0, None), ("seed", 0, None)):
        if given.get(name) is not None:
            check_whole(given[name], f"{where}{name}", low, high)


def check_number(value: object, name: str, *, least: float = 0, most: float = MOST,
                 above: bool = False) -> None:
    """Raises TypeError or ValueError unless it is one number in least..most; ``above``: > least."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    try:
        number = float(value)
    except OverflowError:  # an integer
        number = math.inf
    if not math.isfinite(number) or number < least or (above and number == least):
        wanted = "above" if above else "of at least"
        raise ValueError(f"{name} must be a finite number {wanted} {least}, not {number}")
    if number > most:
        raise ValueError(f"{name} must be at most {most:g}, not {number:g}")


def check_whole(value: object, name: str, low: int, high: int | None = None) -> None:
    """Raises TypeError or ValueError unless it is an integer in low..high."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < low or (high is not None and value > high):
        limit = f"in {low}..{high}" if high is not None else f"at least {low}"
        raise ValueError(f"{name} must be {limit}, not {value}")


def check_graph(units: int, in_degree: int, least: int = 1) -> None:
    """Raises TypeError or ValueError unless so many neurons can hear so many of them each."""
    check_whole(units, "units", least, MOST_UNITS)
    check_whole(in_degree, "in_degree", 1)
    if in_degree > units:
        raise ValueError(f"in_degree must be at most units: {units}, not {in_degree}")


def check_weight_bits(bits: object) -> None:
    """Raises TypeError or ValueError unless a circuit's weights may have them; None: floats."""
    if bits is not None:
        check_whole(bits, "weight_bits", 2, 18)


def kinds_of(hint: Any) -> tuple[Any, ...]:
    """The classes of a type hint; a number may be written as an integer."""
    union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    kinds = tuple(typing.get_origin(k) or k for k in (typing.get_args(hint) if union else (hint,)))
    return (int, *kinds) if float in kinds and int not in kinds else kinds


def check_type(value: Any, kinds: tuple[Any, ...], what: str) -> None:
    """Raises unless a value as TOML has it is of one of these classes, finite and not empty."""
    if value is None and type(None) in kinds:
        return
    if type(value) not in kinds:
        legal = [NAMES[k] for k in kinds if k in NAMES and not (k is int and float in kinds)]
        raise TypeError(f"{what} must be {' or '.join(legal)}, not {value!r}")
    several = isinstance(value, list | dict)
    items = list(value.values()) if isinstance(value, dict) else value if several else [value]
    for item in items:
        if several and type(item) not in (int, float):
            raise TypeError(f"{what} must be {NAMES[type(value)]}, not {value!r}")
        if isinstance(item, float) and not math.isfinite(item):
            raise ValueError(f"{what} must be finite, not {item}")
        if isinstance(item, int) and abs(item) > GREATEST:
            raise ValueError(f"{what} must be at most 2**63, not {str(item)[:12]}..")
    if several and not value:
        raise ValueError(f"{what} must not be empty")
