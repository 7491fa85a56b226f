"""Activations as integers: tables of line segments, and the clip (hard tanh)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.formats import QFormat, check_int, check_raws


@dataclass(frozen=True)
class Table:
    """An odd function of line segments over equal parts of the positive half-axis.

    For a raw pre-activation z of ``input`` format, with m = min(|z|, raw_max) and
    ``offset_bits`` = input.width - 1 - segment_bits:
    segment = m >> offset_bits; offset = m & (2**offset_bits - 1);
    g = base[segment] + floor((slope[segment] * offset + half) / 2**shift), half = 2**(shift - 1)
    (0 for shift 0); the result is g with the sign of z. docs/arithmetic.md, cast point 2.

    Parameters
    ----------
    input, output : signed formats of pre-activation and activation.
    segment_bits : 2**segment_bits segments.
    base : raw values at the segments' left ends, in ``output`` format, not negative.
    slope : raw slopes, 0..2**16 - 1.
    shift : right shift of slope * offset.
    """

    kind: ClassVar[str] = "table"
    input: QFormat
    output: QFormat
    segment_bits: int
    base: tuple[int, ...]
    slope: tuple[int, ...]
    shift: int

    def __post_init__(self) -> None:
        _check_signed(self.input, self.output)
        check_int(self.segment_bits, 0, min(10, self.input.width - 1), "activation.segment_bits")
        check_int(self.shift, 0, 40, "activation.shift")
        count = 1 << self.segment_bits
        for name in ("base", "slope"):
            values = getattr(self, name)
            if len(values) != count:
                raise ValueError(
                    f"activation.{name} must have {count} entries, not {len(values)}"
                )
        check_raws(self.slope, QFormat(16, 0, signed=False), "activation.slope")
        for k, base in enumerate(self.base):
            check_int(base, 0, self.output.raw_max, f"activation.base[{k}]")
            last = (1 << self.offset_bits) - 1
            top = base + ((self.slope[k] * last + ((1 << self.shift) >> 1)) >> self.shift)
            if top > self.output.raw_max:
                raise ValueError(
                    f"activation.slope[{k}] must keep its segment within {self.output}, "
                    f"raw 0..{self.output.raw_max}, not reach {top}"
                )

    @property
    def offset_bits(self) -> int:
        return self.input.width - 1 - self.segment_bits

    @property
    def limit(self) -> int:
        """Largest |raw| output."""
        half = (1 << self.shift) >> 1
        last = (1 << self.offset_bits) - 1
        return max(b + ((s * last + half) >> self.shift) for b, s in zip(self.base, self.slope))


@dataclass(frozen=True)
class Clip:
    """Hard tanh: the pre-activation rounded to ``output`` and clipped to -1..+1 (or its range).

    g = min(max(round_half_up(z * 2**-(input.f_bits - output.f_bits)), -limit), limit) with
    limit = min(2**output.f_bits, output.raw_max).
    """

    kind: ClassVar[str] = "clip"
    input: QFormat
    output: QFormat

    def __post_init__(self) -> None:
        _check_signed(self.input, self.output)
        if self.input.f_bits < self.output.f_bits:
            raise ValueError(
                "activation.input must have at least the fraction bits of activation.output: "
                f"{self.output.f_bits}, not {self.input.f_bits}"
            )
        check_int(self.shift, 0, 40, "activation.input.f_bits - activation.output.f_bits")
        if self.output.f_bits < 0:
            raise ValueError("activation.output must have f_bits of at least 0 for a clip, "
                             f"not {self.output.f_bits}")

    @property
    def shift(self) -> int:
        return self.input.f_bits - self.output.f_bits

    @property
    def limit(self) -> int:
        return min(1 << self.output.f_bits, self.output.raw_max)


Activation = Table | Clip
ACTIVATIONS: dict[str, type] = {"table": Table, "clip": Clip}


def _check_signed(*formats: QFormat) -> None:
    for name, fmt in zip(("input", "output"), formats):
        if not fmt.signed or fmt.width < 2:
            raise ValueError(f"activation.{name} must be a signed format of 2 or more bits")
