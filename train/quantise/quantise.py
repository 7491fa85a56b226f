"""Quantise: the one way from floats to integers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Channel, Design, LinearReadout, Port, SparseMatrix
from liquidgate.spec.keywords import RESERVED
from liquidgate.train.classifier import ESNClassifier
from liquidgate.train.esn import Floats
from liquidgate.train.model import ESN
from liquidgate.train.network import table
from liquidgate.train.quantise.calibration import Calibration, calibrate
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.ideal import recalibrate
from liquidgate.train.quantise.readout import quantise_readout, raw_weights, readout_shift
from liquidgate.train.quantise.report import Report, report
from liquidgate.train.quantise.reservoir import Drive, fitted_port, quantise_reservoir
from liquidgate.train.readout import Readout, fit_readout, one_hot

Model: TypeAlias = ESN | ESNClassifier
RECALIBRATIONS = 6
"""Rounded weights move the ranges: they are measured again at most so many times."""
FINEST_GRID = 40
"""Fraction bits looked for in data; finer data counts as continuous."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantised:
    """A design, and how it came about.

    Attributes
    ----------
    design : the integers.
    report : what each cast point holds, and what the reservoir became.
    readout : the float readout fitted on the design's own states, before it was rounded.
    formats : what was asked for.
    model : the float model it came from.
    """

    design: Design
    report: Report
    readout: Readout
    formats: Formats
    model: Model

    def predict(self, X: Any) -> Any:
        """As the model's own ``predict``, by the golden model, in the data's units."""
        if isinstance(self.model, ESNClassifier):
            return self.model.classes_[self.scores(X).argmax(axis=1)]
        u = self.design.input.encode(table(X, "X"))
        y = self.design.output.decode(Golden(self.design).run(u))
        return y[:, 0] if self.model._flat else y

    def scores(self, X: Any) -> Floats:
        """(S, classes) mean scores of sequences, the washout of each left out."""
        golden, found = Golden(self.design), []
        for i, s in enumerate(X):
            golden.reset()
            y = golden.run(self.design.input.encode(table(s, f"X[{i}]")))
            kept = y[min(self.model.warmup, len(y) - 1):]
            found.append(self.design.output.decode(kept).mean(axis=0))
        return np.array(found)

    def generate(self, n: int, *, context: Any) -> Floats:
        """(n, O) outputs in closed loop after ``context`` (T, K): each output the next input."""
        golden, out = Golden(self.design), self.design.output
        y = golden.run(self.design.input.encode(table(context, "context")))[-1]
        found = [y]
        while len(found) < n:
            y = golden.step(self.design.input.encode(out.decode(y[None]))[0])
            found.append(y)
        return out.decode(np.array(found))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Data:
    """Training data as sequences, in the data's units; ``skip``: washout of each."""

    inputs: list[Floats]
    targets: list[Floats]
    skip: int
    decision: str


