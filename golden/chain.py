"""Liquids in series on int64 arrays: each one's new taps are the next one's inputs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liquidgate.golden.casts import Ints
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.spec import Chain, Design
from liquidgate.spec.chain import hears_interval
from liquidgate.spec.liquid import expect


class ChainModel(LiquidModel):
    """The memory is that of all stages, in order; in a loop, the last one's old taps behind it."""

    def __init__(self, design: Design, model: Callable[[Design], LiquidModel]) -> None:
        chain = self.chain = expect(Chain, design.liquid)
        self.stages = [model(stage) for stage in chain.designs(design.input)]
        ends = np.cumsum([stage.words for stage in self.stages])
        self.words = int(ends[-1]) + len(chain.stages[-1].taps) * chain.loop
        self._cuts = ends if chain.loop else ends[:-1]

    def first(self) -> Ints:
        loop = np.zeros(len(self.chain.stages[-1].taps) * self.chain.loop, dtype=np.int64)
        return np.concatenate([*(stage.first() for stage in self.stages), loop])

    def clocked(self, lanes: int) -> None:
        self.stages[0].clocked(lanes)

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        chain, steps = self.chain, []
        own = np.split(memory, self._cuts, axis=-1)
        seen = np.concatenate((own[-1], inputs), axis=-1) if chain.loop else inputs
        for k, stage in enumerate(self.stages):
            if k and hears_interval(chain.stages[k]):
                interval = inputs[..., chain.interval, None]
                seen = np.concatenate((seen, interval), axis=-1)
            steps.append(stage.step(own[k], seen, outputs))
            seen = steps[-1].taps
        taps = np.concatenate([step.taps for step in steps], axis=-1)
        loop = [seen] if chain.loop else []
        return Step(np.concatenate([*(step.memory for step in steps), *loop], axis=-1), taps,
                    (*(point for step in steps for point in step.points), taps), steps[0].work)
