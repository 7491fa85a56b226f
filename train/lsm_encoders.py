"""From scaled inputs to spikes, in floats: the encoders of the liquid state machine.

Each mirrors the circuit's, step by step and random number by random number; quantising only
moves samples, thresholds and centres to the grid of the input port.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from liquidgate.train.arrays import Floats

LFSR_TAPS = 0x80200003
"""x**32 + x**22 + x**2 + x + 1, in Galois form and shifting right."""
LFSR_BITS = 16
"""Shifts between two random numbers, and their bits."""
LFSR_WIDTH = 32
FIRST_SEED = 0xACE1
"""Of the shift register in model files that hold none: it was the same for all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Encoder(ABC):
    """Scaled inputs (.., K) to spikes (.., E); what it remembers are ``width`` numbers."""

    kind: ClassVar[str]
    inputs: int

    @property
    @abstractmethod
    def channels(self) -> int:
        """Spike channels E."""

    @property
    def width(self) -> int:
        return 0

    def start(self) -> Floats:
        """(width,) before the first step."""
        return np.zeros(self.width)

    @abstractmethod
    def step(self, memory: Floats, u: Floats) -> tuple[Floats, Floats]:
        """The next memory (.., width) and the spikes (.., E), zeros and ones."""

    def plain(self) -> dict[str, Any]:
        """Its numbers, for the model's file."""
        return {"kind": self.kind, **vars(self)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Direct(Encoder):
    """The samples are spikes already: any but 0 is one."""

    kind: ClassVar[str] = "direct"

    @property
    def channels(self) -> int:
        return self.inputs

    def step(self, memory: Floats, u: Floats) -> tuple[Floats, Floats]:
        return memory, (u != 0).astype(float)


@dataclass(frozen=True, kw_only=True, eq=False)
class Delta(Encoder):
    """Send on delta: a spike up (down) when the input is ``size`` above (below) a reference.

    The reference then follows by ``size``; it begins at 0. One spike an input and step, so a
    jump of many sizes is told in as many steps. Channels: up and down of each input.
    """

    kind: ClassVar[str] = "delta"
    size: float

    @property
    def channels(self) -> int:
        return 2 * self.inputs

    @property
    def width(self) -> int:
        return self.inputs

    def step(self, memory: Floats, u: Floats) -> tuple[Floats, Floats]:
        spikes = np.stack((u >= memory + self.size, u <= memory - self.size), axis=-1).astype(float)
        moved = memory + self.size * (spikes[..., 0] - spikes[..., 1])
        return moved, spikes.reshape(*u.shape[:-1], -1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Random(Encoder):
    """Each channel has a random number in 0..1 in each step, from one 32-bit shift register.

    seed : its first state, 1..2**32 - 1.
    """

    seed: int = FIRST_SEED

    @property
    def width(self) -> int:
        return 1

    def start(self) -> Floats:
        return np.array([float(self.seed)])

    def drawn(self, memory: Floats) -> tuple[Floats, Floats]:
        """The register after this step (.., 1), and the numbers (.., E)."""
        state, numbers = memory[..., 0].astype(np.int64), []
        for _ in range(self.channels):
            numbers.append(state & ((1 << LFSR_BITS) - 1))
            for _ in range(LFSR_BITS):
                state = (state >> 1) ^ (LFSR_TAPS * (state & 1))
        return state[..., None].astype(float), np.stack(numbers, axis=-1) * 2.0**-LFSR_BITS


@dataclass(frozen=True, kw_only=True, eq=False)
class Rate(Random):
    """Spikes at random, as often as the input is high: never at -reach, always at reach."""

    kind: ClassVar[str] = "rate"
    reach: float

    @property
    def channels(self) -> int:
        return self.inputs

    def step(self, memory: Floats, u: Floats) -> tuple[Floats, Floats]:
        memory, numbers = self.drawn(memory)
        return memory, ((u + self.reach) / (2 * self.reach) > numbers).astype(float)


@dataclass(frozen=True, kw_only=True, eq=False)
class Population(Encoder):
    """Receptive fields: one spikes while the input is nearer than ``radius`` to its centre.

    The centres are evenly spread over -reach..reach. Channels: input after input, the fields of
    each in order.
    """

    kind: ClassVar[str] = "population"
    fields: int
    reach: float
    radius: float

    @property
    def channels(self) -> int:
        return self.inputs * self.fields

    @property
    def centres(self) -> Floats:
        return np.linspace(-self.reach, self.reach, self.fields)

    def step(self, memory: Floats, u: Floats) -> tuple[Floats, Floats]:
        near = np.abs(u[..., None] - self.centres) < self.radius
        return memory, near.reshape(*u.shape[:-1], -1).astype(float)


@dataclass(frozen=True, kw_only=True, eq=False)
class Bsa(Encoder):
    """Ben's spiker algorithm (Schrauwen, Van Campenhout 2003), made causal by a delay line.

    The line of an input holds its last ``length`` values, as u + reach, oldest first. There is a
    spike when taking the filter from the line lessens its sum of magnitudes by ``margin`` of the
    filter's sum; then it is taken. The filter is a raised cosine whose sum is 2 reach, so that
    the spikes through it are the input again, never at -reach and in every step at reach.
    """

    kind: ClassVar[str] = "bsa"
    reach: float
    length: int
    margin: float

    @property
    def filter(self) -> Floats:
        """(length,), oldest first."""
        shape = 1 - np.cos(2 * np.pi * np.arange(1, self.length + 1) / (self.length + 1))
        return np.asarray(2 * self.reach * shape / shape.sum())

    @property
    def channels(self) -> int:
        return self.inputs

    @property
    def width(self) -> int:
        return self.inputs * self.length

    def step(self, memory: Floats, u: Floats) -> tuple[Floats, Floats]:
        lines = memory.reshape(*u.shape, self.length)
        lines = np.concatenate([lines[..., 1:], (u + self.reach)[..., None]], axis=-1)
        gain = (np.abs(lines) - np.abs(lines - self.filter)).sum(axis=-1)
        spikes = (gain >= self.margin * self.filter.sum()).astype(float)
        return (lines - spikes[..., None] * self.filter).reshape(memory.shape), spikes


ENCODERS: dict[str, type[Encoder]] = {
    encoder.kind: encoder for encoder in (Bsa, Delta, Direct, Population, Rate)}


def encoder_from(plain: dict[str, Any]) -> Encoder:
    """The inverse of ``Encoder.plain``."""
    return ENCODERS[plain["kind"]](**{k: v for k, v in plain.items() if k != "kind"})