def quantise(model: Model, inputs: Any, targets: Any, *, formats: Formats | None = None,
             name: str = "liquid", input_names: Sequence[str] | None = None,
             output_names: Sequence[str] | None = None) -> Quantised:
    """The design of a fitted model; ranges and readout come from the training data given.

    The readout is fitted again, on the integer states of the golden model itself, so that it
    knows their noise, and is then rounded with their covariance.

    Parameters
    ----------
    model : fitted.
    inputs, targets : training rows (T, K), (T, O) in the data's units; a list of sequences and
        their labels for a classifier.
    formats : widths; the default ones fit an iCE40's multipliers.
    name : of the design, a Verilog identifier (other characters become underscores, and a word
        of Verilog's own gets the ending _net).
    input_names, output_names : of the channels.

    Raises
    ------
    ValueError : when the reservoir is silent or saturated, the data does not fit the model, or
        the formats can not hold it.
    """
    formats = formats or Formats()
    data = _data(model, inputs, targets)
    k, o = data.inputs[0].shape[1], data.targets[0].shape[1]
    names_in = tuple(input_names or (f"u{i}" for i in range(k)))
    if output_names is None and isinstance(model, ESNClassifier):
        output_names = [f"class_{label}" for label in model.classes_]
    names_out = tuple(output_names or (f"y{i}" for i in range(o)))
    scaled = [model.scaled(u) for u in data.inputs]
    back = None
    if model.feedback:
        back = [(y - model.output_offset_) * model.output_scale_ for y in data.targets]
    found = calibrate(model.reservoir_, scaled, back, data.skip)
    identifier = re.sub(r"[^a-z0-9_]", "_", name.lower())[:40]
    if not identifier[:1].isalpha():
        identifier = f"d_{identifier}"[:40]
    if identifier in RESERVED:
        identifier += "_net"
    bits = formats.output_bits
    while True:
        made = _attempt(model, data, found, replace(formats, output_bits=bits), identifier,
                        names_in, names_out)
        if not isinstance(made, int):
            break
        bits -= made
        if bits < 2:
            raise ValueError(f"formats.readout_bits = {formats.readout_bits} are too few for any "
                             "output: raise them")
    design, readout, raws = made
    twin, driven = forced(design, raws, data.targets)
    return Quantised(design=design, readout=readout, formats=formats, model=model,
                     report=report(design, model.reservoir_, found, twin, driven, data.skip))


def _attempt(model: Model, data: _Data, found: Calibration, formats: Formats, name: str,
             names_in: tuple[str, ...], names_out: tuple[str, ...],
             ) -> tuple[Design, Readout, list[np.ndarray]] | int:
    """A design, its float readout and raw inputs; or by how many bits outputs are too fine."""
    reservoir = model.reservoir_
    rows = np.vstack(data.targets)
    out = _drive(reservoir.Wfb, model.output_offset_, model.output_scale_, rows, names_out,
                 formats.output_bits, reservoir.units)
    output_port = fitted_port(out, out.finest())
    drive = _drive(reservoir.Win, model.input_offset_, model.input_scale_, np.vstack(data.inputs),
                   names_in, max(formats.input_bits, formats.state_bits), reservoir.units)
    taps = reservoir.units + (len(names_in) if model.passthrough else 0)
    silent = LinearReadout(formats.readout_bits, ((0,) * taps,) * len(names_out),
                           (0,) * len(names_out), 0, decision=data.decision)
    for _ in range(RECALIBRATIONS):
        esn, input_port = quantise_reservoir(
            reservoir, found, formats, drive, (out, output_port) if model.feedback else None)
        design = Design(name, input_port, output_port, esn, silent)
        raws = [input_port.encode(u) for u in data.inputs]
        twin, driven = forced(design, raws, data.targets)
        found, settled = recalibrate(found, twin, driven, data.skip)
        if settled or formats.states == "plain":
            break
    states = _states(twin, driven)
    parts = [np.hstack([s, u]) if model.passthrough else s for s, u in zip(states, raws)]
    skip = data.skip
    kept = [part[min(skip, len(part) - 1):].astype(float) for part in parts]
    wanted = [y[min(skip, len(y) - 1):] for y in data.targets]
    features, rows = np.vstack(kept), np.vstack(wanted)
    unit = np.full(taps, esn.state.lsb)
    unit[reservoir.units:] = 2.0 ** (1 - input_port.width)
    if data.decision == "argmax":
        # a linear readout's mean score of a sequence is its score of the mean state
        means = np.array([part.mean(axis=0) for part in kept])
        marks = np.array([y[0] for y in wanted])
        order = _interleaved(marks)
        readout = fit_readout((means * unit)[order], marks[order], ridge=model.ridge,
                              decision="argmax")
        features, rows = means, marks
    else:
        readout = fit_readout(features * unit, rows, ridge=model.ridge)
    widths = np.full(taps, float(-esn.state.raw_min))
    widths[reservoir.units:] = float(-input_port.format.raw_min)
    shift = readout_shift(raw_weights(readout, unit, output_port), formats.readout_bits, widths)
    if shift < 0:
        return -shift
    trained = quantise_readout(readout, features, unit, rows, bits=formats.readout_bits,
                               shift=shift, port=output_port)
    return replace(design, readout=trained), readout, raws


