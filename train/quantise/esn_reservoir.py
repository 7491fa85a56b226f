"""The reservoir on its grid: means into biases, scales into weights, ranges into formats.

A neuron's state x_i = centre_i + R_i s_i, with s_i in -1..1 the stored fixed-point number. So

    z_i = sum_j (W_ij R_j) s_j + (b_i + sum_j W_ij centre_j) + inputs,
    s_i' = (1 - a_i) s_i + (a_i / R_i) (f(z_i) - centre_i):

the circuit of a plain echo state network, with other integers in its ROMs.
"""

from __future__ import annotations

import numpy as np

from liquidgate.spec import Esn, Port, QFormat, SparseMatrix
from liquidgate.train.arrays import Floats
from liquidgate.train.esn import Reservoir
from liquidgate.train.quantise.activation import activation
from liquidgate.train.quantise.drive import (
    HEADROOM,
    Drive,
    folded,
    port,
    power_ceil,
    power_floor,
    weight_unit,
)
from liquidgate.train.quantise.esn_calibration import Calibration
from liquidgate.train.quantise.formats import Formats

STATE_HEADROOM = 1.2
"""The same for states: a saturated one upsets all that hear it."""
SPREAD = 64.0
"""The smallest scale of a neuron's state is this much below the largest one."""
GUARD_BITS = 4
"""A deviation is so much finer than the state, so that one rounding alone matters."""
GAIN_BITS, LEAK_BITS = 15, 14
"""Widths of gain and decay that, signed, fit one 16-bit multiplier."""
FINE_BITS = 22
"""Fraction bits of the activation at most."""
WIDEST = 24
"""Bits of a pre-activation at most."""


def state_scales(found: Calibration, formats: Formats) -> tuple[Floats, Floats]:
    """(centre, R), (N,) each."""
    n = len(found.centre)
    if formats.states == "plain":
        return np.zeros(n), np.ones(n)
    return found.centre, STATE_HEADROOM * np.maximum(found.reach, found.reach.max() / SPREAD)


def deviation_format(span: float, formats: Formats) -> QFormat:
    """Of activations less their centre, within +-span."""
    bits = min(formats.deviation_bits, formats.state_bits + GUARD_BITS)
    if formats.state_bits > bits:
        bits = formats.state_bits
    i_bits = 1 + power_ceil(span)
    f_bits = min(bits - i_bits, FINE_BITS)
    return QFormat(max(i_bits, 2 - f_bits), f_bits)


def quantise_reservoir(reservoir: Reservoir, found: Calibration, formats: Formats, inputs: Drive,
                       back: tuple[Drive, Port] | None) -> tuple[Esn, Port]:
    """The integers of a float reservoir, and its input port.

    ``back``: what is fed back and the output port it comes from, whose binary points are given.
    """
    n, limit = reservoir.units, (1 << (formats.weight_bits - 1)) - 1
    centre, reach = state_scales(found, formats)
    deviation = deviation_format(
        max(float(np.abs(found.activations - centre).max()), 2.0**-FINE_BITS), formats)
    output = QFormat(1, deviation.f_bits)
    mean = np.round(centre * 2.0**output.f_bits).astype(np.int64)
    decay, gain, leak_shift, scale = _leak(reservoir.lr, reach, deviation, formats.state_bits)

    columns = reservoir.dense() * scale
    groups = [inputs] if back is None else [inputs, back[0]]
    q = weight_unit(float(np.abs(columns).max()), groups, limit)
    recurrent = np.clip(np.round(columns * 2.0**q), -limit, limit).astype(np.int64)
    channels = port(inputs, q, limit)
    win, constant = folded(inputs, channels, q, limit)
    wfb = np.zeros((n, 0), dtype=np.int64)
    if back is not None:
        wfb, more = folded(back[0], back[1], q, limit)
        constant = constant + more
    # the circuit's own matrix and centres, so that rounding them moves no mean
    realised = np.divide(recurrent * 2.0**-q, scale, out=np.zeros_like(columns), where=scale > 0)
    constant = constant + realised @ (mean * output.lsb)
    bias = np.round((reservoir.bias + constant) * 2.0**q)

    span = min(float(np.abs(found.preactivations).max()) * HEADROOM, 8.0)
    i_pre = 1 + power_ceil(span)
    f_pre = min(output.f_bits + 1, q, WIDEST - i_pre)
    pre = QFormat(max(i_pre, 2 - f_pre), f_pre)
    esn = Esn(
        weight_width=formats.weight_bits, recurrent=SparseMatrix.from_rows(recurrent, n),
        input=SparseMatrix.from_rows(win, win.shape[1]),
        feedback=SparseMatrix.from_rows(wfb, wfb.shape[1]), bias=tuple(int(b) for b in bias),
        acc_shift=q - f_pre,
        activation=activation(reservoir.activation, pre, output, formats.segment_bits),
        mean=tuple(mean.tolist()), deviation=deviation, decay=tuple(decay.tolist()),
        gain=tuple(gain.tolist()), leak_shift=leak_shift, state=QFormat(1, formats.state_bits - 1),
    )
    return esn, channels


def _leak(lr: Floats, reach: Floats, deviation: QFormat,
          state_bits: int) -> tuple[np.ndarray, np.ndarray, int, Floats]:
    """(decay, gain, leak_shift, real value of a raw state), the last from the rounded integers."""
    wanted = lr * deviation.lsb / (reach * 2.0 ** -(state_bits - 1))
    top = float(wanted.max())
    shift = min(LEAK_BITS, power_floor(((1 << GAIN_BITS) - 1) / top)) if top > 0 else LEAK_BITS
    if shift < 0:
        raise ValueError(
            f"formats.state_bits = {state_bits} are too many for deviations of "
            f"{deviation.width} bits: raise formats.deviation_bits"
        )
    decay = np.round((1.0 - lr) * (1 << shift)).astype(np.int64)
    gain = np.round(wanted * (1 << shift)).astype(np.int64)
    real = ((1 << shift) - decay) * deviation.lsb
    scale = np.divide(real, gain, out=np.zeros(len(lr)), where=gain > 0)
    return decay, gain, shift, scale
