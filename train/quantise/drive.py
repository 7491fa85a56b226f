"""Channels on their grid: ranges into ports, scales into weights. For any liquid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liquidgate.spec import Channel, Port
from liquidgate.train.arrays import Floats

HEADROOM = 1.25
"""What formats hold beyond the range met in training."""
DRIFTING = 3.0
"""What a port holds of a series that drifts: once more its whole range, up and down."""
LATE = 5
"""One part in so many of the rows, the last one, tells whether a series drifts."""
COARSEST = 64
"""Bits before the binary point of a raw unit of a channel, at most, by the contract."""
FINEST_GRID = 40
"""Fraction bits looked for in data; finer data counts as continuous."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Drive:
    """A group of channels that drives neurons: weights (N, K) of (v - offset) * scale.

    low, high (K,): range of v, in the data's units. headroom (K,): what is held, in these ranges.
    grid (K,): fraction bits on which v lies.
    given: the channels' port, when there is no choice.
    """

    weights: Floats
    offset: Floats
    scale: Floats
    low: Floats
    high: Floats
    headroom: Floats
    grid: Floats
    names: tuple[str, ...]
    bits: int
    given: Port | None = None

    def half(self) -> Floats:
        """(K,) half of the range held, in the data's units; never 0."""
        half = (self.high - self.low) / 2 * self.headroom
        return np.where(half > 0, half, np.maximum(np.abs(self.high), 1.0) * 2.0**-8)

    def finest(self) -> np.ndarray:
        """(K,) most fraction bits with which the range fits the bits."""
        if self.given is not None:
            return np.array([channel.f_bits for channel in self.given.channels])
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
    if group.given is not None:
        return group.given
    top, finest = group.top(), group.finest()
    fraction = np.array([power_ceil(t * 2.0**q / limit) if t > 0 else -COARSEST for t in top])
    for name, f in zip(group.names, fraction):
        if f < -COARSEST:
            raise ValueError(f"the weights of input {name} are nothing beside the others: raise "
                             "input_scaling")
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


def time_bits(group: Drive, channels: Port) -> int:
    """Fraction bits of the raw interval as the float network has it."""
    scale, interval = float(group.scale[-1]), channels.channels[-1]
    assert scale == 2.0 ** power_floor(scale) and interval.offset == 0
    shift = interval.f_bits - power_floor(scale)
    if shift < 0:
        raise ValueError(f"the longest interval, {group.high[-1]:g}, is too long beside a unit "
                         "of time: give intervals in a longer unit")
    return shift


def drive(weights: Floats | None, offset: Floats, scale: Floats, sequences: Sequence[Floats],
          names: tuple[str, ...], bits: int, units: int, given: Port | None = None,
          timed: bool = False) -> Drive:
    """Of channels whose training data is ``sequences`` (each T, K); weights (units, K), None: 0.

    ``timed``: the last one is an interval: raw 0 is no time, and its grid is not coarser than the
    scaled unit.
    """
    rows = np.vstack(sequences)
    low, high = rows.min(axis=0), rows.max(axis=0)
    grid = np.array([_grid(column) for column in rows.T])
    held = np.where(drifts(sequences), DRIFTING, HEADROOM)
    if timed:
        low[-1], held[-1] = -high[-1], HEADROOM
        grid[-1] = max(grid[-1], power_floor(scale[-1]))
    return Drive(
        weights=np.zeros((units, rows.shape[1])) if weights is None else weights,
        offset=offset, scale=scale, low=low, high=high, headroom=held, grid=grid,
        names=names, bits=bits, given=given,
    )


def drifts(sequences: Sequence[Floats]) -> np.ndarray:
    """(K,) whether the only sequence (T, K) has moved away in the end: the median of its last rows
    lies beyond all but one in ``LATE**2`` of those before. Several sequences are no one series."""
    rows = sequences[0]
    if len(sequences) > 1 or len(rows) < LATE**2:
        return np.zeros(rows.shape[1], dtype=bool)
    before, late = np.split(rows, [len(rows) - len(rows) // LATE])
    low, high = np.quantile(before, (1 / LATE**2, 1 - 1 / LATE**2), axis=0)
    middle = np.median(late, axis=0)
    return np.asarray((np.ptp(before, axis=0) > 0) & ((middle < low) | (middle > high)))


def headroom(sequences: Sequence[Floats]) -> float:
    """What a format holds of a range met under these inputs."""
    return DRIFTING if drifts(sequences).any() else HEADROOM


def _grid(values: Floats) -> int:
    """Least f such that all values are multiples of 2**-f; ``FINEST_GRID`` when there is none."""
    for f in range(-16, FINEST_GRID):
        raws = values * 2.0**f
        if np.array_equal(raws, np.round(raws)):
            return f
    return FINEST_GRID
