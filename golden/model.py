"""The bit-exact golden model of a design: a step, a run, a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np

from liquidgate.golden.casts import Ints
from liquidgate.golden.cfc import CfcModel
from liquidgate.golden.cfc_pure import CfcPureModel
from liquidgate.golden.chain import ChainModel
from liquidgate.golden.esn import EsnModel
from liquidgate.golden.fluid import FluidModel
from liquidgate.golden.liquid import LiquidModel
from liquidgate.golden.lsm import LsmModel
from liquidgate.golden.ltc import LtcModel
from liquidgate.golden.readout import LinearModel
from liquidgate.golden.synaptic import SynapticModel
from liquidgate.spec import Design

MODELS: dict[str, Callable[[Design], LiquidModel]] = {
    "cfc": CfcModel,
    "cfc_pure": CfcPureModel,
    "chain": lambda design: ChainModel(design, model),
    "esn": EsnModel,
    "fluid": FluidModel,
    "lsm": LsmModel,
    "ltc": LtcModel,
    "synaptic": SynapticModel,
}
"""By the kind of the liquid."""


def model(design: Design) -> LiquidModel:
    """The golden model of the liquid of ``design``."""
    return MODELS[design.liquid.kind](design)


CHUNK = 1 << 18
"""States a chunk: bounds the memory of a long run, and stays near the caches."""


@dataclass(frozen=True)
class RunTrace:
    """What a run went through.

    ``points``: raw values of every cast point by name, (steps, count), "output" the last.
    ``taps``: (steps, taps). ``work``: (steps,) clocks of WORK, zeros when nothing waits.
    ``memory``: what the liquid remembers at the end.
    """

    points: dict[str, Ints]
    taps: Ints
    work: Ints
    memory: Ints

    @property
    def output(self) -> Ints:
        return self.points["output"]


class Golden:
    """What the numbers of ``design`` are, step by step; all values are raw integers.

    The model has a memory: ``step`` and ``run`` go on from where the last one ended, ``reset``
    (as a new object) returns to the first state, all zeros. ``batch`` has no memory.

    Parameters
    ----------
    design : the design.
    lanes : of the circuit whose clocks of WORK are asked for; no number depends on it.

    Raises
    ------
    TypeError, ValueError : by every method, when inputs are not integers of the port's range (the
        message names step and channel) or not of its shape.
    """

    def __init__(self, design: Design, *, lanes: int = 1) -> None:
        self.design = design
        self._liquid = model(design)
        self._liquid.clocked(lanes)
        self._readout = LinearModel(design)
        self._fast = self._liquid.fast(self._readout)
        self.reset()

    @property
    def exact_floats(self) -> bool:
        """Whether runs go by float64 products that are proven exact (else by int64)."""
        return self._fast is not None

    @property
    def memory(self) -> Ints:
        """A copy of what the liquid remembers, (words,); of an ESN its raw states."""
        return self._memory.copy()

    def reset(self) -> None:
        """Back to the first state, and fed-back outputs zero."""
        self._memory: Ints = self._liquid.first()
        self._output: Ints = np.zeros(self._fed, dtype=np.int64)

    def exchange(self, design: Design) -> None:
        """Goes on with the readout of ``design``, which must be equal in everything else that the
        numbers depend on."""
        self.design = design
        self._readout = LinearModel(design)
        self._fast = self._liquid.fast(self._readout)

    def step(self, u: Any) -> Ints:
        """One time step: (inputs,) -> (outputs,)."""
        return self._slow(self._inputs([u], 2)).output[0]

    def timed_step(self, u: Any) -> tuple[Ints, int]:
        """As ``step``, and the clocks of WORK (0 for a liquid whose work is always the same)."""
        trace = self._slow(self._inputs([u], 2))
        return trace.output[0], int(trace.work[0])

    @overload
    def run(self, inputs: Any, *, trace: Literal[False] = False) -> Ints: ...

    @overload
    def run(self, inputs: Any, *, trace: Literal[True]) -> RunTrace: ...

    def run(self, inputs: Any, *, trace: bool = False) -> Ints | RunTrace:
        """steps x inputs -> steps x outputs, or every cast point with ``trace``."""
        u = self._inputs(inputs, 2)
        if trace:
            return self._slow(u)
        return self._advance(u)[1]

    def states(self, inputs: Any) -> Ints:
        """steps x inputs -> what the readout sees of the liquid in each step, steps x taps."""
        return self._advance(self._inputs(inputs, 2))[0]

    def batch(self, inputs: Any) -> Ints:
        """Independent sequences from the first state: B x steps x inputs -> B x steps x outputs."""
        u = self._inputs(inputs, 3)
        first = (np.tile(self._liquid.first(), (len(u), 1)),
                 np.zeros((len(u), self._fed), dtype=np.int64))
        parts = [part[1] for part in self._chunks(np.swapaxes(u, 0, 1), first)]
        empty = np.zeros((0, len(u), self.design.outputs), dtype=np.int64)
        return np.swapaxes(np.concatenate([empty, *parts]), 0, 1)

    @property
    def _fed(self) -> int:
        return self.design.outputs if self.design.has_feedback else 0

    def _advance(self, u: Ints) -> tuple[Ints, Ints]:
        parts = list(self._chunks(u, (self._memory, self._output)))
        if not parts:
            empty = len(self.design.liquid.taps), self.design.outputs
            return np.zeros((0, empty[0]), dtype=np.int64), np.zeros((0, empty[1]), dtype=np.int64)
        taps = np.concatenate([part[0] for part in parts])
        outputs = np.concatenate([part[1] for part in parts])
        self._memory, self._output = parts[-1][2].copy(), outputs[-1, : self._fed].copy()
        return taps, outputs

    def _chunks(self, u: Ints, first: tuple[Ints, Ints]) -> Iterator[tuple[Ints, Ints, Ints]]:
        """(taps, outputs, last memory) of a run in time-major order, from ``first``."""
        memory, output = first
        size = max(1, CHUNK // max(1, memory.size))
        for start in range(0, len(u), size):
            piece = u[start : start + size]
            if self._fast is None:
                trace = self._walk(piece, memory, output)
                taps, outputs, memory = trace.taps, trace.output, trace.memory
            else:
                taps, memory = self._fast.run(piece, memory, output)
                outputs = self._readout.outputs(taps, piece)
            output = outputs[-1][..., : self._fed]
            yield taps, outputs, memory

    def _slow(self, u: Ints) -> RunTrace:
        trace = self._walk(u, self._memory, self._output)
        if len(u):
            self._memory = trace.memory.copy()
            self._output = trace.output[-1, : self._fed].copy()
        return trace

    def _walk(self, u: Ints, memory: Ints, output: Ints) -> RunTrace:
        """The transcription of docs/arithmetic.md that the fast run is tested against."""
        steps, lead = [], memory.shape[:-1]
        outputs = np.zeros((len(u), *lead, self.design.outputs), dtype=np.int64)
        for t, inputs in enumerate(u):
            step = self._liquid.step(memory, inputs, output)
            memory = step.memory
            outputs[t] = self._readout.outputs(step.taps, inputs)
            output = outputs[t][..., : self._fed]
            steps.append(step)
        names = self.design.liquid.points
        nothing = np.zeros((0, *lead, len(self.design.liquid.taps)), dtype=np.int64)
        points = {name: np.array([step.points[k] for step in steps]) if steps else nothing
                  for k, name in enumerate(names)}
        taps = np.array([step.taps for step in steps]) if steps else nothing
        work = np.array([step.work for step in steps], dtype=np.int64)
        return RunTrace({**points, "output": outputs}, taps, work, memory)

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
