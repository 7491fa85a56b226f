"""Quantises the echo state network: calibration, integers, calibration of the integers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from liquidgate.spec import Clip, Esn
from liquidgate.train.esn_model import EsnNetwork
from liquidgate.train.quantise.drive import drive
from liquidgate.train.quantise.esn_calibration import calibrate
from liquidgate.train.quantise.esn_ideal import recalibrate, without_rounding
from liquidgate.train.quantise.esn_report import conclude
from liquidgate.train.quantise.esn_reservoir import quantise_reservoir
from liquidgate.train.quantise.esn_teacher import forced
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers

RECALIBRATIONS = 6
"""Rounded weights move the ranges: they are measured again at most so many times."""


def quantise_esn(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``ESN`` or ``ESNClassifier``.

    Raises
    ------
    ValueError : when the reservoir is silent or saturated, or the formats can not hold it.
    """
    assert isinstance(model, EsnNetwork)
    reservoir = model.reservoir_
    scaled = [model.scaled(u) for u in data.inputs]
    back = taught = None
    if model.feedback:
        back = [(y - model.output_offset_) * model.output_scale_ for y in data.targets]
        assert reservoir.Wfb is not None
        taught = replace(frame.out, weights=reservoir.Wfb), frame.output
    floats = found = calibrate(reservoir, scaled, back, data.skip)
    driving = drive(reservoir.Win, model.input_offset_, model.input_scale_, data.inputs,
                    frame.input_names, max(formats.input_bits, formats.state_bits),
                    reservoir.units, frame.input, frame.timed)
    for _ in range(RECALIBRATIONS):
        esn, port = quantise_reservoir(reservoir, found, formats, driving, taught)
        design = frame.design(esn, port)
        twin, driven = forced(design, [port.encode(u) for u in data.inputs], data.targets)
        found, settled = recalibrate(found, twin, driven, data.skip)
        if settled or formats.states == "plain":
            break
    return Integers(
        liquid=esn, input=port, memory_bits=memory_bits(esn),
        scale=np.array([esn.scale(i) or esn.state.lsb for i in range(esn.neurons)]),
        reference=without_rounding, twin=forced if model.feedback else None,
        conclude=partial(conclude, reservoir=reservoir, found=floats),
    )


def memory_bits(esn: Esn) -> int:
    """Bits of weights, both banks of states and the activation's table."""
    nnz = esn.recurrent.nnz + esn.input.nnz + esn.feedback.nnz
    bits = nnz * esn.weight_width + 2 * esn.neurons * esn.state.width
    if not isinstance(esn.activation, Clip):
        bits += len(esn.activation.base) * (esn.activation.output.width - 1 + 15)
    return bits


def sizes(esn: Esn) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    return {
        "neurons": esn.neurons, "recurrent_weights": esn.recurrent.nnz,
        "input_weights": esn.input.nnz, "feedback_weights": esn.feedback.nnz,
        "weight_bits": esn.weight_width, "activation": esn.activation.kind,
    }
