"""The quantised fluid network without rounding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from liquidgate.spec import Adaptive, Design, Fluid
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.fluid import incidence
from liquidgate.train.quantise.activation import activation_curve
from liquidgate.train.quantise.seam import exact_outputs


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """The design's equations on real numbers, every value in raw units."""
    fluid = expect(Fluid, design.liquid)
    edges = np.array([fluid.tails, fluid.heads]).T
    gradient = incidence(edges, fluid.neurons) * 2.0**-fluid.gradient_shift
    spread = incidence(edges, fluid.neurons).T
    curve = activation_curve(fluid.activation)
    rule, scale = fluid.adaptation, 2.0**-fluid.flow_shift
    win, bias = np.array(fluid.input.dense(), dtype=float).T, np.array(fluid.bias, dtype=float)
    viscosity = np.array(fluid.viscosity) * 2.0**-fluid.viscosity_shift
    inverse = np.array(fluid.inverse_density) * 2.0**-fluid.pressure_shift
    results = []
    for inputs in sequences:
        m, g = np.zeros(fluid.neurons), np.array(fluid.initial, dtype=float)
        run: dict[str, list[Floats]] = {name: [] for name in fluid.points}
        for d in (inputs @ win + bias) * 2.0**-fluid.acc_shift:
            p = m * inverse
            z = p @ gradient
            f = curve(z)
            flow, v = g * scale * f, viscosity * p
            m = m + d - v - flow @ spread
            p = m * inverse
            grown: tuple[Floats, ...] = ()
            if isinstance(rule, Adaptive):
                g = g + (rule.growth * np.abs(flow) - rule.decay * g) * 2.0**-rule.shift
                g = np.minimum(g, fluid.conductivity.raw_max)
                grown = (g,)
            for name, value in zip(run, (d, z, f, flow, *grown, v, p, p)):
                run[name].append(value)
        found = {name: np.array(values) for name, values in run.items()}
        found["output"] = exact_outputs(design, found["state"], inputs)
        results.append(found)
    return results
