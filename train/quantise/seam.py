"""The seam between quantisation in general and one liquid's own part of it.

A liquid supplies one function, its ``Quantiser``: (fitted model, training material, formats,
frame) to ``Integers``. The rest (output port, refit of the readout on golden's own states, its
rounding, report, budgets) is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design, LinearReadout, Port, QFormat
from liquidgate.spec.design import AnyLiquid
from liquidgate.train.arrays import Floats
from liquidgate.train.quantise.drive import Drive
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material

if TYPE_CHECKING:
    from liquidgate.train.quantise.report import Report

Raws: TypeAlias = Sequence[np.ndarray]
"""Raw integers (T_i, K) of sequences."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """What stands around a liquid while it is put on its grid.

    Parameters
    ----------
    name : of the design.
    input_names : of the input channels.
    out : the outputs' ranges in training (its weights are 0).
    output : their port; final only when the liquid hears them (``Integers.twin``).
    readout_bits, passthrough, decision : of the readout.
    input : the port, when it is given (the taps of another liquid); else the liquid chooses it.
    timed : the last channel is the interval of a liquid, be it this one or a later one.
    """

    name: str
    input_names: tuple[str, ...]
    out: Drive
    output: Port
    readout_bits: int
    passthrough: bool
    decision: str
    input: Port | None = None
    timed: bool = False

    def design(self, liquid: AnyLiquid, input: Port) -> Design:
        """A design of the liquid whose readout is still silent."""
        o = len(self.output.channels)
        taps = len(liquid.taps) + len(input.channels) * self.passthrough
        silent = LinearReadout(self.readout_bits, ((0,) * taps,) * o, (0,) * o, 0,
                               decision=self.decision)
        return Design(self.name, input, self.output, liquid, silent)


@dataclass(frozen=True, kw_only=True, eq=False)
class Integers:
    """A liquid on its grid.

    Parameters
    ----------
    liquid : of the spec.
    input : the port of the streams it hears.
    scale : (taps,) what a raw unit of each tap is in the float network, so that a given ridge
        means the same; above 0.
    memory_bits : that its weights, states and tables need.
    reference : (design, raw inputs) to the exact values of its cast points by name, a dictionary
        for each sequence, in raw units, each (T_i, n), "output" among them: the design computed
        without rounding (see ``exact_outputs``). A point left out has no noise figure.
    twin : for a liquid that hears its outputs: (design, raw inputs, targets in the data's units)
        to a design whose fed-back outputs are inputs, and its raw inputs.
    conclude : (design, report, golden's cast points by name, (T, n)) to the liquid's own report;
        raises ValueError when the integers are silent or saturated.
    """

    liquid: AnyLiquid
    input: Port
    scale: Floats
    memory_bits: int
    reference: Callable[[Design, Raws], list[dict[str, Floats]]]
    twin: Callable[[Design, Raws, Sequence[Floats]], tuple[Design, list[np.ndarray]]] | None = None
    conclude: Callable[[Design, Report, dict[str, np.ndarray]], Report] = (
        lambda design, report, fixed: report)

    def taught(self, design: Design, inputs: Raws,
               targets: Sequence[Floats]) -> tuple[Design, list[np.ndarray]]:
        """What is run on training data: the design itself, or its twin under the true outputs."""
        return (design, list(inputs)) if self.twin is None else self.twin(design, inputs, targets)


Quantiser: TypeAlias = Callable[[Any, Material, Formats, Frame], Integers]


def exact_outputs(design: Design, taps: Floats, inputs: np.ndarray) -> Floats:
    """(T, O) raw outputs without rounding, from exact raw taps (T, taps) and raw inputs (T, K)."""
    out = design.readout
    seen = np.hstack([taps, inputs])[:, : out.taps]
    weights, bias = np.array(out.weights, dtype=float).T, np.array(out.bias, dtype=float)
    return np.asarray((seen @ weights + bias) * 2.0**-out.shift)


def centres(floats: Sequence[Floats], taps: Raws, scale: Floats, skip: int) -> Floats:
    """(taps,) the float value of raw 0 of each tap: the mean of what its scale leaves open."""
    return np.asarray(np.vstack([(x - raw * scale)[min(skip, len(x) - 1):]
                                 for x, raw in zip(floats, taps)]).mean(axis=0))


def point_formats(design: Design) -> dict[str, QFormat]:
    """The formats of all cast points, "output" the last."""
    return {**design.liquid.points, "output": design.output.format}


def traced(golden: Golden, inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Golden's cast points over raw inputs from the first state, by name, (T, n) each."""
    golden.reset()
    return golden.run(inputs, trace=True).points


def golden_taps(design: Design, inputs: Raws) -> list[np.ndarray]:
    """Golden's raw taps (T_i, taps) of each sequence from the first state."""
    golden, found = Golden(design), []
    for u in inputs:
        golden.reset()
        found.append(golden.states(u))
    return found
