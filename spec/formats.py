"""Number formats: how a raw integer stands for a real number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context

MAX_WIDTH = 32
"""Widest legal format in bits; golden proves its int64 arithmetic from this bound."""


def signed_width(low: int, high: int) -> int:
    """Smallest two's-complement width that holds every integer in ``low..high``."""
    if low > high:
        raise ValueError(f"range must not be empty: {low}..{high}")
    return 1 + max(max(high, 0).bit_length(), (-min(low, 0) - 1).bit_length() if low < 0 else 0)


@dataclass(frozen=True)
class QFormat:
    """A fixed-point format: real = raw * 2**-f_bits.

    Parameters
    ----------
    i_bits : integer bits, the sign bit included; may be negative.
    f_bits : fraction bits; may be negative.
    signed : two's complement when true.

    Raises
    ------
    TypeError, ValueError : when a field is not an integer, or the width is not in 1..32.
    """

    i_bits: int
    f_bits: int
    signed: bool = True

    def __post_init__(self) -> None:
        for name in ("i_bits", "f_bits"):
            value = getattr(self, name)
            if type(value) is not int:
                raise TypeError(f"{name} must be an integer, not {value!r}")
        if type(self.signed) is not bool:
            raise TypeError(f"signed must be a boolean, not {self.signed!r}")
        if not 1 <= self.width <= MAX_WIDTH:
            raise ValueError(
                f"the width of a format (i_bits + f_bits) must be in 1..{MAX_WIDTH}, "
                f"not {self.i_bits} + {self.f_bits} = {self.width}"
            )

    @property
    def width(self) -> int:
        return self.i_bits + self.f_bits

    @property
    def raw_min(self) -> int:
        return -(1 << (self.width - 1)) if self.signed else 0

    @property
    def raw_max(self) -> int:
        return (1 << (self.width - self.signed)) - 1

    @property
    def lsb(self) -> float:
        """The real value of one raw unit."""
        return 2.0**-self.f_bits

    def real(self, raw: int) -> float:
        return raw * self.lsb

    def check(self, raw: int, what: str) -> None:
        """Raises unless ``raw`` is an integer of this format; ``what`` names the place."""
        if type(raw) is not int:
            raise TypeError(f"{what} must be an integer, not {raw!r}")
        if not self.raw_min <= raw <= self.raw_max:
            raise ValueError(
                f"{what} must fit {self}, raw {self.raw_min}..{self.raw_max}, not {raw}"
            )

    def __str__(self) -> str:
        tail = "" if self.signed else ", unsigned"
        return f"QFormat({self.i_bits}, {self.f_bits}{tail})"


def check_raws(values: tuple[int, ...], fmt: QFormat, what: str) -> None:
    """Checks every element of a vector, naming the offending index."""
    low, high = fmt.raw_min, fmt.raw_max
    for index, value in enumerate(values):
        if type(value) is not int or not low <= value <= high:
            fmt.check(value, f"{what}[{index}]")


def at_most(bound: float) -> str:
    """A bound rounded down to 4 digits, for messages: what they advise is within it."""
    near = f"{bound:.4g}"
    if float(near) <= bound:
        return near
    return f"{float(Context(prec=4, rounding=ROUND_FLOOR).create_decimal(bound)):g}"


def check_int(value: int, low: int, high: int, what: str) -> None:
    """Raises unless ``value`` is an integer in ``low..high``."""
    if type(value) is not int:
        raise TypeError(f"{what} must be an integer, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{what} must be in {low}..{high}, not {value}")
