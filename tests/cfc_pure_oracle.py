"""docs/arithmetic.md, "Pure closed form", in plain Python integers."""

from __future__ import annotations

from typing import Any

from step_oracle import activate, cast

from liquidgate.spec import Design


def run(design: Design, inputs: Any) -> list[dict[str, list[int]]]:
    """Every cast point of every step, in lists."""
    pure: Any = design.liquid
    readout, f = design.readout, pure.activation
    s, steps = [0] * pure.neurons, []
    for u in ([int(v) for v in row] for row in inputs):
        step: dict[str, list[int]] = {name: [] for name in pure.points}
        for i in range(pure.neurons):
            total = pure.bias[i] + sum(
                w * (s + u)[j] for j, w in zip(pure.head.indices[i], pure.head.data[i]))
            z = cast(total, pure.acc_shift, pure.preactivation)
            e = (abs(z) + pure.rate[i]) * (u[-1] if pure.timed else 1)
            e = cast(e, pure.time_shift, f.input)
            c = activate(e, f)
            y = cast((2**f.output.f_bits - c) * z, pure.rest_shift, pure.rest)
            new = cast(pure.offset[i] - pure.target[i] * y, pure.state_shift, pure.state)
            for name, value in zip(step, (z, e, c, y, new)):
                step[name].append(value)
        s = step["state"]
        step["output"] = [
            cast(b + sum(w * v for w, v in zip(row, s + u)), readout.shift, design.output.format)
            for row, b in zip(readout.weights, readout.bias)]
        steps.append(step)
    return steps
