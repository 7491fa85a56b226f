"""The reservoir's recurrence at speed: float arithmetic that is proven exact.

Every value here is an integer times a power of two whose magnitude, in units of its last place,
stays below 2**53 (2**24 for the float32 product), so each product, sum and floor is exact, in
whatever order BLAS adds. ``FastEsn.of`` proves this from the design, or declines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from liquidgate.golden.casts import Ints, activate, saturate
from liquidgate.golden.products import Dense, Floats, Packed, Sparse
from liquidgate.golden.readout import LinearModel
from liquidgate.golden.sums import check_sums
from liquidgate.spec import Design, Esn
from liquidgate.spec.liquid import expect

if TYPE_CHECKING:
    from liquidgate.golden.esn import EsnModel

TABLE_BITS = 20
"""Widest pre-activation that is looked up whole: 8 MB of float64."""


class FastEsn:
    """States of a run in few NumPy calls a step.

    The inputs' part of all sums is one product before the loop; saturation of the pre-activation,
    activation and (with one common mean) deviation are one look-up; shifts are folded into the
    constants as powers of two; a saturation that can not happen is left out.
    """

    @classmethod
    def of(cls, esn: EsnModel, readout: LinearModel) -> FastEsn | None:
        """The fast reservoir, or None when float64 is not proven exact for its design."""
        liquid = esn.liquid
        source = liquid.activation.input
        reach = esn.magnitude + (1 << (source.width + liquid.acc_shift))
        if reach >= 1 << 53 or readout.magnitude >= 1 << 53 or source.width > TABLE_BITS:
            return None
        return cls(esn.design, esn, readout)

    def __init__(self, design: Design, esn: EsnModel, readout: LinearModel) -> None:
        liquid = expect(Esn, design.liquid)
        n, k = liquid.neurons, design.inputs
        self._fed = len(esn.weights) > n + k
        self._neurons, self._readout, self._limit = n, readout, esn.acc_limit
        self._shift = liquid.acc_shift
        unit = 2.0**-self._shift
        back = np.concatenate((esn.weights[:n], esn.weights[n + k :]))
        fits = np.array([max(-design.source_format(j).raw_min, design.source_format(j).raw_max)
                         for j in (*range(n), *range(n + k, len(esn.weights)))], dtype=np.int64)
        narrow = int(np.max(np.abs(back).T @ fits)) < 1 << 24
        self._packed = self._unpack = None
        if not (narrow or self._fed) and n >= Packed.LEAST:
            self._packed = Packed(back, unit)
            self._proven = self._packed.exact(fits.astype(float))
            self._unpack = np.argsort(self._packed.order)
        self._order = np.arange(n) if self._packed is None else self._packed.order
        back = np.concatenate((back[self._order], back[n:]))[:, self._order]
        self._dense = Dense(np.ascontiguousarray(
            back * unit, dtype=np.float32 if narrow else np.float64))
        self._sparse = Sparse(back, unit) if Sparse.pays(
            back, 4 if narrow or self._packed else 8) else None
        self._input = esn.weights[n : n + k, self._order] * unit
        source = liquid.activation.input
        self._origin = float(source.raw_min)
        half = (1 << self._shift) >> 1
        self._bias = (esn.bias[self._order] + half) * unit - self._origin
        self._leak(design, esn)

    def _leak(self, design: Design, esn: EsnModel) -> None:
        """The constants from the look-up to the new state."""
        liquid = expect(Esn, design.liquid)
        source, fmt = liquid.activation.input, liquid.deviation
        g = activate(np.arange(source.raw_min, source.raw_max + 1), liquid.activation)
        d_unit, s_unit = 2.0**-liquid.deviation_shift, 2.0**-liquid.leak_shift
        rounded = (g + ((1 << liquid.deviation_shift) >> 1)) * d_unit
        mean, gain = esn.mean[self._order] * d_unit, esn.gain[self._order] * s_unit
        half = 0.5 if liquid.leak_shift else 0.0
        self._mean: NDArray[Any] | None = mean
        self._gain: NDArray[Any] | None = gain
        self._half: Floats | float | None = half or None
        self._floor = liquid.deviation_shift > 0
        low = int(np.floor(rounded.min() - mean.max()))
        high = int(np.floor(rounded.max() - mean.min()))
        self._clip = (float(fmt.raw_min), float(fmt.raw_max))
        self._clips = low < fmt.raw_min or high > fmt.raw_max
        if np.all(mean == mean[0]):
            rounded = saturate(np.floor(rounded - mean[0]).astype(np.int64), fmt).astype(float)
            self._mean, self._floor, self._clips = None, False, False
            if np.all(gain == gain[0]):
                rounded = rounded * gain[0] + half
                self._gain, self._half = None, None
        elif not self._floor and not self._clips:
            self._mean, self._half = None, half - mean * gain
        self._table = rounded
        self._decay = esn.decay[self._order] * s_unit
        state = liquid.state
        reach = esn.decay * float(-state.raw_min) + esn.gain * float(max(-low, high, 0))
        self._state_clips = bool(np.max(reach * s_unit + half) >= state.raw_max + 1)
        self._range = (float(state.raw_min), float(state.raw_max))

    def run(self, inputs: Ints, state: Ints, output: Ints) -> tuple[Ints, Ints]:
        """steps x ... x inputs, first states and fed-back outputs -> steps x ... x neurons, and
        the last states."""
        start: Floats = state[..., self._order].astype(np.float64)
        packed = None if self._sparse and state.ndim == 1 else self._packed
        drive, states = self._walk(inputs, start, output, packed)
        if packed and not self._proven and not packed.exact(_largest(start, states)):
            # Wrong at most from the first step on that heard too large a state: once more.
            self._packed = None
            drive, states = self._walk(inputs, start, output, None)
        sums = (drive + self._origin) * 2.0**self._shift
        check_sums(sums, self._limit, "neuron")  # type: ignore[arg-type]
        found = states.astype(np.int64)
        if self._unpack is not None:
            found = found.take(self._unpack, axis=-1)
        return found, found[-1]

    def _walk(
        self, inputs: Ints, start: Floats, output: Ints, packed: Packed | None
    ) -> tuple[Floats, Floats]:
        """(exact sums, shifted and without the origin; states), both steps x ... x neurons."""
        drive: Floats = inputs @ self._input + self._bias
        states = np.empty_like(drive)
        self._loop(inputs, drive, states, start, output, packed)
        return drive, states

    def _loop(self, inputs: Ints, drive: Floats, states: Floats, s: Floats, output: Ints,
              packed: Packed | None) -> None:
        """Turns ``drive`` into the sums; fills ``states``."""
        n, fed = self._neurons, self._fed
        table, mean, gain, half, decay = (
            self._table, self._mean, self._gain, self._half, self._decay)
        floors, clips, state_clips = self._floor, self._clips, self._state_clips
        (d_low, d_high), (low, high) = self._clip, self._range
        add, multiply, floor = np.add, np.multiply, np.floor
        minimum, maximum, copy, take = np.minimum, np.maximum, np.copyto, table.take
        product: Any = packed or (self._sparse if s.ndim == 1 else None) or self._dense
        kind = self._dense.weights.dtype if product is self._dense else np.dtype(np.float64)
        apart = fed or kind == np.float32
        vector = np.concatenate((s, output), axis=-1).astype(kind)
        view = vector[..., :n]
        sums = np.empty(drive.shape[1:], dtype=kind)
        index = np.empty(drive.shape[1:], dtype=np.intp)
        d, kept = np.empty(drive.shape[1:]), np.empty(drive.shape[1:])
        for t, (row, new) in enumerate(zip(drive, states)):
            product(vector if apart else s, sums)
            add(row, sums, out=row)
            copy(index, row, casting="unsafe")  # truncates: floor, as below zero is clipped to 0
            take(index, out=d, mode="clip")
            if mean is not None:
                np.subtract(d, mean, out=d)
            if floors:
                floor(d, out=d)
            if clips:
                maximum(d, d_low, out=d)
                minimum(d, d_high, out=d)
            if gain is not None:
                multiply(d, gain, out=d)
            if half is not None:
                add(d, half, out=d)
            multiply(s, decay, out=kept)
            add(d, kept, out=d)
            floor(d, out=new)
            if state_clips:
                maximum(new, low, out=new)
                minimum(new, high, out=new)
            s = new
            if apart:
                copy(view, new, casting="same_kind")
            if fed:
                vector[..., n:] = self._readout.outputs(new.astype(np.int64), inputs[t])


def _largest(start: Floats, states: Floats) -> Floats:
    """(neurons,) greatest magnitudes of what was multiplied: all states but the last."""
    heard = np.concatenate((start[None], states[:-1]))
    axes = tuple(range(heard.ndim - 1))
    return np.maximum(heard.max(axis=axes), -heard.min(axis=axes))
