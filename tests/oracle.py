"""The whole arithmetic once more, in plain Python integers: slow, short, and a stranger to NumPy."""

from __future__ import annotations

from typing import Iterator

from liquidgate.spec import Clip, Design, QFormat


def cast(value: int, shift: int, fmt: QFormat) -> int:
    return min(max((value + ((1 << shift) >> 1)) >> shift, fmt.raw_min), fmt.raw_max)


def activate(f, z: int) -> int:
    if isinstance(f, Clip):
        rounded = (z + ((1 << f.shift) >> 1)) >> f.shift
        return min(max(rounded, -f.limit), f.limit)
    m = min(abs(z), f.input.raw_max)
    segment, offset = m >> f.offset_bits, m & ((1 << f.offset_bits) - 1)
    g = f.base[segment] + ((f.slope[segment] * offset + ((1 << f.shift) >> 1)) >> f.shift)
    return -g if z < 0 else g


def steps(design: Design, inputs) -> Iterator[list[int]]:
    """The raw outputs of each step of one sequence."""
    esn, readout = design.liquid, design.readout
    n = esn.neurons
    s, y = [0] * n, [0] * design.outputs
    for u in inputs:
        v = [*s, *(int(x) for x in u), *y]
        sums = [esn.bias[i] + sum(w * v[j] for j, w in esn.row(i)) for i in range(n)]
        z = [cast(a, esn.acc_shift, esn.activation.input) for a in sums]
        d = [cast(activate(esn.activation, a) - m, esn.deviation_shift, esn.deviation)
             for a, m in zip(z, esn.mean)]
        s = [cast(k * a + g * b, esn.leak_shift, esn.state)
             for k, a, g, b in zip(esn.decay, s, esn.gain, d)]
        v = [*s, *(int(x) for x in u)]
        y = [cast(b + sum(w * x for w, x in zip(row, v)), readout.shift, design.output.format)
             for b, row in zip(readout.bias, readout.weights)]
        yield y
