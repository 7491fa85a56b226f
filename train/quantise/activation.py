"""Activations on a grid: tanh as line segments, hard tanh as it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liquidgate.golden.casts import activate
from liquidgate.spec import Clip, QFormat, Table
from liquidgate.spec.activation import Activation
from liquidgate.train.arrays import Floats

Curve = Callable[[Floats], Floats]

SLOPE_BITS = 15
"""A slope is never negative and below 1: so many bits fit one signed 16-bit multiplier."""


def tanh_table(input: QFormat, output: QFormat, segment_bits: int, height: float = 1.0) -> Table:
    """height * tanh, height at most 1, in line segments."""
    # tanh' = 1 - tanh**2
    return line_table(input, output, segment_bits, lambda z: height * np.tanh(z), lambda slope:
                      np.arctanh(np.sqrt(np.maximum(1.0 - slope / height, 0.0))))


def share_table(input: QFormat, output: QFormat, segment_bits: int) -> Table:
    """e / (1 + e) in line segments: what the fused solver takes back of a state.

    Its greatest error is width**2 / 8 (a segment's width; that of the first one twice that) and a
    unit of the output: a chord leaves a curve by at most width**2 / 8 * |second derivative| <= 2.
    """
    # 1 / (1 + e)**2
    return line_table(input, output, segment_bits, lambda e: e / (1.0 + e),
                      lambda slope: 1.0 / np.sqrt(slope) - 1.0)


def decay_table(input: QFormat, output: QFormat, segment_bits: int) -> Table:
    """1 - exp(-e) in line segments: what time takes of an exponential.

    Its greatest error is width**2 / 16 (a segment's width; that of the first one twice that) and a
    unit of the output: a chord leaves a curve by at most width**2 / 8 * |second derivative| <= 1.
    """
    return line_table(input, output, segment_bits, lambda e: -np.expm1(-e),
                      lambda slope: -np.log(slope))


def line_table(input: QFormat, output: QFormat, segment_bits: int, curve: Curve,
               place: Curve) -> Table:
    """Segments of least greatest error: the chord, moved half of its distance from the curve.

    ``curve``: odd, concave above 0, at most as steep as 1; ``place``: where it has a slope. The
    first segment starts at 0, so that the odd function has no step there.
    """
    segment_bits = min(segment_bits, input.width - 1)
    offset_bits = input.width - 1 - segment_bits
    width = 2.0 ** (offset_bits - input.f_bits)
    edges = curve(np.asarray(np.arange((1 << segment_bits) + 1) * width, dtype=np.float64))
    left, right = edges[:-1], edges[1:]
    slope = (right - left) / width
    # where the curve is farthest from its chord
    touch = place(slope)
    start = np.arange(1 << segment_bits) * width
    gap = curve(touch) - (left + slope * (touch - start))
    gap[0] = 0.0
    shift = max(0, SLOPE_BITS + input.f_bits - output.f_bits)
    raws = np.floor(slope * 2.0 ** (output.f_bits - input.f_bits + shift) + 0.5)
    slopes: list[int] = np.minimum(raws, (1 << SLOPE_BITS) - 1).astype(int).tolist()
    half, last = (1 << shift) >> 1, (1 << offset_bits) - 1
    # the only segment of a coarse table may be steeper than its output holds
    steepest = (((output.raw_max + 1) << shift) - 1 - half) // max(last, 1)
    slopes = [min(value, steepest) for value in slopes]
    bases = []
    for k, real in enumerate(np.floor((left + gap / 2) * 2.0**output.f_bits + 0.5)):
        rise = (slopes[k] * last + half) >> shift
        bases.append(int(max(0, min(real, output.raw_max - rise))))
    return Table(input, output, segment_bits, tuple(bases), tuple(slopes), shift)


def activation(kind: str, input: QFormat, output: QFormat, segment_bits: int) -> Table | Clip:
    """The integer activation of a float one ("tanh", "clip")."""
    if kind == "clip":
        return Clip(input, output)
    return tanh_table(input, output, segment_bits)


def error_in_ulp(unit: Table | Clip) -> float:
    """Greatest distance from the float function, in units of the output.

    Over all raw inputs, or 2**17 of the odd function's positive ones when there are more.
    """
    step = max(1, unit.input.raw_max >> 17)
    raws = np.append(np.arange(0, unit.input.raw_max + 1, step), unit.input.raw_min)
    z = raws * unit.input.lsb
    exact = np.clip(z, -1.0, 1.0) if isinstance(unit, Clip) else np.tanh(z)
    return float(np.abs(activate(raws, unit) * unit.output.lsb - exact).max() / unit.output.lsb)


def activation_curve(unit: Activation) -> Callable[[Floats], Floats]:
    """The unit's own curve, line segments and all, from real z; both in raw units."""
    if isinstance(unit, Clip):
        scale, limit = 2.0**-unit.shift, unit.limit
        return lambda z: np.clip(z * scale, -limit, limit)
    base, slope = np.array(unit.base, dtype=float), np.array(unit.slope) * 2.0**-unit.shift
    top, width = unit.input.raw_max, 2.0**unit.offset_bits

    def curve(z: Floats) -> Floats:
        m = np.minimum(np.abs(z), top)
        k = (m / width).astype(np.intp)
        return np.copysign(base[k] + slope[k] * (m - k * width), z)

    return curve
