"""Quantise: the one way from floats to integers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design
from liquidgate.spec.keywords import RESERVED
from liquidgate.train import liquids
from liquidgate.train.arrays import Floats, table
from liquidgate.train.classifier import Classifier
from liquidgate.train.liquids import Model
from liquidgate.train.quantise.answers import outputs, pooled_scores
from liquidgate.train.quantise.drive import drive, fitted_port
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material, interleaved, material
from liquidgate.train.quantise.readout import quantise_readout, raw_weights, readout_shift
from liquidgate.train.quantise.report import Report, report
from liquidgate.train.quantise.seam import Frame, Integers, centres, golden_taps
from liquidgate.train.readout import Readout, fit_readout, pooled


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantised:
    """A design, and how it came about.

    Attributes
    ----------
    design : the integers.
    report : what each cast point holds, and what the reservoir became.
    readout : the float readout of the design's own states, before it was rounded.
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
        if isinstance(self.model, Classifier):
            return self.model.classes_[self.scores(X).argmax(axis=1)]
        y = outputs(self.design, table(X, "X"))
        return y[:, 0] if self.model._flat else y

    def scores(self, X: Any) -> Floats:
        """(S, classes) pooled scores of sequences, the washout of each left out."""
        sequences = [table(s, f"X[{i}]") for i, s in enumerate(X)]
        return pooled_scores(self.design, sequences, self.model.warmup, self.model.pooling)

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
             output_names: Sequence[str] | None = None, refit: bool | None = None) -> Quantised:
    """The design of a fitted model; ranges and readout come from the training data given.

    The readout is fitted again, on the integer states of the golden model itself, so that it
    knows their noise, and is then rounded with their covariance. The trained readout of an
    imported network is kept, and only rounded.

    Parameters
    ----------
    model : fitted.
    inputs, targets : training rows (T, K), (T, O) in the data's units; a list of sequences and
        their labels for a classifier. A trained readout that is kept needs no targets: None.
    formats : widths; the default ones fit an iCE40's multipliers.
    name : of the design, a Verilog identifier (other characters become underscores, and a word
        of Verilog's own gets the ending _net).
    input_names, output_names : of the channels.
    refit : fit the readout again, or keep the model's own; by default as said above.

    Raises
    ------
    ValueError : when the reservoir is silent or saturated, the data does not fit the model, or
        the formats can not hold it.
    """
    formats = formats or Formats()
    refit = model.refit_ if refit is None else refit
    if targets is None:
        if refit:
            raise TypeError("targets must be the training rows' true outputs, not None")
        targets = model.predict(inputs)
    data = material(model, inputs, targets)
    k, o = data.inputs[0].shape[1], data.targets[0].shape[1]
    names_in = tuple(input_names or (f"u{i}" for i in range(k)))
    if output_names is None and isinstance(model, Classifier):
        output_names = [f"class_{label}" for label in model.classes_]
    names_out = tuple(output_names or (f"y{i}" for i in range(o)))
    identifier = re.sub(r"[^a-z0-9_]", "_", name.lower())[:40]
    if not identifier[:1].isalpha():
        identifier = f"d_{identifier}"[:40]
    if identifier in RESERVED:
        identifier += "_net"
    bits = formats.output_bits
    while True:
        made = _attempt(model, data, replace(formats, output_bits=bits), identifier,
                        names_in, names_out, refit)
        if not isinstance(made, int):
            break
        bits -= made
        if bits < 2:
            raise ValueError(f"formats.readout_bits = {formats.readout_bits} are too few for any "
                             "output: raise them")
    design, readout, integers, raws = made
    twin, driven = integers.taught(design, raws, data.targets)
    return Quantised(design=design, readout=readout, formats=formats, model=model,
                     report=report(design, integers, twin, driven, data.skip))


