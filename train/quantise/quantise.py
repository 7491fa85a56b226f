"""Quantise: the one way from floats to integers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design, Esn, LinearReadout, Port
from liquidgate.spec.keywords import RESERVED
from liquidgate.train.classifier import ESNClassifier
from liquidgate.train.esn import Floats
from liquidgate.train.network import table
from liquidgate.train.quantise.answers import mean_scores, outputs
from liquidgate.train.quantise.calibration import Calibration, calibrate
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.ideal import recalibrate
from liquidgate.train.quantise.material import Material, Model, drive, interleaved, material
from liquidgate.train.quantise.readout import quantise_readout, raw_weights, readout_shift
from liquidgate.train.quantise.report import Report, report
from liquidgate.train.quantise.reservoir import fitted_port, quantise_reservoir
from liquidgate.train.quantise.teacher import forced, integer_states
from liquidgate.train.readout import Readout, fit_readout

RECALIBRATIONS = 6
"""Rounded weights move the ranges: they are measured again at most so many times."""


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
        y = outputs(self.design, table(X, "X"))
        return y[:, 0] if self.model._flat else y

    def scores(self, X: Any) -> Floats:
        """(S, classes) mean scores of sequences, the washout of each left out."""
        sequences = [table(s, f"X[{i}]") for i, s in enumerate(X)]
        return mean_scores(self.design, sequences, self.model.warmup)

    def generate(self, n: int, *, context: Any) -> Floats:
        """(n, O) outputs in closed loop after ``context`` (T, K): each output the next input."""
        golden, out = Golden(self.design), self.design.output
        y = golden.run(self.design.input.encode(table(context, "context")))[-1]
        found = [y]
        while len(found) < n:
            y = golden.step(self.design.input.encode(out.decode(y[None]))[0])
            found.append(y)
        return out.decode(np.array(found))


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
    data = material(model, inputs, targets)
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


def _attempt(model: Model, data: Material, found: Calibration, formats: Formats, name: str,
             names_in: tuple[str, ...], names_out: tuple[str, ...],
             ) -> tuple[Design, Readout, list[np.ndarray]] | int:
    """A design, its float readout and raw inputs; or by how many bits outputs are too fine."""
    n, rows = model.reservoir_.units, np.vstack(data.targets)
    out = drive(model.reservoir_.Wfb, model.output_offset_, model.output_scale_, rows, names_out,
                 formats.output_bits, n)
    driving = drive(model.reservoir_.Win, model.input_offset_, model.input_scale_,
                   np.vstack(data.inputs), names_in, max(formats.input_bits, formats.state_bits), n)
    port = fitted_port(out, out.finest())
    taps = n + (len(names_in) if model.passthrough else 0)
    silent = LinearReadout(formats.readout_bits, ((0,) * taps,) * len(names_out),
                           (0,) * len(names_out), 0, decision=data.decision)
    for _ in range(RECALIBRATIONS):
        esn, input_port = quantise_reservoir(model.reservoir_, found, formats, driving,
                                             (out, port) if model.feedback else None)
        design = Design(name, input_port, port, esn, silent)
        raws = [input_port.encode(u) for u in data.inputs]
        twin, driven = forced(design, raws, data.targets)
        found, settled = recalibrate(found, twin, driven, data.skip)
        if settled or formats.states == "plain":
            break

    parts = [np.hstack([s, u]) if model.passthrough else s
             for s, u in zip(integer_states(twin, driven), raws)]
    kept = [part[min(data.skip, len(part) - 1):].astype(float) for part in parts]
    unit = _units(model, esn, input_port, taps)
    readout, features, wanted = _refit(model, data, kept, unit)
    if not model.feedback:
        # single steps may score beyond the targets, which are a sequence's
        reached = np.vstack([readout.predict(part * unit) for part in kept])
        out = replace(out, low=np.minimum(out.low, reached.min(axis=0)),
                      high=np.maximum(out.high, reached.max(axis=0)))
        port = fitted_port(out, out.finest())
    widths = np.full(taps, float(-esn.state.raw_min))
    widths[n:] = float(-input_port.format.raw_min)
    shift = readout_shift(raw_weights(readout, unit, port), formats.readout_bits, widths)
    if shift < 0:
        return -shift
    trained = quantise_readout(readout, features, unit, wanted, bits=formats.readout_bits,
                               shift=shift, port=port)
    return replace(design, output=port, readout=trained), readout, raws


def _units(model: Model, esn: Esn, port: Port, taps: int) -> Floats:
    """(taps,) what a raw unit of each feature is to the ridge regression.

    Rounding noise is the same in each raw unit, so a ridge that is searched for penalises raw
    weights alike. A ridge that was given was meant for the float network's own states and inputs.
    """
    n = esn.neurons
    if isinstance(model.ridge, (int, float)):
        own = np.array([2.0**-c.f_bits for c in port.channels]) * model.input_scale_
        return np.concatenate([[esn.scale(i) or esn.state.lsb for i in range(n)], own])[:taps]
    return np.concatenate([np.full(n, esn.state.lsb), np.full(taps - n, 2.0 ** (1 - port.width))])


def _refit(model: Model, data: Material, kept: list[Floats],
           unit: Floats) -> tuple[Readout, Floats, Floats]:
    """The float readout of raw features, and the features and targets it was fitted to."""
    wanted = [y[min(data.skip, len(y) - 1):] for y in data.targets]
    if data.decision == "argmax":
        # a linear readout's mean score of a sequence is its score of the mean state
        features = np.array([part.mean(axis=0) for part in kept])
        targets = np.array([y[0] for y in wanted])
        order = interleaved(targets)
        readout = fit_readout((features * unit)[order], targets[order], ridge=model.ridge,
                              decision="argmax")
    else:
        features, targets = np.vstack(kept), np.vstack(wanted)
        readout = fit_readout(features * unit, targets, ridge=model.ridge)
    return readout, features, targets
