"""The liquid time-constant network, one cast point after the other, on int64 arrays."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints, activate, cast, saturate
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.golden.sums import check_sums, exact_matmul, largest_sum
from liquidgate.spec import Design, Fused, Ltc
from liquidgate.spec.liquid import expect


class LtcModel(LiquidModel):
    """A step of the reservoir of ``design``; ``weights`` is the dense matrix sources x neurons."""

    def __init__(self, design: Design) -> None:
        liquid = self.liquid = expect(Ltc, design.liquid)
        self.words = n = liquid.neurons
        matrices = (liquid.recurrent, liquid.input)
        dense = [np.array(m.dense(), dtype=np.int64).reshape(n, m.columns) for m in matrices]
        self.weights: Ints = np.ascontiguousarray(np.concatenate(dense, axis=1).T)
        self.bias, self.leak, self.target, self.mean = (
            np.array(values, dtype=np.int64)
            for values in (liquid.bias, liquid.leak, liquid.target, liquid.mean))
        limits = [max(-fmt.raw_min, fmt.raw_max)
                  for fmt in map(design.source_format, range(len(self.weights)))]
        self.magnitude = largest_sum(self.weights, limits, liquid.bias, liquid.acc_shift)
        self.acc_limit = 1 << (design.acc_width - 1)

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        """The memory is the states."""
        rounds = []
        for _ in range(self.liquid.substeps):
            rounds.append(self._substep(memory, inputs))
            memory = rounds[-1][-1]
        points = tuple(np.concatenate(point, axis=-1) for point in zip(*rounds))
        return Step(memory, memory, points)

    def _substep(self, s: Ints, inputs: Ints) -> tuple[Ints, ...]:
        """The cast points of one sub-step, the new states the last."""
        liquid, solver = self.liquid, self.liquid.solver
        sources = np.concatenate((s, inputs), axis=-1)
        sums = exact_matmul(sources, self.weights, self.magnitude) + self.bias
        check_sums(sums + ((1 << liquid.acc_shift) >> 1), self.acc_limit, "neuron")
        z = cast(sums, liquid.acc_shift, liquid.activation.input)
        g = activate(z, liquid.activation)
        points: tuple[Ints, ...] = (z, g)
        q, r = liquid.middle + g, self.leak
        if liquid.timed:
            assert isinstance(solver, Fused)
            q, r = (cast(rate * inputs[..., -1:], liquid.time_shift, solver.share.input)
                    for rate in (q, r))
            points += (q, r)
        v = (s << liquid.f_bits) + ((q * self.target - r * self.mean) << liquid.target_shift)
        if not isinstance(solver, Fused):
            return (*points, cast(v - (q + r) * s, liquid.f_bits, liquid.state))
        w = activate(saturate(q + r, solver.share.input), solver.share)
        d = cast(v, liquid.drive_shift, solver.drive)
        back = (w * d) << (liquid.drive_shift - solver.share.output.f_bits)
        return (*points, w, d, cast(v - back, liquid.f_bits, liquid.state))
