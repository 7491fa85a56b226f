"""Readouts that are exchanged while the circuit runs. docs/timing.md, "A readout in RAM"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from liquidgate.golden.casts import Ints
from liquidgate.golden.events import Steps
from liquidgate.golden.model import Golden
from liquidgate.spec import Design

Bits = NDArray[np.bool_]


class Contents(NamedTuple):
    """From ``clock`` on ``bank`` holds the readout of ``design``, whole."""

    clock: int
    bank: int
    design: Design


@dataclass(frozen=True)
class Exchanges:
    """What the pins of a readout in RAM do.

    ``bank``: (clocks,) the pin. ``contents``: of the banks, by ascending clocks; before them both
    hold the built readout, and a bank that a step uses does not change until its output is there.
    ``writes``: clock to (address, data), the pins that bring this about.
    """

    bank: Bits
    contents: tuple[Contents, ...]
    writes: dict[int, tuple[int, int]]


class Pieces:
    """The steps in pieces of one sequence and one readout; iterating gives each with a golden
    model that stands at its beginning, and is to run through all of it."""

    def __init__(self, design: Design, steps: Steps, exchanges: Exchanges | None) -> None:
        self._steps = steps
        self._designs = [design]
        self._used: Ints = np.zeros(len(steps.taken), dtype=np.int64)
        if exchanges is not None:
            self._exchange(exchanges)

    def _exchange(self, exchanges: Exchanges) -> None:
        """Numbers the readout of each step: that of the pin's bank at the input's transfer."""
        taken = self._steps.taken
        banks = exchanges.bank[taken].astype(np.int64)
        for number, (clock, bank, design) in enumerate(exchanges.contents, 1):
            self._designs.append(design)
            self._used[(taken > clock) & (banks == bank)] = number

    def design_of(self, step: int) -> Design:
        """Whose readout the step uses."""
        return self._designs[int(self._used[step])]

    def __iter__(self) -> Iterator[tuple[slice, Golden]]:
        golden = Golden(self._designs[0])
        sequence, last = self._steps.sequence, -1
        key = np.stack([sequence, self._used])
        changes = np.any(np.diff(key, axis=1, prepend=-1, append=-1), axis=0)
        bounds = np.flatnonzero(changes).tolist()
        for start, stop in zip(bounds[:-1], bounds[1:]):
            if sequence[start] != last:
                golden.reset()
                last = sequence[start]
            if golden.design is not self.design_of(start):
                golden.exchange(self.design_of(start))
            yield slice(start, stop), golden