def _attempt(model: Model, data: Material, formats: Formats, name: str,
             names_in: tuple[str, ...], names_out: tuple[str, ...], refit: bool,
             ) -> tuple[Design, Readout, Integers, list[np.ndarray]] | int:
    """A design, its float readout and raw inputs; or by how many bits outputs are too fine."""
    out = drive(None, model.output_offset_, model.output_scale_, data.targets,
                names_out, formats.output_bits, model.reservoir_.units)
    port = fitted_port(out, out.finest())
    frame = Frame(name=name, input_names=names_in, out=out, output=port, decision=data.decision,
                  readout_bits=formats.readout_bits, passthrough=bool(model.passthrough),
                  timed=bool(model.timed))
    integers = liquids.find(model.liquid).quantise(model, data, formats, frame)
    design = frame.design(integers.liquid, integers.input)
    raws = [integers.input.encode(u) for u in data.inputs]
    taps = golden_taps(*integers.taught(design, raws, data.targets))
    parts = [np.hstack([s, u]) if model.passthrough else s for s, u in zip(taps, raws)]
    kept = [part[min(data.skip, len(part) - 1):].astype(float) for part in parts]
    widths = _widths(model, integers)
    unit = _units(model, integers, widths)
    readout, features, wanted = (_refit(model, data, kept, unit) if refit else
                                 _kept(model, data, integers, taps, kept, unit))
    if integers.twin is None:
        # single steps may score beyond the targets, which are a sequence's
        reached = np.vstack([readout.predict(part * unit) for part in kept])
        out = replace(out, low=np.minimum(out.low, reached.min(axis=0)),
                      high=np.maximum(out.high, reached.max(axis=0)))
        port = fitted_port(out, out.finest())
    shift = readout_shift(raw_weights(readout, unit, port), formats.readout_bits, widths)
    if shift < 0:
        return -shift
    trained = quantise_readout(readout, features, unit, wanted, bits=formats.readout_bits,
                               shift=shift, port=port)
    return replace(design, output=port, readout=trained), readout, integers, raws


def _widths(model: Model, integers: Integers) -> Floats:
    """(F,) greatest magnitudes of the raw features: taps, then inputs with pass-through."""
    formats = list(integers.liquid.taps)
    if model.passthrough:
        formats += [integers.input.format] * len(integers.input.channels)
    return np.array([float(max(-f.raw_min, f.raw_max)) for f in formats])


def _units(model: Model, integers: Integers, widths: Floats) -> Floats:
    """(F,) what a raw unit of each feature is to the ridge regression.

    Rounding noise is the same in each raw unit, so a ridge that is searched for penalises raw
    weights alike. A ridge that was given was meant for the float network's own states and inputs.
    """
    if isinstance(model.ridge, (int, float)):
        own = np.array([2.0**-c.f_bits for c in integers.input.channels]) * model.input_scale_
        return np.concatenate([integers.scale, own])[: len(widths)]
    return 1.0 / widths


def _refit(model: Model, data: Material, kept: list[Floats],
           unit: Floats) -> tuple[Readout, Floats, Floats]:
    """The float readout of raw features, and the features and targets it was fitted to."""
    wanted = [y[min(data.skip, len(y) - 1):] for y in data.targets]
    if data.decision == "argmax":
        # a linear readout's pooled score of a sequence is its score of the pooled states
        features = pooled(kept, 0, model.pooling)
        targets = np.array([y[0] for y in wanted])
        order = interleaved(targets)
        readout = fit_readout((features * unit)[order], targets[order], ridge=model.ridge,
                              decision="argmax")
    else:
        features, targets = np.vstack(kept), np.vstack(wanted)
        readout = fit_readout(features * unit, targets, ridge=model.ridge)
    return readout, features, targets


def _kept(model: Model, data: Material, integers: Integers, taps: list[np.ndarray],
          kept: list[Floats], unit: Floats) -> tuple[Readout, Floats, Floats]:
    """The model's own readout, of raw features; as ``_refit``.

    A tap is scale * raw + centre, an input (real - offset) * scale.
    """
    floats = [model.reservoir_.run(model.scaled(u)) if isinstance(model, Classifier)
              else model.states(u, y) for u, y in zip(data.inputs, data.targets)]
    scale = integers.scale
    centre = centres(floats, taps, scale, data.skip)
    if model.passthrough:
        channels = integers.input.channels
        lsb = np.array([2.0**-c.f_bits for c in channels])
        held = np.array([c.offset for c in channels]) * lsb
        scale = np.concatenate([scale, lsb * model.input_scale_])
        centre = np.concatenate([centre, (held - model.input_offset_) * model.input_scale_])
    own = model.readout_
    readout = replace(own, weights=own.weights * scale / unit, bias=own.bias + own.weights @ centre)
    features = np.vstack(kept)
    return readout, features, readout.predict(features * unit)
