"""Quantises the closed-form continuous-time network: means into biases, halves into one head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liquidgate.spec import Cfc, Clip, Design, QFormat, SparseMatrix
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.cfc import CfcNetwork, Heads
from liquidgate.train.quantise.activation import activation, activation_curve
from liquidgate.train.quantise.drive import (
    HEADROOM,
    drive,
    folded,
    port,
    power_ceil,
    time_bits,
    weight_unit,
)
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers, exact_outputs

STATE_HEADROOM = 1.2
SILENT, SATURATED = 1e-5, 0.98
WIDEST = 24
"""Bits of a pre-activation at most."""
DEEPEST = 8.0
"""Beyond it, tanh does not move."""


def quantise_cfc(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``CfC`` or ``CfCClassifier``.

    Raises
    ------
    ValueError : when the reservoir is silent or saturated.
    """
    assert isinstance(model, CfcNetwork)
    reservoir = model.reservoir_
    n, limit = reservoir.units, (1 << (formats.weight_bits - 1)) - 1
    reach_pre, x = _calibrate(model, data)
    # a trained network must begin where it did in training, at 0: no means
    centred = formats.states == "centred" and model.refit_
    centre = (x.min(axis=0) + x.max(axis=0)) / 2 * centred
    reach = float(np.abs(x - centre).max()) * STATE_HEADROOM
    i_bits = 1 + power_ceil(reach)
    state = QFormat(i_bits, formats.state_bits - i_bits)
    output = QFormat(1, min(state.f_bits + 1, 22))
    mean = np.round(centre * 2.0 ** (2 * output.f_bits + 1)).astype(np.int64)

    halves = halved(reservoir)
    heads = len(halves)
    driving = drive((reservoir.Win * halves[:, None, None]).reshape(heads * n, -1),
                    model.input_offset_, model.input_scale_, data.inputs,
                    frame.input_names, max(formats.input_bits, formats.state_bits), heads * n,
                    frame.input, frame.timed)
    columns = (reservoir.W * halves[:, None, None]).reshape(heads * n, n) * state.lsb
    q = weight_unit(float(np.abs(columns).max()), [driving], limit)
    weights = np.clip(np.round(columns * 2.0**q), -limit, limit).astype(np.int64)
    channels = port(driving, q, limit)
    win, constant = folded(driving, channels, q, limit)
    # the circuit's own matrix and means, so that rounding them moves none
    constant = constant + weights * 2.0**-q / state.lsb @ (
        mean * 2.0 ** -(2 * output.f_bits + 1))
    bias = np.round(((reservoir.bias * halves[:, None]).ravel() + constant) * 2.0**q)

    i_pre = 1 + power_ceil(reach_pre)
    f_pre = min(output.f_bits + 1, q, WIDEST - i_pre)
    pre = QFormat(max(i_pre, 2 - f_pre), f_pre)
    rows = np.hstack([weights, win]).reshape(heads, n, -1)
    cfc = Cfc(
        weight_width=formats.weight_bits,
        heads=tuple(SparseMatrix.from_rows(head, rows.shape[2]) for head in rows),
        bias=tuple(tuple(int(b) for b in head) for head in bias.reshape(heads, n)),
        acc_shift=q - f_pre, time_shift=time_bits(driving, channels) if reservoir.timed else 0,
        activation=activation("tanh", pre, output, formats.segment_bits),
        mean=tuple(mean.tolist()), state=state, mode=reservoir.mode,
    )
    return Integers(liquid=cfc, input=channels, memory_bits=memory_bits(cfc),
                    scale=np.full(n, state.lsb), reference=without_rounding)


def halved(reservoir: Heads) -> Floats:
    """(H,) factors of the heads: sigmoid(z) = (1 + tanh(z / 2)) / 2."""
    return np.array([1.0, 1.0, 0.5, 0.5])[: len(reservoir.W)]


