"""The fluid network, one cast point after the other, on int64 arrays."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints, activate, cast
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.golden.sums import check_sums, exact_matmul, largest_sum
from liquidgate.spec import Adaptive, Design, Fluid
from liquidgate.spec.liquid import expect


class FluidModel(LiquidModel):
    """A step of the network of ``design``.

    The memory is the masses, then (of adaptive ones) the conductivities. ``incidence`` (E, N) is
    what a flow does to each mass: -1 at its tail, +1 at its head.
    """

    def __init__(self, design: Design) -> None:
        liquid = self.liquid = expect(Fluid, design.liquid)
        n, edges = liquid.neurons, len(liquid.tails)
        self.words = n + edges * liquid.adaptive
        self.tails, self.heads = np.array(liquid.tails), np.array(liquid.heads)
        self.initial: Ints = np.array(liquid.initial, dtype=np.int64)
        self.incidence: Ints = np.zeros((edges, n), dtype=np.int64)
        self.incidence[np.arange(edges), self.tails] = -1
        self.incidence[np.arange(edges), self.heads] = 1
        degree = int(np.abs(self.incidence).sum(axis=0).max())
        self.inflow = degree * -liquid.flow.raw_min
        self.weights: Ints = np.array(liquid.input.dense(), dtype=np.int64).T.copy()
        self.bias: Ints = np.array(liquid.bias, dtype=np.int64)
        fmt = design.input.format
        limits = [max(-fmt.raw_min, fmt.raw_max)] * design.inputs
        self.magnitude = largest_sum(self.weights, limits, liquid.bias, liquid.acc_shift)
        self.acc_limit = 1 << (design.acc_width - 1)
        self.viscosity: Ints = np.array(liquid.viscosity, dtype=np.int64)
        self.inverse: Ints = np.array(liquid.inverse_density, dtype=np.int64)
        self.lowest, self.highest = np.array(liquid.mass_range, dtype=np.int64).T

    def first(self) -> Ints:
        """No mass anywhere; the initial conductivities."""
        masses = np.zeros(self.liquid.neurons, dtype=np.int64)
        return np.concatenate((masses, self.initial)) if self.liquid.adaptive else masses

    def pressures(self, masses: Ints) -> Ints:
        """Cast point 7."""
        return cast(masses * self.inverse, self.liquid.pressure_shift, self.liquid.pressure)

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        liquid = self.liquid
        masses, g = memory[..., : liquid.neurons], self.initial
        if liquid.adaptive:
            g = memory[..., liquid.neurons :]
        p = self.pressures(masses)

        # what flows within, from old pressures
        z = cast(p[..., self.tails] - p[..., self.heads], liquid.gradient_shift,
                 liquid.activation.input)
        f = activate(z, liquid.activation)
        q = cast(g * f, liquid.flow_shift, liquid.flow)

        # what comes and goes
        sums = exact_matmul(inputs, self.weights, self.magnitude) + self.bias
        check_sums(sums + ((1 << liquid.acc_shift) >> 1), self.acc_limit, "vessel")
        d = cast(sums, liquid.acc_shift, liquid.flow)
        refused = np.where(d > 0, p == liquid.pressure.raw_max, p == liquid.pressure.raw_min)
        v = cast(self.viscosity * p, liquid.viscosity_shift, liquid.flow)

        moved = exact_matmul(q, self.incidence, self.inflow)
        if moved.sum(axis=-1).any():
            raise AssertionError("what leaves a vessel must enter another")
        masses = masses + moved + np.where(refused, 0, d) - v
        if (masses < self.lowest).any() or (masses > self.highest).any():
            raise AssertionError("a mass must stay in its range")
        p = self.pressures(masses)
        if not liquid.adaptive:
            return Step(masses, p, (d, z, f, q, v, p, p))
        g = self._grown(g, q)
        taps = {"pressure": [p], "conductivity": [g], "both": [p, g]}[liquid.watch]
        seen: Ints = np.concatenate(taps, axis=-1)
        return Step(np.concatenate((masses, g), axis=-1), seen, (d, z, f, q, g, v, p, seen))

    def _grown(self, g: Ints, q: Ints) -> Ints:
        """Cast point 5: the conductivities after flows."""
        rule = expect(Adaptive, self.liquid.adaptation)
        keep = (1 << rule.shift) - rule.decay
        exact = keep * g + rule.growth * np.minimum(np.abs(q), rule.limit) - rule.drying
        return cast(exact, rule.shift, self.liquid.conductivity)
