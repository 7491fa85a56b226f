"""What the golden model of every liquid promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np

from liquidgate.golden.casts import Ints
from liquidgate.golden.readout import LinearModel


class Step(NamedTuple):
    """One time step of a liquid; leading axes are independent sequences.

    ``memory`` (..., words): what it remembers. ``taps`` (..., taps): what the readout sees.
    ``points``: the values of its cast points, (..., count) each, in their order. ``work``: clocks
    of WORK, for a liquid whose work depends on the data.
    """

    memory: Ints
    taps: Ints
    points: tuple[Ints, ...]
    work: Any = 0


class LiquidModel(ABC):
    """A liquid, one cast point after the other, on int64 arrays."""

    words: int
    """Integers that it remembers from step to step."""

    def first(self) -> Ints:
        """(words,) the memory after a reset, and at the start of a sequence."""
        return np.zeros(self.words, dtype=np.int64)

    def clocked(self, lanes: int) -> None:  # noqa: B027 (most need no override)
        """From now on ``Step.work`` is that of a circuit of so many lanes (at first of one)."""

    @abstractmethod
    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        """One time step from (..., words), (..., inputs) and fed-back outputs (..., outputs)."""

    def fast(self, readout: LinearModel) -> Any:
        """A quicker way to the same taps, or None: an object with
        ``run(inputs (T, ..., inputs), memory, outputs) -> (taps (T, ..., taps), memory)``."""
        return None
