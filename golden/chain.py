"""Liquids in series on int64 arrays: each one's new taps are the next one's inputs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from liquidgate.golden.casts import Ints
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.spec import Chain, Design
from liquidgate.spec.liquid import expect


class ChainModel(LiquidModel):
    """The memory is that of all stages, in order."""

    def __init__(self, design: Design, model: Callable[[Design], LiquidModel]) -> None:
        self.stages = [model(stage) for stage in expect(Chain, design.liquid).designs(design.input)]
        self.words = sum(stage.words for stage in self.stages)
        self._cuts = np.cumsum([stage.words for stage in self.stages])[:-1]

    def first(self) -> Ints:
        return np.concatenate([stage.first() for stage in self.stages])

    def clocked(self, lanes: int) -> None:
        self.stages[0].clocked(lanes)

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        steps, seen = [], inputs
        for stage, own in zip(self.stages, np.split(memory, self._cuts, axis=-1)):
            steps.append(stage.step(own, seen, outputs))
            seen = steps[-1].taps
        taps = np.concatenate([step.taps for step in steps], axis=-1)
        return Step(np.concatenate([step.memory for step in steps], axis=-1), taps,
                    (*(point for step in steps for point in step.points), taps), steps[0].work)
