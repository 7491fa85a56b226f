"""The input port of a liquid state machine and its encoder, both on one grid."""

from __future__ import annotations

import numpy as np

from liquidgate.spec import Channel, Port
from liquidgate.spec import lsm_encoders as spec
from liquidgate.train import lsm_encoders as floats
from liquidgate.train.arrays import Floats
from liquidgate.train.lsm_model import LsmNetwork
from liquidgate.train.quantise.drive import FINEST_GRID, HEADROOM, drive, power_ceil, power_floor
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame

FINE = 64
"""Raw units that a threshold or radius spans at least, as far as the width allows."""


def encoding(model: LsmNetwork, data: Material, formats: Formats,
             frame: Frame) -> tuple[Port, spec.Encoder]:
    """The port and the integer encoder of a fitted network.

    A raw unit is the same power of two of every scaled input, and raw 0 is the scaled 0, so the
    encoder's numbers are the float encoder's but for rounding.

    Raises
    ------
    ValueError : when the encoder can not hear such inputs.
    """
    float_encoder = model.reservoir_.encoder
    rows = np.vstack(data.inputs)
    if isinstance(float_encoder, floats.Direct):
        return _spikes(rows, frame), spec.Direct()
    given = frame.input
    if given is None:
        given = _port(model, float_encoder, rows, formats, frame)
    elif isinstance(float_encoder, (floats.Bsa, floats.Rate)):
        raise ValueError("encoder must be delta or population behind another liquid, "
                         f"not {float_encoder.kind!r}")
    # raws per scaled unit, and the raw of scaled 0, of each channel
    unit = np.array([2.0**c.f_bits for c in given.channels])
    zero = model.input_offset_ * unit - np.array([c.offset for c in given.channels])
    per = unit / model.input_scale_
    return given, _on_grid(float_encoder, per, zero, given)


def _on_grid(encoder: floats.Encoder, per: Floats, zero: Floats, port: Port) -> spec.Encoder:
    if isinstance(encoder, floats.Delta):
        if encoder.size * per.min() < 0.5:
            raise ValueError(f"delta must be at least {0.5 / per.min():.3g}, half a unit of the "
                             f"samples in {port.width} bits, not {encoder.size:g}")
        sizes = np.round(encoder.size * per).astype(int)
        return spec.Delta(tuple(np.clip(sizes, 1, port.format.raw_max).tolist()))
    if isinstance(encoder, floats.Bsa):
        taps = np.maximum(np.round(encoder.filter * per[0]).astype(int), 1).tolist()
        return spec.Bsa(tuple(taps), max(1, round(encoder.margin * sum(taps))))
    if isinstance(encoder, floats.Rate):
        return spec.Rate(seed=encoder.seed, shift=spec.LFSR_SHIFTS - port.width)
    assert isinstance(encoder, floats.Population)
    raws = np.round(zero[:, None] + encoder.centres * per[:, None]).astype(int)
    raws = np.clip(raws, port.format.raw_min, port.format.raw_max)
    unit = 1 / float(np.median(per))
    reach = int(np.round(np.log2(encoder.radius / unit)))
    if not 0 <= reach <= spec.LFSR_SHIFTS:
        most = 1 << spec.LFSR_SHIFTS
        raise ValueError(f"radius must be in {unit:.3g}..{unit * most:.3g}, 1 to {most} units of "
                         f"the samples in {port.width} bits, not {encoder.radius:g}")
    return spec.Population(seed=0, centres=tuple(map(tuple, raws.tolist())), shift=0, reach=reach)


def _spikes(rows: Floats, frame: Frame) -> Port:
    if frame.input is not None:
        return frame.input
    wrong = rows[(rows != 0) & (rows != 1)]
    if wrong.size:
        raise ValueError("encoder direct needs inputs that are spikes, 0 or 1, "
                         f"not {wrong[0]:g}")
    return Port(1, False, tuple(Channel(name, 0) for name in frame.input_names))


def _port(model: LsmNetwork, encoder: floats.Encoder, rows: Floats, formats: Formats,
          frame: Frame) -> Port:
    """Channels with 2**r raw units in each scaled unit, r alike for all."""
    bits = formats.input_bits
    if isinstance(encoder, (floats.Bsa, floats.Rate)):
        # the whole range of the port is -reach..reach
        bits = min(bits, spec.LFSR_SHIFTS)
        return _channels(model, bits - power_ceil(encoder.reach) - 1, bits, frame)
    scaled = model.scaled(rows)
    top = float(np.abs(scaled).max()) * HEADROOM
    span = 1.0
    if isinstance(encoder, floats.Delta):
        span = encoder.size
    elif isinstance(encoder, floats.Population):
        span, top = encoder.radius, max(top, encoder.reach)
    group = drive(None, model.input_offset_, model.input_scale_, [rows], frame.input_names, bits,
                  model.reservoir_.units)
    # as fine as the data, and as the encoder needs, as far as the width allows
    finest = float((group.grid - np.log2(model.input_scale_)).max())
    r = int(finest) if finest < FINEST_GRID else bits
    r = max(r, power_ceil(FINE / span))
    r = min(r, power_floor(((1 << (bits - 1)) - 1) / top))
    return _channels(model, r, 1 + max(1, int(np.ceil(top * 2.0**r)).bit_length()), frame)


def _channels(model: LsmNetwork, r: int, width: int, frame: Frame) -> Port:
    f_bits = (r + np.round(np.log2(model.input_scale_))).astype(int).tolist()
    return Port(width, True, tuple(
        Channel(name, f, round(offset * 2.0**f))
        for name, f, offset in zip(frame.input_names, f_bits, model.input_offset_.tolist())))
