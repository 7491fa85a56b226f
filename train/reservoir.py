"""What every liquid's float side can do: run, be stored, and say what a circuit must store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats, floats


class FloatReservoir(ABC):
    """A liquid in floats, frozen; subclasses are frozen dataclasses of arrays.

    A *state* is all that the liquid remembers from step to step, S numbers; the readout sees its
    *taps* (after each step), by default the whole state.
    """

    @property
    @abstractmethod
    def units(self) -> int:
        """Neurons N."""

    @property
    @abstractmethod
    def inputs(self) -> int:
        """Input channels K."""

    @property
    def width(self) -> int:
        """Numbers in a state, S."""
        return self.units

    @property
    def taps(self) -> int:
        """Numbers that the readout sees."""
        return self.units

    @abstractmethod
    def step(self, x: Floats, u: Floats) -> Floats:
        """The next state (S,) or states (batch, S), from states x and scaled inputs u (.., K)."""

    def start(self) -> Floats:
        """(S,) the state before the first step."""
        return np.zeros(self.width)

    def seen(self, x: Floats) -> Floats:
        """(.., taps) what the readout sees of states (.., S)."""
        return x

    def trajectory(self, U: Floats, *, state: Floats | None = None) -> Floats:
        """(T, S) states over scaled inputs U (T, K); ``state`` (S,) in place of the start."""
        u = floats(U, 2, "U")
        if u.shape[1] != self.inputs:
            raise ValueError(f"U must have {self.inputs} columns, not {u.shape[1]}")
        x = self.start() if state is None else state
        found = np.empty((len(u), self.width))
        for n, row in enumerate(u):
            found[n] = x = self.step(x, row)
        return found

    def run(self, U: Floats, *, state: Floats | None = None) -> Floats:
        """(T, taps) what the readout sees over scaled inputs U (T, K)."""
        return self.seen(self.trajectory(U, state=state))

    def run_many(self, sequences: Sequence[Floats]) -> list[Floats]:
        """Taps (T_i, taps) of independent sequences (T_i, K), stepped side by side."""
        lengths = np.array([len(s) for s in sequences], dtype=int)
        order = np.argsort(-lengths, kind="stable")
        longest = int(lengths.max(initial=0))
        padded = np.zeros((longest, len(sequences), self.inputs))
        for place, i in enumerate(order):
            padded[: lengths[i], place] = sequences[i]
        taps = np.zeros((longest, len(sequences), self.taps))
        x = np.tile(self.start(), (len(sequences), 1))
        for t in range(longest):
            alive = int((lengths > t).sum())
            x = self.step(x[:alive], padded[t, :alive])
            taps[t, :alive] = self.seen(x)
        result: list[Floats] = [np.empty(0)] * len(sequences)
        for place, i in enumerate(order):
            result[i] = taps[: lengths[i], place].copy()
        return result

    @abstractmethod
    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        """Bits of weights and states that a circuit must store; for memory budgets."""

    @abstractmethod
    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """(settings that JSON can hold, arrays by name), for the model's file."""

    @classmethod
    @abstractmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> FloatReservoir:
        """The inverse of ``plain``; ``arrays`` may hold others too. Any error means damage."""
