"""Quantises the network of synapses: steps and halves into weights, means into constants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from liquidgate.spec import Clip, Port, QFormat, Synaptic
from liquidgate.train.arrays import Floats
from liquidgate.train.quantise.activation import share_table, tanh_table
from liquidgate.train.quantise.drive import (
    HEADROOM,
    Drive,
    drive,
    port,
    power_ceil,
    power_floor,
    time_bits,
    weight_unit,
)
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers
from liquidgate.train.quantise.synaptic_ideal import without_rounding
from liquidgate.train.synaptic import Synapses, SynapticNetwork

STATE_HEADROOM = 1.2
SILENT = 1e-5
WIDEST = 24
MOST = 20
"""Bits of what is multiplied."""
GUARD = 4
"""Bits by which a current is finer than the state, where its width allows."""
FINEST = 40
"""Fraction bits of a pre-activation's exact sum at most."""
DEEPEST = 8.0
"""Beyond it, tanh does not move."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranges:
    """What the float network does on training data, in all sub-steps, (T, N) each.

    x : new states.  rate, current : h times conductance and current, h of a unit of time.
    load : the rate times the interval.  heard : (T, K) what sensory synapses hear.
    """

    x: Floats
    rate: Floats
    current: Floats
    load: Floats
    heard: Floats


def quantise_synaptic(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``SynapticLTC`` or ``SynapticLTCClassifier``.

    Raises
    ------
    ValueError : when the network is silent, or its conductances can be negative in all.
    """
    assert isinstance(model, SynapticNetwork)
    net = model.reservoir_
    if net.unfolds > 15:
        raise ValueError(f"unfolds must be at most 15 for a circuit, not {net.unfolds}")
    limit = (1 << (formats.weight_bits - 1)) - 1
    wide = min(max(formats.state_bits, formats.solver_bits), MOST)
    found = _calibrate(model, data)
    # a trained network must begin where it did in training, at 0: no means
    centred = formats.states == "centred" and model.refit_
    centre = (found.x.min(axis=0) + found.x.max(axis=0)) / 2 * centred
    i_bits = 1 + power_ceil(float(np.abs(found.x - centre).max()) * STATE_HEADROOM)
    state = QFormat(i_bits, formats.state_bits - i_bits)

    # sigmoid(z) = (1 + tanh(z / 2)) / 2
    halves = (net.sensory_sigma * net.input_w[:, None] * (net.sensory_w != 0)).T / 2
    driving = drive(np.hstack([halves, np.zeros((net.units, int(net.timed)))]),
                    model.input_offset_, model.input_scale_, data.inputs,
                    frame.input_names, max(formats.input_bits, formats.state_bits), net.units,
                    frame.input, frame.timed)
    steepest = float(np.abs(net.sigma * (net.w != 0)).max(initial=0.0)) / 2 * state.lsb
    q = min(weight_unit(steepest, [driving], limit), FINEST)
    channels = port(driving, q, limit)
    slope, offset = _preactivations(net, driving, channels, centre, state.lsb, q, limit)
    i_pre = 1 + power_ceil(min(_reach(net, found) * HEADROOM, DEEPEST))
    f_pre = min(wide, q, WIDEST - i_pre)
    pre = QFormat(max(i_pre, 2 - f_pre), f_pre)
    curve = tanh_table(pre, QFormat(1, wide - 1), formats.segment_bits)

    # conductances of a sub-step, and what they pull to
    h = (1.0 if net.timed else net.interval) / net.unfolds / net.cm
    weights, pulls = _halved(net, h, centre)
    f_weight, f_pull = (power_floor(limit / float(np.abs(m).max(initial=1e-9)))
                        for m in (weights, pulls))
    weight, pull = (np.round(m * 2.0**f).astype(np.int64)
                    for m, f in ((weights, f_weight), (pulls, f_pull)))
    f_out = curve.output.f_bits
    leak = _constants(weight, h * (net.gleak + net.epsilon), f_weight, f_out)
    rest = _constants(pull, h * (net.gleak * (net.vleak - centre) - net.epsilon * centre),
                      f_pull, f_out)
    least = np.abs(weight).sum(axis=0) * curve.limit
    if (leak < least).any():
        i = int(np.argmax(leak < least))
        raise ValueError(f"w must be at least 0: the conductance of neuron {i} can be negative")

    ticks = time_bits(driving, channels) if net.timed else 0
    f_load = min(wide - 1 - power_ceil(float(found.rate.max()) * HEADROOM), f_weight + f_out)
    load = QFormat(wide - f_load, f_load)
    entry = load
    if net.timed:
        f_share = min(wide - 1 - power_ceil(float(found.load.max()) * HEADROOM), f_load + ticks)
        entry = QFormat(wide - f_share, f_share)
    pulled = found.current - found.rate * centre
    i_current = 1 + power_ceil(float(np.abs(pulled).max()) * HEADROOM)
    f_current = min((wide if net.timed else WIDEST) - i_current, state.f_bits + GUARD,
                    f_pull + f_out)
    f_current = max(f_current, state.f_bits - ticks)
    reach = float(np.abs((1 + found.load) * (found.x - centre)).max())
    i_drive = 1 + power_ceil(reach * HEADROOM)
    f_drive = min(wide - i_drive, f_current + ticks)
    rows = _rows(net)

    def each(values: np.ndarray) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(int(v) for v in values[row, i]) for i, row in enumerate(rows))

    current_shift = f_pull + f_out - f_current
    if current_shift < 0:
        raise ValueError(f"formats.weight_bits = {formats.weight_bits} are too few beside "
                         f"{formats.state_bits} of a state: raise them by {-current_shift}")
    liquid = Synaptic(
        weight_width=formats.weight_bits, sources=tuple(tuple(map(int, row)) for row in rows),
        slope=each(slope), offset=each(offset), weight=each(weight), pull=each(pull),
        acc_shift=q - f_pre, activation=curve, leak=tuple(leak.tolist()),
        rest=tuple(rest.tolist()), load_shift=f_weight + f_out - f_load, load=load,
        current_shift=current_shift,
        current=QFormat(max(i_current, 2 - f_current), f_current), timed=net.timed,
        time_bits=ticks, share=share_table(entry, QFormat(1, wide - 1), formats.segment_bits),
        drive=QFormat(wide - f_drive, f_drive), state=state, substeps=net.unfolds,
    )
    return Integers(liquid=liquid, input=channels, memory_bits=memory_bits(liquid),
                    scale=np.full(net.units, state.lsb), reference=without_rounding)