def _calibrate(model: CfcNetwork, data: Material) -> tuple[float, Floats]:
    """How far pre-activations must reach, the exponent's halved, and (T, N) states in training."""
    reservoir = model.reservoir_
    n, halves = reservoir.units, halved(reservoir)[:, None, None]
    zs, es, xs = [], [], []
    for inputs in data.inputs:
        u = model.scaled(inputs)
        x = reservoir.trajectory(u)
        before = np.vstack([reservoir.start(), x[:-1]])
        z = reservoir.preactivations(before, u) * halves
        skip = min(data.skip, len(u) - 1)
        zs.append(z[:, skip:])
        es.append(reservoir.exponent(z, u)[skip:])
        xs.append(x[skip:])
    z, e, x = np.concatenate(zs, axis=1), np.vstack(es), np.vstack(xs)
    stuck = int(((np.abs(np.tanh(z[:2])) > SATURATED).mean(axis=1) > 0.5).sum())
    if model.refit_ and stuck > n:
        raise ValueError(f"the reservoir is saturated: {stuck} of {2 * n} heads are beyond "
                         f"{SATURATED:g} in most steps; lower input_scaling, bias_scaling or sr")
    silent = int((np.ptp(x, axis=0) < 2 * SILENT).sum())
    if model.refit_ and 2 * silent > n:
        raise ValueError(f"the reservoir is silent: {silent} of {n} neurons move by less than "
                         f"{SILENT:g}; raise input_scaling or sr")
    reach = min(max(float(np.abs(z[:2]).max()), float(np.abs(e).max())) * HEADROOM, DEEPEST)
    if reservoir.timed:  # their sum may be small while they are not
        reach = max(reach, float(np.abs(z[2:]).max()) * HEADROOM)
    return reach, x


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """The design's equations on real numbers, every value in raw units."""
    cfc = expect(Cfc, design.liquid)
    weights = np.array([head.dense() for head in cfc.heads], dtype=float).transpose(2, 1, 0)
    weights = weights.reshape(len(weights), -1)
    bias, mean = np.array(cfc.bias, dtype=float).T.ravel(), np.array(cfc.mean, dtype=float)
    curve, one = activation_curve(cfc.activation), 2.0**cfc.activation.output.f_bits
    results = []
    for inputs in sequences:
        s = np.zeros(cfc.neurons)
        run: dict[str, list[Floats]] = {name: [] for name in cfc.points}
        for u in inputs:
            z = (np.concatenate([s, u]) @ weights + bias) * 2.0**-cfc.acc_shift
            values, heads = [z], z.reshape(-1, len(cfc.heads))
            if cfc.timed:
                e = heads[:, 2] * u[-1] * 2.0**-cfc.time_shift + heads[:, 3]
                values, heads = [z, e], np.column_stack([heads[:, :2], e])
            g = curve(heads)
            a, b, c = g.T
            blend = ((2 * a + b) * one + c * b if cfc.mode == "no_gate"
                     else (a + b) * one + c * (b - a))
            s = (blend - mean) * 2.0**-cfc.state_shift
            for name, value in zip(run, (*values, g.ravel(), s)):
                run[name].append(value)
        found = {name: np.array(values) for name, values in run.items()}
        found["output"] = exact_outputs(design, found["state"], inputs)
        results.append(found)
    return results


def memory_bits(cfc: Cfc) -> int:
    """Bits of weights, both banks of states and the activation's table."""
    bits = sum(head.nnz for head in cfc.heads) * cfc.weight_width
    bits += 2 * cfc.neurons * cfc.state.width
    if not isinstance(cfc.activation, Clip):
        bits += len(cfc.activation.base) * (cfc.activation.output.width - 1 + 15)
    return bits


def sizes(cfc: Cfc) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    return {
        "neurons": cfc.neurons, "heads": len(cfc.heads),
        "weights": sum(head.nnz for head in cfc.heads), "weight_bits": cfc.weight_width,
        "activation": cfc.activation.kind,
    }
