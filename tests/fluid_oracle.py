"""docs/arithmetic.md, "Fluid network", in plain Python integers."""

from __future__ import annotations

from typing import Any

from step_oracle import activate, cast

from liquidgate.spec import Design


def run(design: Design, inputs: Any) -> list[dict[str, list[int]]]:
    """Every cast point of every step, in lists; and "mass", the exact masses."""
    liquid: Any = design.liquid
    readout, fmt = design.readout, liquid.pressure
    edges = list(zip(liquid.tails, liquid.heads))
    m, p, g, steps = [0] * len(liquid.bias), [0] * len(liquid.bias), list(liquid.initial), []
    for u in ([int(v) for v in row] for row in inputs):
        step: dict[str, list[int]] = {name: [] for name in liquid.points}
        m, old, grown = list(m), p, list(g)
        for e, (tail, head) in enumerate(edges):
            z = cast(old[tail] - old[head], fmt.f_bits - liquid.activation.input.f_bits,
                     liquid.activation.input)
            f = activate(z, liquid.activation)
            shift = liquid.conductivity.f_bits + liquid.activation.output.f_bits
            q = cast(g[e] * f, shift - liquid.flow.f_bits, liquid.flow)
            m[tail] -= q
            m[head] += q
            if liquid.adaptation.kind == "adaptive":
                rule = liquid.adaptation
                exact = g[e] * (2**rule.shift - rule.decay) - rule.drying
                exact += rule.growth * min(abs(q), rule.limit)
                grown[e] = cast(exact, rule.shift, liquid.conductivity)
                step["conductivity"].append(grown[e])
            step["gradient"].append(z)
            step["activation"].append(f)
            step["flow"].append(q)
        for i, pressure in enumerate(old):
            d = cast(liquid.bias[i] + sum(w * u[j] for j, w in zip(liquid.input.indices[i],
                                                                  liquid.input.data[i])),
                     liquid.acc_shift, liquid.flow)
            v = cast(liquid.viscosity[i] * pressure, liquid.viscosity_shift, liquid.flow)
            full, empty = pressure == fmt.raw_max, pressure == fmt.raw_min
            if not (full and d > 0 or empty and d < 0):
                m[i] += d
            m[i] -= v
            step["drive"].append(d)
            step["loss"].append(v)
        p = [cast(x * y, liquid.pressure_shift, fmt) for x, y in zip(m, liquid.inverse_density)]
        g = grown
        seen = {"pressure": p, "conductivity": g, "both": p + g}[liquid.watch]
        y = [cast(b + sum(w * v for w, v in zip(row, seen + u)), readout.shift,
                  design.output.format) for row, b in zip(readout.weights, readout.bias)]
        steps.append({**step, "pressure": p, "state": seen, "output": y, "mass": m})
    return steps
