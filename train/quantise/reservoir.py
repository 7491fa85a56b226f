"""The reservoir on its grid: means into biases, scales into weights, ranges into formats.

A neuron's state x_i = centre_i + R_i s_i, with s_i in -1..1 the stored fixed-point number. So

    z_i = sum_j (W_ij R_j) s_j + (b_i + sum_j W_ij centre_j) + inputs,
    s_i' = (1 - a_i) s_i + (a_i / R_i) (f(z_i) - centre_i):

the circuit of a plain echo state network, with other integers in its ROMs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from liquidgate.spec import Channel, Esn, Port, QFormat, SparseMatrix
from liquidgate.train.esn import Floats, Reservoir
from liquidgate.train.quantise.activation import activation
from liquidgate.train.quantise.calibration import Calibration
from liquidgate.train.quantise.formats import Formats

HEADROOM = 1.25
"""What formats hold beyond the range met in training."""
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Drive:
    """A group of channels that drives neurons: weights (N, K) of (v - offset) * scale.

    low, high (K,): range of v, in the data's units. grid (K,): fraction bits on which v lies.
    """

    weights: Floats
    offset: Floats
    scale: Floats
    low: Floats
    high: Floats
    grid: Floats
    names: tuple[str, ...]
    bits: int

    def half(self) -> Floats:
        """(K,) half of the range held, in the data's units; never 0."""
        half = (self.high - self.low) / 2 * HEADROOM
        return np.where(half > 0, half, np.maximum(np.abs(self.high), 1.0) * 2.0**-8)

    def finest(self) -> np.ndarray:
        """(K,) most fraction bits with which the range fits the bits."""
        top = (1 << (self.bits - 1)) - 1
        return np.array([power_floor(top / h) for h in self.half()])

    def top(self) -> Floats:
        """(K,) greatest weight of each channel, per unit of the data."""
        return np.asarray(np.abs(self.weights).max(axis=0, initial=0.0) * self.scale)


def power_floor(value: float) -> int:
    """Greatest k with 2**k <= value."""
    return math.frexp(value)[1] - 1


def power_ceil(value: float) -> int:
    """Least k with 2**k >= value."""
    return -power_floor(1.0 / value)


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


def weight_unit(largest: float, groups: list[Drive], limit: int) -> int:
    """q: a raw weight times a raw source is in units of 2**-q. As fine as the weights allow."""
    q = power_floor(limit / largest) if largest > 0 else 60
    for group in groups:
        for top, f in zip(group.top(), group.finest()):
            if top > 0:
                q = min(q, power_floor(limit * 2.0 ** int(f) / top))
    return q


def port(group: Drive, q: int, limit: int) -> Port:
    """Channels fine enough for the weights, and for the grid the data lies on."""
    top, finest = group.top(), group.finest()
    fraction = np.array([power_ceil(t * 2.0**q / limit) if t > 0 else -64 for t in top])
    # finer than the weights need, down to 4-bit weights, as far as the data is finer
    wanted = np.minimum(group.grid, np.where(top > 0, fraction + power_floor(limit / 4), finest))
    fraction = np.minimum(np.maximum(fraction, wanted), finest)
    return fitted_port(group, fraction)


def fitted_port(group: Drive, fraction: np.ndarray) -> Port:
    """The narrowest port that holds the ranges with these fraction bits."""
    middle = (group.low + group.high) / 2
    offset = [round(m * 2.0 ** int(f)) for m, f in zip(middle, fraction)]
    width = max(2, *(1 + math.ceil(h * 2.0 ** int(f)).bit_length()
                     for h, f in zip(group.half(), fraction)))
    return Port(width, True, tuple(
        Channel(name, int(f), o) for name, f, o in zip(group.names, fraction, offset)
    ))


def folded(group: Drive, channels: Port, q: int, limit: int) -> tuple[np.ndarray, Floats]:
    """(raw weights (N, K), the constant part of each neuron's sum, (N,) reals)."""
    unit = np.array([2.0**-c.f_bits for c in channels.channels]) * group.scale
    raw = np.clip(np.round(group.weights * unit * 2.0**q), -limit, limit).astype(np.int64)
    held = np.array([c.offset * 2.0**-c.f_bits for c in channels.channels])
    return raw, (raw * 2.0**-q / unit) @ ((held - group.offset) * group.scale)


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
