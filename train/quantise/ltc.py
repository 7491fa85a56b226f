"""Quantises the liquid time-constant network: means into biases and targets, h into the tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from liquidgate.spec import Clip, Explicit, Fused, Ltc, QFormat, SparseMatrix
from liquidgate.spec.ltc_solver import Solver
from liquidgate.train.arrays import Floats
from liquidgate.train.ltc import LtcNetwork
from liquidgate.train.quantise.activation import share_table, tanh_table
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
from liquidgate.train.quantise.ltc_ideal import without_rounding
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers

STATE_HEADROOM = 1.2
SILENT, SATURATED = 1e-5, 0.98
FINEST_RATE = 24
"""Fraction bits of rates at most, by the contract."""
WIDEST = 24
"""Bits of a pre-activation at most."""
GUARD = 2
"""Bits by which the drive is finer than the state, where its width allows."""
MOST_SHIFT = 6
"""Of a target, by the contract."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranges:
    """What the float network does on training data.

    z, x, load_of (T, N): pre-activations, states and h (1/tau + f) of all sub-steps. longest: the
    interval to hold, scaled; 1 when there is none.
    """

    z: Floats
    x: Floats
    load_of: Floats
    longest: float


def quantise_ltc(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``LTC`` or ``LTCClassifier``.

    Raises
    ------
    ValueError : when the reservoir is silent or saturated.
    """
    assert isinstance(model, LtcNetwork)
    reservoir = model.reservoir_
    n, limit = reservoir.units, (1 << (formats.weight_bits - 1)) - 1
    wide = max(formats.state_bits, formats.solver_bits)
    found = _calibrate(model, data)
    # a trained network must begin where it did in training, at 0: no means
    centred = formats.states == "centred" and model.refit_
    centre = (found.x.min(axis=0) + found.x.max(axis=0)) / 2 * centred
    reach = float(np.abs(found.x - centre).max()) * STATE_HEADROOM
    pull = float(np.abs(np.append(reservoir.A - centre, centre)).max())
    most = (1 << (wide - 1)) - 1
    i_bits = 1 + power_ceil(reach)
    i_bits = max(i_bits, formats.state_bits - power_floor(most * 2.0**MOST_SHIFT / pull))
    state = QFormat(i_bits, formats.state_bits - i_bits)
    shift = max(0, power_ceil(pull * 2.0**state.f_bits / most))
    unit = 2.0 ** (shift - state.f_bits)
    mean = np.round(centre / unit).astype(np.int64)
    target = np.clip(np.round(reservoir.A / unit) - mean, -most, most).astype(np.int64)

    driving = drive(reservoir.Win / 2, model.input_offset_, model.input_scale_,
                    data.inputs, frame.input_names,
                    max(formats.input_bits, formats.state_bits), n, frame.input,
                    frame.timed)
    columns = reservoir.W / 2 * state.lsb  # sigmoid(z) = (1 + tanh(z / 2)) / 2
    q = weight_unit(float(np.abs(columns).max()), [driving], limit)
    weights = np.clip(np.round(columns * 2.0**q), -limit, limit).astype(np.int64)
    channels = port(driving, q, limit)
    win, constant = folded(driving, channels, q, limit)
    # the circuit's own matrix and means, so that rounding them moves none
    constant = constant + weights * 2.0**-q / state.lsb @ (mean * unit)

    # rates: h/2 tanh, h/2 and h/tau
    h = reservoir.step_length / reservoir.substeps
    fastest = h * (1 / float(reservoir.tau.min()) + 1) * (1 + 2.0**-9)
    f_rate = wide - 1 - power_ceil(fastest)
    height = power_ceil(h / 2)
    f_load = wide - 1 - power_ceil(fastest * found.longest)
    if min(f_rate, f_rate + height, f_load) < 0 or f_rate > FINEST_RATE:
        raise ValueError(
            "step and tau_min must make the greatest rate of a sub-step, step / substeps "
            f"(1 + 1 / tau), {2.0 ** (wide - 1 - FINEST_RATE):.3g}.."
            f"{2.0 ** (wide - 1 + min(height, 0)) / found.longest:.3g} in {wide} bits, not "
            f"{fastest:.3g} (with step {model.step:g}, substeps {model.substeps}, "
            f"tau_min {model.tau_min:g})")
    i_pre = 1 + power_ceil(min(float(np.abs(found.z).max()) / 2 * HEADROOM, 8.0))
    f_pre = min(f_rate + height + 1, q, WIDEST - i_pre)
    pre = QFormat(max(i_pre, 2 - f_pre), f_pre)
    # steps of any length: the table of a height near 1, at its own binary point
    curve = tanh_table(pre, QFormat(1, f_rate + height), formats.segment_bits,
                       h / 2 * 2.0**-height)
    curve = replace(curve, output=QFormat(1 + height, f_rate))
    time_shift = 0
    if reservoir.timed:
        time_shift = time_bits(driving, channels) + f_rate - f_load
    middle = max(curve.limit, round(h / 2 * 2.0**f_rate))
    leak = np.round(h / reservoir.tau * 2.0**f_rate).astype(np.int64)
    solver: Solver = Explicit()
    if reservoir.solver == "fused":
        v = (1 + found.load_of) * (found.x - centre)
        solver = _fused(float(np.abs(v).max()) * HEADROOM, state, wide, f_load,
                        formats.segment_bits)
    else:  # rounding must not make a stable step unstable
        leak = np.minimum(leak, (2 << f_rate) - middle - curve.limit)
    ltc = Ltc(
        weight_width=formats.weight_bits,
        recurrent=SparseMatrix.from_rows(weights, n),
        input=SparseMatrix.from_rows(win, win.shape[1]),
        bias=tuple(int(b) for b in np.round((reservoir.bias / 2 + constant) * 2.0**q)),
        acc_shift=q - f_pre, activation=curve,
        middle=middle, leak=tuple(leak.tolist()),
        target=tuple(target.tolist()), mean=tuple(mean.tolist()), target_shift=shift,
        timed=reservoir.timed,
        time_shift=time_shift,
        substeps=reservoir.substeps, solver=solver, state=state,
    )
    return Integers(liquid=ltc, input=channels, memory_bits=memory_bits(ltc),
                    scale=np.full(n, state.lsb), reference=without_rounding)


def _fused(reach: float, state: QFormat, wide: int, f_load: int, segment_bits: int) -> Fused:
    """Formats of share and drive, from the greatest |v|."""
    i_drive = 1 + power_ceil(reach)
    f_drive = min(wide - i_drive, state.f_bits + GUARD)
    f_share = min(wide - 1, f_load + state.f_bits - f_drive)
    return Fused(share_table(QFormat(wide - f_load, f_load), QFormat(1, f_share), segment_bits),
                 QFormat(i_drive, f_drive))


def _calibrate(model: LtcNetwork, data: Material) -> Ranges:
    """The float network over the training data, the washout left out."""
    reservoir = model.reservoir_
    zs, xs, loads, longest = [], [], [], 1.0
    h = reservoir.step_length / reservoir.substeps
    if reservoir.timed:
        longest = max(float(model.scaled(u)[:, -1].max()) for u in data.inputs) * HEADROOM
    for inputs in data.inputs:
        u = model.scaled(inputs)
        x = reservoir.trajectory(u)
        before = np.vstack([reservoir.start(), x[:-1]])
        skip = min(data.skip, len(u) - 1)
        length = h * u[skip:, -1:] if reservoir.timed else h
        for z, new in reservoir.substates(before[skip:], u[skip:]):
            zs.append(z)
            xs.append(new)
            loads.append(length * (1 / reservoir.tau + 0.5 + np.tanh(z / 2) / 2))
    z, x = np.vstack(zs), np.vstack(xs)
    n = x.shape[1]
    stuck = int(((np.abs(np.tanh(z / 2)) > SATURATED).mean(axis=0) > 0.5).sum())
    if model.refit_ and 2 * stuck > n:
        raise ValueError(f"the reservoir is saturated: {stuck} of {n} neurons are beyond "
                         f"{SATURATED:g} in most steps; lower input_scaling, bias_scaling or sr")
    silent = int((np.ptp(x, axis=0) < 2 * SILENT).sum())
    if model.refit_ and 2 * silent > n:
        raise ValueError(f"the reservoir is silent: {silent} of {n} neurons move by less than "
                         f"{SILENT:g}; raise input_scaling, step or sr")
    return Ranges(z=z, x=x, load_of=np.vstack(loads), longest=longest)


def memory_bits(ltc: Ltc) -> int:
    """Bits of the weights of all sub-steps, both banks of states, constants and tables."""
    bits = (ltc.recurrent.nnz + ltc.input.nnz) * ltc.weight_width * ltc.substeps
    bits += 2 * ltc.neurons * ltc.state.width
    tables = [ltc.activation] if isinstance(ltc.solver, Explicit) else [
        ltc.activation, ltc.solver.share]
    for table in tables:
        if not isinstance(table, Clip):
            bits += len(table.base) * (table.output.width - 1 + 15)
    return bits


def sizes(ltc: Ltc) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    return {
        "neurons": ltc.neurons, "weights": ltc.recurrent.nnz + ltc.input.nnz,
        "weight_bits": ltc.weight_width, "activation": ltc.activation.kind,
        "solver": ltc.solver.kind, "substeps": ltc.substeps, "timed": ltc.timed,
    }
