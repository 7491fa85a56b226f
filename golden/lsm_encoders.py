"""Encoders of a liquid state machine on int64 arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from liquidgate.golden.casts import Ints
from liquidgate.spec import Port
from liquidgate.spec.lsm_encoders import (
    LFSR_SHIFTS,
    LFSR_TAPS,
    Bsa,
    Delta,
    Direct,
    Population,
    Rate,
)


class EncoderModel(ABC):
    """Samples become spikes; it remembers ``words`` integers from step to step."""

    words = 0

    def first(self) -> Ints:
        """(words,) the memory at the start of a sequence."""
        return np.zeros(self.words, dtype=np.int64)

    @abstractmethod
    def step(self, memory: Ints, u: Ints) -> tuple[Ints, Ints]:
        """(..., words) and samples (..., K) to the next memory and spikes (..., channels)."""


class BsaModel(EncoderModel):
    """The memory is the delay lines, each from its oldest entry on."""

    def __init__(self, encoder: Bsa, port: Port) -> None:
        self.filter: Ints = np.array(encoder.filter, dtype=np.int64)
        self.margin, self.low = encoder.margin, port.format.raw_min
        self.words = len(port.channels) * len(encoder.filter)

    def step(self, memory: Ints, u: Ints) -> tuple[Ints, Ints]:
        lines = memory.reshape(*u.shape, len(self.filter))
        lines = np.concatenate((lines[..., 1:], (u - self.low)[..., None]), axis=-1)
        gain = (np.abs(lines) - np.abs(lines - self.filter)).sum(axis=-1)
        spikes = (gain >= self.margin).astype(np.int64)
        lines = lines - spikes[..., None] * self.filter
        return lines.reshape(memory.shape), spikes


class DirectModel(EncoderModel):
    def __init__(self, encoder: Direct, port: Port) -> None:
        pass

    def step(self, memory: Ints, u: Ints) -> tuple[Ints, Ints]:
        return memory, (u != 0).astype(np.int64)


class DeltaModel(EncoderModel):
    """The memory is the references."""

    def __init__(self, encoder: Delta, port: Port) -> None:
        self.threshold: Ints = np.array(encoder.threshold, dtype=np.int64)
        self.words = len(encoder.threshold)

    def step(self, memory: Ints, u: Ints) -> tuple[Ints, Ints]:
        up, down = u >= memory + self.threshold, u <= memory - self.threshold
        spikes = np.stack((up, down), axis=-1).astype(np.int64)
        moved = memory + self.threshold * (spikes[..., 0] - spikes[..., 1])
        return moved, spikes.reshape(*spikes.shape[:-2], -1)


def lfsr_step(state: Ints) -> Ints:
    """The shift register at its next random number."""
    for _ in range(LFSR_SHIFTS):
        state = (state >> 1) ^ (LFSR_TAPS * (state & 1))
    return state


class _Random(EncoderModel):
    """The memory is the shift register."""

    words = 1

    def __init__(self, seed: int, bits: int, channels: int) -> None:
        self.seed, self.mask, self.channels = seed, (1 << bits) - 1, channels

    def first(self) -> Ints:
        return np.array([self.seed], dtype=np.int64)

    def _draw(self, memory: Ints) -> tuple[Ints, Ints]:
        state, numbers = memory[..., 0], []
        for _ in range(self.channels):
            numbers.append(state & self.mask)
            state = lfsr_step(state)
        return state[..., None], np.stack(numbers, axis=-1)


class RateModel(_Random):
    def __init__(self, encoder: Rate, port: Port) -> None:
        super().__init__(encoder.seed, encoder.bits(port), len(port.channels))
        self.low = port.format.raw_min

    def step(self, memory: Ints, u: Ints) -> tuple[Ints, Ints]:
        memory, numbers = self._draw(memory)
        return memory, (u - self.low > numbers).astype(np.int64)


class PopulationModel(_Random):
    def __init__(self, encoder: Population, port: Port) -> None:
        counts = [len(centres) for centres in encoder.centres]
        super().__init__(encoder.seed, encoder.bits, sum(counts))
        self.centres: Ints = np.array([c for row in encoder.centres for c in row], dtype=np.int64)
        self.sample = np.repeat(np.arange(len(counts)), counts)
        self.height = 1 << encoder.reach

    def step(self, memory: Ints, u: Ints) -> tuple[Ints, Ints]:
        memory, numbers = self._draw(memory)
        distance = np.abs(u[..., self.sample] - self.centres)
        return memory, (self.height - distance > numbers).astype(np.int64)


MODELS: dict[str, Callable[[Any, Port], EncoderModel]] = {
    "bsa": BsaModel,
    "delta": DeltaModel,
    "direct": DirectModel,
    "population": PopulationModel,
    "rate": RateModel,
}
"""By the kind of the encoder."""