def stacked(net: Synapses, name: str) -> Floats:
    """(N + K, N) an attribute of all synapses: of neurons, then of sensors; 0 where there is none.
    """
    both = [getattr(net, kind + name) * (getattr(net, f"{kind}w") != 0)
            for kind in ("", "sensory_")]
    return np.vstack(both)


def _rows(net: Synapses) -> list[np.ndarray]:
    """The sources of each neuron's synapses; one without a conductance where there are none."""
    found = [np.flatnonzero(column) for column in stacked(net, "w").T]
    return [row if len(row) else np.zeros(1, dtype=int) for row in found]


def _halved(net: Synapses, h: Floats, centre: Floats) -> tuple[Floats, Floats]:
    """(N + K, N) half the conductances of a sub-step, and times their potentials."""
    half = stacked(net, "w") * h / 2
    return half, half * (stacked(net, "erev") - centre)


def _constants(weight: np.ndarray, real: Floats, f_weight: int, f_out: int) -> np.ndarray:
    """(N,) of a sum: a sigmoid is never below half a weight less half a tanh."""
    own = np.round(real * 2.0 ** (f_weight + f_out)).astype(np.int64)
    return np.asarray((weight.sum(axis=0) << f_out) + own)


def _preactivations(net: Synapses, driving: Drive, channels: Port, centre: Floats, lsb: float,
                    q: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """(N + K, N) raw slopes and offsets. Midpoints are kept where a slope is rounded."""
    k = len(net.input_w)
    held = np.array([c.offset * 2.0**-c.f_bits for c in channels.channels])[:k]
    units = np.array([2.0**-c.f_bits for c in channels.channels])[:k] * driving.scale[:k]
    # what a synapse hears is alpha * raw + beta
    alpha = np.append(np.full(net.units, lsb), net.input_w * units)[:, None]
    beta = np.append(centre, net.input_w * (held - driving.offset[:k]) * driving.scale[:k]
                     + net.input_b)[:, None]
    half, distance = stacked(net, "sigma") / 2 * 2.0**q, beta - stacked(net, "mu")
    slope = np.clip(np.round(half * alpha), -limit, limit)
    exact = np.where(slope != 0, slope * distance / np.where(alpha != 0, alpha, 1.0),
                     half * distance)
    most = 2.0**50
    return slope.astype(np.int64), np.clip(np.round(exact), -most, most).astype(np.int64)


def _reach(net: Synapses, found: Ranges) -> float:
    """The greatest pre-activation, halved, in the ranges met."""
    ends = [np.concatenate([getattr(np, side)(values, axis=0) for values in
                            (found.x, found.heard)])[:, None] for side in ("min", "max")]
    sigma, mu = stacked(net, "sigma"), stacked(net, "mu")
    return max(float(np.abs(sigma / 2 * (end - mu)).max()) for end in ends)


def _calibrate(model: SynapticNetwork, data: Material) -> Ranges:
    """The float network over the training data, the washout left out."""
    net = model.reservoir_
    h = (1.0 if net.timed else net.interval) / net.unfolds / net.cm
    rates, currents, xs, loads, heard = [], [], [], [], []
    for inputs in data.inputs:
        u = model.scaled(inputs)
        x = net.trajectory(u)
        before, skip = np.vstack([net.start(), x[:-1]]), min(data.skip, len(u) - 1)
        heard.append(net.heard(u[skip:]))
        for old, row in zip(before[skip:], u[skip:]):
            for total, pulled, new in net.substates(old, row):
                rates.append(h * total)
                currents.append(h * pulled)
                loads.append(rates[-1] * (row[-1] if net.timed else 1.0))
                xs.append(new)
    x = np.array(xs)
    silent = int((np.ptp(x, axis=0) < 2 * SILENT).sum())
    if model.refit_ and 2 * silent > net.units:
        raise ValueError(f"the network is silent: {silent} of {net.units} neurons move by less "
                         f"than {SILENT:g}; raise the inputs or in_degree")
    return Ranges(x=x, rate=np.array(rates), current=np.array(currents), load=np.array(loads),
                  heard=np.vstack(heard))


def memory_bits(net: Synaptic) -> int:
    """Bits of the synapses, both banks of states and the tables."""
    widest = max(max(map(abs, row)) for row in net.offset).bit_length() + 1
    bits = net.synapses * (3 * net.weight_width + widest) + 2 * net.neurons * net.state.width
    for table in (net.activation, net.share):
        if not isinstance(table, Clip):
            bits += len(table.base) * (table.output.width - 1 + 15)
    return bits


def sizes(net: Synaptic) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    return {"neurons": net.neurons, "synapses": net.synapses, "weight_bits": net.weight_width,
            "activation": net.activation.kind, "substeps": net.substeps, "timed": net.timed}
