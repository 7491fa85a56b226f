"""The network of synapses, one cast point after the other, on int64 arrays."""

from __future__ import annotations

from itertools import chain

import numpy as np

from liquidgate.golden.casts import Ints, activate, cast
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.spec import Design, Synaptic
from liquidgate.spec.liquid import expect


class SynapticModel(LiquidModel):
    """A step of the reservoir of ``design``; synapses stand neuron by neuron."""

    def __init__(self, design: Design) -> None:
        liquid = self.liquid = expect(Synaptic, design.liquid)
        self.words = liquid.neurons
        self.sources, self.slope, self.offset, self.weight, self.pull = (
            np.array(list(chain.from_iterable(rows)), dtype=np.int64)
            for rows in (liquid.sources, liquid.slope, liquid.offset, liquid.weight, liquid.pull))
        sizes = [len(row) for row in liquid.sources]
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.leak, self.rest = (np.array(values, dtype=np.int64)
                                for values in (liquid.leak, liquid.rest))

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        """The memory is the states."""
        rounds = []
        for _ in range(self.liquid.substeps):
            rounds.append(self._substep(memory, inputs))
            memory = rounds[-1][-1]
        points = tuple(np.concatenate(point, axis=-1) for point in zip(*rounds))
        return Step(memory, memory, (*points, memory))

    def _substep(self, s: Ints, inputs: Ints) -> tuple[Ints, ...]:
        """The cast points of one sub-step, the new states the last."""
        liquid, share = self.liquid, self.liquid.share
        y = np.concatenate((s, inputs), axis=-1)[..., self.sources]
        z = cast(self.slope * y + self.offset, liquid.acc_shift, liquid.activation.input)
        g = activate(z, liquid.activation)
        load, pulled = (np.add.reduceat(weight * g, self.starts, axis=-1) + constant
                        for weight, constant in ((self.weight, self.leak), (self.pull, self.rest)))
        q = cast(load, liquid.load_shift, liquid.load)
        p = cast(pulled, liquid.current_shift, liquid.current)
        points: tuple[Ints, ...] = (z, g, q, p)
        e, pushed = q, p
        if liquid.timed:
            t = inputs[..., -1:]
            e, pushed = cast(q * t, liquid.time_shift, share.input), p * t
            points += (e,)
        w = activate(e, share)
        d = cast((s << liquid.lift) + pushed, liquid.drive_shift, liquid.drive)
        left = (1 << share.output.f_bits) - w
        return (*points, w, d, cast(left * d, liquid.state_shift, liquid.state))
