"""Quantises the pure closed-form network: means into biases and offsets, the decay into a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liquidgate.spec import CfcPure, Design, QFormat, SparseMatrix
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.cfc_pure import PureNetwork
from liquidgate.train.quantise.activation import activation_curve, decay_table
from liquidgate.train.quantise.drive import (
    HEADROOM,
    drive,
    folded,
    port,
    power_ceil,
    power_floor,
    time_bits,
    weight_unit,
)
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers, exact_outputs

STATE_HEADROOM = 1.2
SILENT = 1e-5
WIDEST = 24
"""Bits of a pre-activation or an exponent at most."""
DEEPEST = 16.0
"""Beyond it, nothing is left of an exponential."""
MOST = 18
"""Bits of targets and of what they are multiplied with, by the contract."""
RATE_BITS = 23
"""Of a rate, which has the fraction bits of a pre-activation, by the contract."""
MOST_SHIFT = 40
"""From the exact sum to a pre-activation, by the contract."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranges:
    """What the float network does on training data: (T, N) each."""

    z: Floats
    e: Floats
    rest: Floats
    x: Floats


def quantise_cfc_pure(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``PureCfC`` or ``PureCfCClassifier``.

    Raises
    ------
    ValueError : when the reservoir is silent or saturated.
    """
    assert isinstance(model, PureNetwork)
    reservoir = model.reservoir_
    n, limit = reservoir.units, (1 << (formats.weight_bits - 1)) - 1
    wide = min(max(formats.state_bits, formats.solver_bits), MOST)
    found = _calibrate(model, data)
    # a trained network must begin where it did in training, at 0: no means
    centred = formats.states == "centred" and model.refit_
    centre = (found.x.min(axis=0) + found.x.max(axis=0)) / 2 * centred
    i_bits = 1 + power_ceil(float(np.abs(found.x - centre).max()) * STATE_HEADROOM)
    state = QFormat(i_bits, formats.state_bits - i_bits)
    i_bits = 1 + power_ceil(float(np.abs(found.rest).max()) * HEADROOM)
    rest = QFormat(i_bits, wide - i_bits)
    f_target = power_floor(((1 << (wide - 1)) - 1) / max(float(np.abs(reservoir.A).max()), 1e-6))
    state = QFormat(state.i_bits, min(state.f_bits, f_target + rest.f_bits))

    driving = drive(reservoir.Win, model.input_offset_, model.input_scale_, data.inputs,
                    frame.input_names, max(formats.input_bits, formats.state_bits), n,
                    frame.input, frame.timed)
    columns = reservoir.W * state.lsb
    q = weight_unit(float(np.abs(columns).max()), [driving], limit)
    weights = np.clip(np.round(columns * 2.0**q), -limit, limit).astype(np.int64)
    channels = port(driving, q, limit)
    win, constant = folded(driving, channels, q, limit)
    # the circuit's own matrix, so that rounding it moves no mean
    constant = constant + weights * 2.0**-q / state.lsb @ centre

    # what the pre-activation is multiplied with is no greater than 1
    i_pre = 1 + power_ceil(float(np.abs(found.z).max()) * HEADROOM)
    i_exp = 1 + power_ceil(min(float(found.e.max()) * HEADROOM, DEEPEST))
    f_pre = min(rest.f_bits + 1, q, wide - i_pre,
                RATE_BITS - power_ceil(max(float(reservoir.tau.max()), 1e-6)))
    if not reservoir.timed:
        f_pre = min(f_pre, WIDEST - i_exp)
    if not 0 <= q - f_pre <= MOST_SHIFT or wide - 1 + f_pre < rest.f_bits:
        raise ValueError("sr, input_scaling and bias_scaling are too far apart for one sum in "
                         f"{wide} bits: {model.sr:g}, {model.input_scaling:g} and "
                         f"{model.bias_scaling:g}; bring them nearer to each other")
    pre = QFormat(max(i_pre, 2 - f_pre), f_pre)
    f_exp, time_shift = f_pre, 0
    if reservoir.timed:
        f_exp = min(f_pre, WIDEST - i_exp)
        time_shift = time_bits(driving, channels) + f_pre - f_exp
    pure = CfcPure(
        weight_width=formats.weight_bits,
        head=SparseMatrix.from_rows(np.hstack([weights, win]), n + win.shape[1]),
        bias=tuple(int(b) for b in np.round((reservoir.bias + constant) * 2.0**q)),
        acc_shift=q - f_pre, preactivation=pre,
        rate=tuple(int(r) for r in np.round(reservoir.tau * 2.0**f_pre)),
        timed=reservoir.timed, time_shift=time_shift,
        activation=decay_table(QFormat(max(i_exp, 2 - f_exp), f_exp), QFormat(1, wide - 1),
                               formats.segment_bits),
        rest=rest, target=tuple(int(a) for a in np.round(reservoir.A * 2.0**f_target)),
        offset=tuple(int(a) for a in np.round(
            (reservoir.A - centre) * 2.0 ** (f_target + rest.f_bits))),
        state_shift=f_target + rest.f_bits - state.f_bits, state=state,
    )
    return Integers(liquid=pure, input=channels, memory_bits=memory_bits(pure),
                    scale=np.full(n, state.lsb), reference=without_rounding)


def _calibrate(model: PureNetwork, data: Material) -> Ranges:
    """The float network over the training data, the washout left out."""
    reservoir, runs = model.reservoir_, []
    for inputs in data.inputs:
        u = model.scaled(inputs)
        x = reservoir.trajectory(u)
        skip = min(data.skip, len(u) - 1)
        z = reservoir.preactivations(np.vstack([reservoir.start(), x[:-1]]), u)
        e = reservoir.exponent(z, u)
        runs.append([part[skip:] for part in (z, e, np.exp(-e) * z, x)])
    z, e, rest, x = (np.vstack(parts) for parts in zip(*runs))
    gone = int(((e > DEEPEST).mean(axis=0) > 0.5).sum())
    if model.refit_ and 2 * gone > x.shape[1]:
        raise ValueError("the reservoir is saturated: nothing is left of the exponentials of "
                         f"{gone} of {x.shape[1]} neurons in most steps; lower input_scaling, "
                         "bias_scaling or sr")
    silent = int((np.ptp(x, axis=0) < 2 * SILENT).sum())
    if model.refit_ and 2 * silent > x.shape[1]:
        raise ValueError(f"the reservoir is silent: {silent} of {x.shape[1]} neurons move by less "
                         f"than {SILENT:g}; raise input_scaling or sr")
    return Ranges(z=z, e=e, rest=rest, x=x)


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """The design's equations on real numbers, every value in raw units."""
    pure = expect(CfcPure, design.liquid)
    head = np.array(pure.head.dense(), dtype=float).T
    bias, rate, target, offset = (np.array(values, dtype=float) for values in (
        pure.bias, pure.rate, pure.target, pure.offset))
    curve, one = activation_curve(pure.activation), 2.0**pure.activation.output.f_bits
    results = []
    for inputs in sequences:
        s = np.zeros(pure.neurons)
        run: dict[str, list[Floats]] = {name: [] for name in pure.points}
        for u in inputs:
            z = (np.concatenate([s, u]) @ head + bias) * 2.0**-pure.acc_shift
            e = (np.abs(z) + rate) * (u[-1] * 2.0**-pure.time_shift if pure.timed else 1.0)
            c = curve(e)
            y = (one - c) * z * 2.0**-pure.rest_shift
            s = (offset - target * y) * 2.0**-pure.state_shift
            for name, value in zip(run, (z, e, c, y, s)):
                run[name].append(value)
        found = {name: np.array(values) for name, values in run.items()}
        found["output"] = exact_outputs(design, found["state"], inputs)
        results.append(found)
    return results


def memory_bits(pure: CfcPure) -> int:
    """Bits of weights, both banks of states and the exponential's table."""
    bits = pure.head.nnz * pure.weight_width + 2 * pure.neurons * pure.state.width
    return bits + len(pure.activation.base) * (pure.activation.output.width - 1 + 15)


def sizes(pure: CfcPure) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    return {"neurons": pure.neurons, "weights": pure.head.nnz, "weight_bits": pure.weight_width,
            "timed": pure.timed}