def _states(design: Design, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Golden's raw states (T_i, N) of each sequence from the first state."""
    golden, found = Golden(design), []
    for u in inputs:
        golden.reset()
        found.append(golden.states(u))
    return found


def forced(design: Design, inputs: Sequence[np.ndarray],
           targets: Sequence[Floats]) -> tuple[Design, list[np.ndarray]]:
    """Teacher forcing: a twin whose fed-back outputs are inputs, and its inputs (the true outputs).

    A design without feedback is its own twin.
    """
    if not design.has_feedback:
        return design, list(inputs)
    esn, k = design.liquid, design.inputs
    both = SparseMatrix(
        k + design.outputs,
        tuple(a + tuple(j + k for j in b)
              for a, b in zip(esn.input.indices, esn.feedback.indices)),
        tuple(a + b for a, b in zip(esn.input.data, esn.feedback.data)),
    )
    width = max(design.input.width, design.output.width)
    port = Port(width, True, tuple(Channel(f"c{i}", 0) for i in range(both.columns)))
    readout = design.readout
    if readout.taps > esn.neurons:
        more = (0,) * design.outputs
        readout = replace(readout, weights=tuple(row + more for row in readout.weights))
    empty = SparseMatrix(0, ((),) * esn.neurons, ((),) * esn.neurons)
    twin = replace(design, input=port, liquid=replace(esn, input=both, feedback=empty),
                   readout=readout)
    back = [design.output.encode(y) for y in targets]
    late = [np.vstack([np.zeros((1, y.shape[1]), dtype=np.int64), y[:-1]]) for y in back]
    return twin, [np.hstack([u, y]) for u, y in zip(inputs, late)]


def _data(model: Model, inputs: Any, targets: Any) -> _Data:
    if isinstance(model, ESNClassifier):
        sequences = [table(s, f"inputs[{i}]") for i, s in enumerate(inputs)]
        labels = np.searchsorted(model.classes_, np.asarray(targets))
        marks = one_hot(labels, len(model.classes_))
        return _Data(inputs=sequences, skip=model.warmup, decision="argmax",
                     targets=[np.tile(m, (len(s), 1)) for m, s in zip(marks, sequences)])
    u, y = table(inputs, "inputs"), table(targets, "targets")
    if len(u) != len(y):
        raise ValueError(f"inputs and targets must have equally many rows, not {len(u)} "
                         f"and {len(y)}")
    if len(u) < model.warmup + 10:
        raise ValueError(f"inputs must have at least warmup + 10 = {model.warmup + 10} rows, "
                         f"not {len(u)}")
    return _Data(inputs=[u], targets=[y], skip=model.warmup, decision="none")


def _drive(weights: Floats | None, offset: Floats, scale: Floats, rows: Floats,
           names: tuple[str, ...], bits: int, units: int) -> Drive:
    return Drive(
        weights=np.zeros((units, rows.shape[1])) if weights is None else weights,
        offset=offset, scale=scale, low=rows.min(axis=0), high=rows.max(axis=0),
        grid=np.array([_grid(column) for column in rows.T]), names=names, bits=bits,
    )


def _grid(values: Floats) -> int:
    """Least f such that all values are multiples of 2**-f; ``FINEST_GRID`` when there is none."""
    for f in range(-16, FINEST_GRID):
        raws = values * 2.0**f
        if np.array_equal(raws, np.round(raws)):
            return f
    return FINEST_GRID


def _interleaved(marks: Floats) -> np.ndarray:
    """An order in which each fold of a cross-validation has all classes."""
    labels = marks.argmax(axis=1)
    rank = [int(np.sum(labels[:i] == c)) for i, c in enumerate(labels)]
    return np.argsort(rank, kind="stable")
