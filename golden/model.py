"""The bit-exact golden model of a design: a step, a run, a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np

from liquidgate.golden.casts import Ints
from liquidgate.golden.esn import EsnModel
from liquidgate.golden.fast import FastEsn
from liquidgate.golden.readout import LinearModel
from liquidgate.spec import Design

CHUNK = 1 << 18
"""States a chunk: bounds the memory of a long run, and stays near the caches."""


@dataclass(frozen=True)
class RunTrace:
    """Raw values at every numbered cast point of a run.

    ``preactivation``, ``activation``, ``deviation``, ``state``: steps x neurons (cast points 1
    to 4); ``output``: steps x outputs (cast point 5).
    """

    preactivation: Ints
    activation: Ints
    deviation: Ints
    state: Ints
    output: Ints


class Golden:
    """What the numbers of ``design`` are, step by step; all values are raw integers.

    The model has a memory: ``step`` and ``run`` go on from where the last one ended, ``reset``
    (as a new object) returns to the first state, all zeros. ``batch`` has no memory.

    Raises
    ------
    TypeError, ValueError : by every method, when inputs are not integers of the port's range (the
        message names step and channel) or not of its shape.
    """

    def __init__(self, design: Design) -> None:
        self.design = design
        self._esn = EsnModel(design)
        self._readout = LinearModel(design)
        self._fast = FastEsn.of(design, self._esn, self._readout)
        self.reset()

    @property
    def exact_floats(self) -> bool:
        """Whether runs go by float64 products that are proven exact (else by int64)."""
        return self._fast is not None

    @property
    def state(self) -> Ints:
        """A copy of the present raw states, (neurons,)."""
        return self._state.copy()

    def reset(self) -> None:
        """Back to the first state: states and fed-back outputs zero."""
        self._state: Ints = np.zeros(self.design.liquid.neurons, dtype=np.int64)
        self._output: Ints = np.zeros(self._fed, dtype=np.int64)

    def step(self, u: Any) -> Ints:
        """One time step: (inputs,) -> (outputs,)."""
        return self._slow(self._inputs([u], 2))[1].output[0]

    @overload
    def run(self, inputs: Any, *, trace: Literal[False] = False) -> Ints: ...

    @overload
    def run(self, inputs: Any, *, trace: Literal[True]) -> RunTrace: ...

    def run(self, inputs: Any, *, trace: bool = False) -> Ints | RunTrace:
        """steps x inputs -> steps x outputs, or every cast point with ``trace``."""
        u = self._inputs(inputs, 2)
        if trace:
            return self._slow(u)[1]
        return self._advance(u)[1]

    def states(self, inputs: Any) -> Ints:
        """steps x inputs -> the new states of each step, steps x neurons."""
        return self._advance(self._inputs(inputs, 2))[0]

    def batch(self, inputs: Any) -> Ints:
        """Independent sequences from the first state: B x steps x inputs -> B x steps x outputs."""
        u = self._inputs(inputs, 3)
        shape = (len(u), self.design.liquid.neurons)
        first = (np.zeros(shape, dtype=np.int64), np.zeros((len(u), self._fed), dtype=np.int64))
        parts = [part for _, part in self._chunks(np.swapaxes(u, 0, 1), first)]
        empty = np.zeros((0, len(u), self.design.outputs), dtype=np.int64)
        return np.swapaxes(np.concatenate([empty, *parts]), 0, 1)

    @property
    def _fed(self) -> int:
        return self.design.outputs if self.design.has_feedback else 0

    def _advance(self, u: Ints) -> tuple[Ints, Ints]:
        if self._fast is None:
            trace = self._slow(u)[1]
            return trace.state, trace.output
        parts = list(self._chunks(u, (self._state, self._output)))
        if not parts:
            empty = self.design.liquid.neurons, self.design.outputs
            return np.zeros((0, empty[0]), dtype=np.int64), np.zeros((0, empty[1]), dtype=np.int64)
        states = np.concatenate([part[0] for part in parts])
        outputs = np.concatenate([part[1] for part in parts])
        self._state, self._output = states[-1].copy(), outputs[-1, : self._fed].copy()
        return states, outputs

    def _chunks(self, u: Ints, first: tuple[Ints, Ints]) -> Any:
        """Pairs (states, outputs) of a run in time-major order, from the states ``first``."""
        state, output = first
        size = max(1, CHUNK // max(1, state.size))
        for start in range(0, len(u), size):
            piece = u[start : start + size]
            if self._fast is None:
                trace = self._walk(piece, state, output)
                states, outputs = trace.state, trace.output
            else:
                states = self._fast.run(piece, state, output)
                outputs = self._readout.outputs(states, piece)
            state, output = states[-1], outputs[-1][..., : self._fed]
            yield states, outputs

    def _slow(self, u: Ints) -> tuple[Ints, RunTrace]:
        trace = self._walk(u, self._state, self._output)
        if len(u):
            self._state, self._output = trace.state[-1].copy(), trace.output[-1, : self._fed].copy()
        return self._state, trace

    def _walk(self, u: Ints, state: Ints, output: Ints) -> RunTrace:
        """The transcription of docs/arithmetic.md that the fast run is tested against."""
        lead = (len(u), *state.shape[:-1])
        rows = np.zeros((4, *lead, state.shape[-1]), dtype=np.int64)
        outputs = np.zeros((*lead, self.design.outputs), dtype=np.int64)
        for t, inputs in enumerate(u):
            points = self._esn.step(state, inputs, output)
            rows[:, t] = points
            state = points.state
            outputs[t] = self._readout.outputs(state, inputs)
            output = outputs[t][..., : self._fed]
        z, g, d, s = rows
        return RunTrace(z, g, d, s, outputs)

    def _inputs(self, values: Any, dimensions: int) -> Ints:
        """Checked int64 inputs; the axes before the last are (sequence,) step."""
        array = np.asarray(values)
        count, fmt = self.design.inputs, self.design.input.format
        if array.ndim != dimensions or array.shape[-1] != count:
            axes = "steps" if dimensions == 2 else "sequences x steps"
            raise ValueError(f"inputs must be {axes} x {count}, not of shape {array.shape}")
        if array.size and array.dtype.kind not in "iu":
            raise TypeError(f"inputs must be raw integers, not {array.dtype}")
        bad = (array < fmt.raw_min) | (array > fmt.raw_max)
        if bad.any():
            where = tuple(int(i) for i in np.argwhere(bad)[0])
            name = self.design.input.channels[where[-1]].name
            place = f"sequence {where[0]}, " if dimensions == 3 else ""
            raise ValueError(
                f"{place}step {where[-2]}, channel {where[-1]} ({name}): the raw input must be in "
                f"{fmt.raw_min}..{fmt.raw_max}, not {array[where]}"
            )
        return array.astype(np.int64)
