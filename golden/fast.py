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
from liquidgate.golden.readout import LinearModel
from liquidgate.golden.sums import check_sums
from liquidgate.spec import Design, Esn
from liquidgate.spec.liquid import expect

if TYPE_CHECKING:
    from liquidgate.golden.esn import EsnModel

Floats = NDArray[np.float64]
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
        fits = [max(-design.source_format(j).raw_min, design.source_format(j).raw_max)
                for j in (*range(n), *range(n + k, len(esn.weights)))]
        largest = int(np.max(np.abs(back).T @ np.array(fits, dtype=np.int64)))
        kind = np.float32 if largest < 1 << 24 else np.float64
        self._back = np.ascontiguousarray(back * unit, dtype=kind)
        self._gather = _gather(back, unit, 5e-5 if kind is np.float32 else 1e-4)
        self._input = esn.weights[n : n + k] * unit
        source = liquid.activation.input
        self._origin = float(source.raw_min)
        self._bias = (esn.bias + ((1 << self._shift) >> 1)) * unit - self._origin
        self._leak(design, esn)

    def _leak(self, design: Design, esn: EsnModel) -> None:
        """The constants from the look-up to the new state."""
        liquid = expect(Esn, design.liquid)
        source, fmt = liquid.activation.input, liquid.deviation
        g = activate(np.arange(source.raw_min, source.raw_max + 1), liquid.activation)
        d_unit, s_unit = 2.0**-liquid.deviation_shift, 2.0**-liquid.leak_shift
        rounded = (g + ((1 << liquid.deviation_shift) >> 1)) * d_unit
        mean, gain = esn.mean * d_unit, esn.gain * s_unit
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
        self._decay = esn.decay * s_unit
        state = liquid.state
        reach = esn.decay * float(-state.raw_min) + esn.gain * float(max(-low, high, 0))
        self._state_clips = bool(np.max(reach * s_unit + half) >= state.raw_max + 1)
        self._range = (float(state.raw_min), float(state.raw_max))

    def run(self, inputs: Ints, state: Ints, output: Ints) -> tuple[Ints, Ints]:
        """steps x ... x inputs, first states and fed-back outputs -> steps x ... x neurons, and
        the last states."""
        drive: Floats = inputs @ self._input + self._bias
        states = np.empty_like(drive)
        self._loop(inputs, drive, states, state, output)
        sums = (drive + self._origin) * 2.0**self._shift
        check_sums(sums, self._limit, "neuron")  # type: ignore[arg-type]
        found = states.astype(np.int64)
        return found, found[-1]

    def _loop(
        self, inputs: Ints, drive: Floats, states: Floats, state: Ints, output: Ints
    ) -> None:
        """Turns ``drive`` into the exact sums (shifted, origin removed); fills ``states``."""
        n, fed, back = self._neurons, self._fed, self._back
        table, mean, gain, half, decay = (
            self._table, self._mean, self._gain, self._half, self._decay)
        floors, clips, state_clips = self._floor, self._clips, self._state_clips
        (d_low, d_high), (low, high) = self._clip, self._range
        dot, add, multiply, floor = np.dot, np.add, np.multiply, np.floor
        minimum, maximum, copy, take = np.minimum, np.maximum, np.copyto, table.take
        sparse = self._gather if state.ndim == 1 else None
        kind = np.dtype(np.float64) if sparse else back.dtype
        where, weights = sparse or (np.empty(0, dtype=np.intp), np.empty(0))
        taken = np.empty(weights.shape)
        apart = fed or kind == np.float32
        vector = np.concatenate((state, output), axis=-1).astype(kind)
        view = vector[..., :n]
        sums = np.empty(drive.shape[1:], dtype=kind)
        index = np.empty(drive.shape[1:], dtype=np.intp)
        d, kept = np.empty(drive.shape[1:]), np.empty(drive.shape[1:])
        s = state.astype(np.float64)
        for t, (row, new) in enumerate(zip(drive, states)):
            source = vector if apart else s
            if sparse:
                source.take(where, out=taken, mode="clip")
                multiply(taken, weights, out=taken)
                np.add.reduce(taken, axis=0, out=sums)
            else:
                dot(source, back, out=sums)
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


def _gather(
    back: Ints, unit: float, dense_cost: float
) -> tuple[NDArray[np.intp], Floats] | None:
    """Sources and weights of each neuron, most inputs of one x neurons; None when too dense.

    Picking the sources takes about 3 + 0.0015 us an entry, the dense product 1.5 +
    ``dense_cost`` us an entry (measured; only the speed depends on it).
    """
    most, count = int(np.count_nonzero(back, axis=0).max()), back.shape[1]
    if 1.5 + 0.0015 * most * count > dense_cost * back.size:
        return None
    where = np.zeros((most, count), dtype=np.intp)
    weights = np.zeros((most, count))
    for i, column in enumerate(back.T):
        used = np.flatnonzero(column)
        where[: len(used), i] = used
        weights[: len(used), i] = column[used] * unit
    return where, weights
