"""docs/arithmetic.md, "Closed form", in plain Python integers."""

from __future__ import annotations

from typing import Any

from step_oracle import activate, cast

from liquidgate.spec import Design


def run(design: Design, inputs: Any) -> list[dict[str, list[int]]]:
    """Every cast point of every step, in lists."""
    liquid: Any = design.liquid
    readout, fmt = design.readout, liquid.activation.input
    n, f_bits = liquid.neurons, liquid.activation.output.f_bits
    s, steps = [0] * n, []
    for u in ([int(v) for v in row] for row in inputs):
        zs, es, gs, new = [], [], [], []
        for i in range(n):
            z = [cast(bias[i] + sum(w * (s + u)[j] for j, w in zip(m.indices[i], m.data[i])),
                      liquid.acc_shift, fmt) for m, bias in zip(liquid.heads, liquid.bias)]
            e = z[2]
            if len(z) == 4:
                e = cast(z[3] * 2**liquid.time_shift + z[2] * u[-1], liquid.time_shift, fmt)
                es.append(e)
            a, b, c = (activate(value, liquid.activation) for value in (z[0], z[1], e))
            shift = 2 * f_bits + 1 - liquid.state.f_bits
            blend = ((2 * a + b) * 2**f_bits + b * c if liquid.mode == "no_gate"
                     else (a + b) * 2**f_bits + c * (b - a))
            new.append(cast(blend - liquid.mean[i], shift, liquid.state))
            zs += z
            gs += [a, b, c]
        s = new
        y = [cast(b + sum(w * v for w, v in zip(row, s + u)), readout.shift, design.output.format)
             for row, b in zip(readout.weights, readout.bias)]
        step = {"preactivation": zs, "activation": gs, "state": s, "output": y}
        steps.append({**step, "exponent": es} if es else step)
    return steps
