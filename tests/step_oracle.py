"""docs/arithmetic.md in plain Python integers: the oracle of the golden model."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from liquidgate.spec import Design, QFormat


def cast(value: int, shift: int, fmt: QFormat) -> int:
    return min(max(floor(Fraction(value, 1 << shift) + Fraction(shift > 0, 2)), fmt.raw_min),
               fmt.raw_max)


def activate(z: int, act: Any) -> int:
    if act.kind == "clip":
        return min(max(floor(Fraction(z, 1 << act.shift) + Fraction(1, 2)), -act.limit), act.limit)
    segment, offset = divmod(min(abs(z), act.input.raw_max), 1 << act.offset_bits)
    g = act.base[segment] + floor(
        Fraction(act.slope[segment] * offset, 1 << act.shift) + Fraction(1, 2))
    return -g if z < 0 else g


def run(design: Design, inputs: Any) -> list[dict[str, list[int]]]:
    """Every cast point of every step, in lists over neurons (and outputs)."""
    liquid, readout = design.liquid, design.readout
    n = liquid.neurons
    s, y, steps = [0] * n, [0] * design.outputs, []
    for u in ([int(v) for v in row] for row in inputs):
        sources = s + u + y
        z = [cast(liquid.bias[i] + sum(w * sources[j] for j, w in liquid.row(i)),
                  liquid.acc_shift, liquid.activation.input) for i in range(n)]
        g = [activate(value, liquid.activation) for value in z]
        d = [cast(g[i] - liquid.mean[i], liquid.deviation_shift, liquid.deviation)
             for i in range(n)]
        s = [cast(liquid.decay[i] * s[i] + liquid.gain[i] * d[i], liquid.leak_shift, liquid.state)
             for i in range(n)]
        y = [cast(b + sum(w * v for w, v in zip(row, s + u)), readout.shift, design.output.format)
             for row, b in zip(readout.weights, readout.bias)]
        steps.append({"preactivation": z, "activation": g, "deviation": d, "state": s, "output": y})
    return steps
