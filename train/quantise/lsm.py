"""Quantises the liquid state machine: membranes, weights and traces on their grids."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from liquidgate.spec import Lsm, Port, QFormat, SparseMatrix
from liquidgate.spec.lsm_dynamics import MOST_BITS as MOST_EFFICACY_BITS
from liquidgate.spec.lsm_dynamics import Dynamics
from liquidgate.spec.lsm_encoders import Bsa, Delta, Population
from liquidgate.spec.lsm_taps import Membranes, SpikeCount, SpikeTrace, Taps
from liquidgate.train.arrays import Floats
from liquidgate.train.lsm import Spiking
from liquidgate.train.lsm_model import LsmNetwork
from liquidgate.train.quantise.drive import HEADROOM, power_ceil, power_floor
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.lsm_calibration import Calibration, calibrate
from liquidgate.train.quantise.lsm_encoding import encoding
from liquidgate.train.quantise.lsm_reference import without_rounding
from liquidgate.train.quantise.lsm_report import conclude
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers

MOST_LEAK_BITS = 14
"""A decay and a membrane of 16 bits fit one multiplier."""
MOST_WEIGHT_SHIFT, MOST_BITS = 16, 24


def quantise_lsm(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``LSM`` or ``LSMClassifier``.

    Raises
    ------
    ValueError : when the liquid is silent or saturated, or the encoder can not hear the data.
    """
    assert isinstance(model, LsmNetwork)
    liquid = model.reservoir_
    port, encoder = encoding(model, data, formats, frame)
    found = calibrate(model, data)
    i_bits = 1 + power_ceil(found.top * HEADROOM)
    membrane = QFormat(i_bits, formats.state_bits - i_bits)
    if float(liquid.threshold.min()) < membrane.lsb:
        raise ValueError(f"the membranes reach {found.top / liquid.threshold.min():.3g} thresholds,"
                         f" more than formats.state_bits = {formats.state_bits} can hold beside "
                         "one; lower input_scaling, bias_scaling, recurrent_scaling or time "
                         "constants, or raise state_bits")
    weights, q = _weights(liquid, formats.weight_bits, membrane.f_bits)
    leak = _leak_bits(liquid)
    recurrent, input = np.split(weights, [liquid.units], axis=1)
    late = [liquid.delay, liquid.input_delay]
    matrices = [SparseMatrix.from_rows(w, w.shape[1]) for w in (recurrent, input)]
    delays = [_delays(w, d) for w, d in zip((recurrent, input), late)]
    seen, scale = _seen(liquid, found, formats, leak, membrane)
    lsm = Lsm(
        encoder=encoder, weight_width=formats.weight_bits, recurrent=matrices[0],
        input=matrices[1], recurrent_delay=delays[0], input_delay=delays[1],
        weight_shift=membrane.f_bits - q, current=membrane, membrane=membrane,
        current_decay=_raw(liquid.current_decay, leak),
        membrane_decay=_raw(liquid.membrane_decay, leak), leak_shift=leak,
        bias=_raw(liquid.bias, membrane.f_bits),
        threshold=tuple(max(1, t) for t in _raw(liquid.threshold, membrane.f_bits)),
        reset=liquid.reset, refractory=_raw(liquid.refractory, 0),
        adaptation=_adaptation(liquid, found, leak, membrane), seen=seen,
        schedule=model.schedule, dynamics=_dynamics(liquid, leak),
    )
    return Integers(liquid=lsm, input=port, scale=scale, memory_bits=memory_bits(lsm, port),
                    reference=without_rounding,
                    conclude=partial(conclude, liquid=liquid, found=found))


def _raw(values: Floats, f_bits: int) -> tuple[int, ...]:
    return tuple(np.floor(values * 2.0**f_bits + 0.5).astype(int).tolist())


def _weights(liquid: Spiking, bits: int, finest: int) -> tuple[np.ndarray, int]:
    """Raw weights (N, N + E) in units of 2**-q, as fine as their width and the membrane allow."""
    every = np.hstack([liquid.W, liquid.Win])
    limit, top = (1 << (bits - 1)) - 1, float(np.abs(every).max(initial=0.0))
    q = power_floor((limit + 0.5) / top) if top > 0 else finest
    q = max(min(q, finest), finest - MOST_WEIGHT_SHIFT)
    return np.clip(np.round(every * 2.0**q), -limit, limit).astype(np.int64), q


def _delays(weights: np.ndarray, late: Floats) -> tuple[tuple[int, ...], ...]:
    """Beside the entries of a sparse matrix; () when none is late."""
    rows = tuple(tuple(d[w != 0].astype(int).tolist()) for w, d in zip(weights, late))
    return rows if any(map(any, rows)) else ()


def _leak_bits(liquid: Spiking) -> int:
    """Fewest fraction bits that hold all decays exactly, or as many as there may be."""
    decays = [liquid.current_decay, liquid.membrane_decay]
    if liquid.tap == "trace":
        decays.append(liquid.trace_decay)
    if liquid.adaptation.any():
        decays.append(liquid.adaptation_decay)
    if liquid.dynamic:
        decays += [liquid.facilitation_decay, liquid.recovery_decay]
    every = np.concatenate(decays)
    for bits in range(MOST_LEAK_BITS):
        if np.array_equal(every * 2.0**bits, np.round(every * 2.0**bits)):
            return bits
    return MOST_LEAK_BITS


def _dynamics(liquid: Spiking, leak: int) -> Dynamics | None:
    if not liquid.dynamic:
        return None
    return Dynamics(MOST_EFFICACY_BITS,
                    tuple(max(1, u) for u in _raw(liquid.utilisation, MOST_EFFICACY_BITS)),
                    _raw(liquid.facilitation_decay, leak), _raw(liquid.recovery_decay, leak))


def _adaptation(liquid: Spiking, found: Calibration, leak: int,
                membrane: QFormat) -> SpikeTrace | None:
    """In the membrane's unit."""
    if not liquid.adaptation.any():
        return None
    top = max(found.raised * HEADROOM, float(liquid.adaptation.max()))
    width = int(np.ceil(top * 2.0**membrane.f_bits)).bit_length()
    fmt = QFormat(min(width, MOST_BITS) - membrane.f_bits, membrane.f_bits, signed=False)
    return SpikeTrace(fmt, _raw(liquid.adaptation_decay, leak),
                      _raw(liquid.adaptation, membrane.f_bits))


def _seen(liquid: Spiking, found: Calibration, formats: Formats, leak: int,
          membrane: QFormat) -> tuple[Taps, Floats]:
    """What the readout sees, and what a raw unit of each is in floats."""
    n = liquid.units
    if liquid.tap == "membrane":
        return Membranes(), np.full(n, membrane.lsb)
    if liquid.tap == "count":
        return SpikeCount(liquid.window), np.ones(n)
    # of no sign, but in the lanes it gets one: with it, as wide as any other state
    fmt = QFormat(0, formats.state_bits - 1, signed=False)
    # one scale for all, so that a spike of one neuron weighs as much as another's to the ridge
    jump = max(1.0, np.floor(fmt.raw_max / max(1.0, found.trace * HEADROOM)))
    trace = SpikeTrace(fmt, _raw(liquid.trace_decay, leak), (int(jump),) * n)
    return trace, np.full(n, 1.0 / jump)


def memory_bits(lsm: Lsm, port: Port) -> int:
    """Bits of weights with their delays, of what neurons and encoder remember, and constants."""
    n, channels = lsm.neurons, lsm.spike_channels
    late = lsm.max_delay.bit_length()
    bits = (lsm.recurrent.nnz + lsm.input.nnz) * (lsm.weight_width + late)
    own = lsm.current.width + lsm.membrane.width + max(lsm.refractory).bit_length()
    constants = 2 * (lsm.leak_shift + 1) + 2 * lsm.membrane.width
    for trace in (lsm.adaptation, lsm.seen):
        if isinstance(trace, SpikeTrace):
            own += trace.format.width
            constants += lsm.leak_shift + 1 + trace.format.width
    if isinstance(lsm.seen, SpikeCount):
        own += lsm.seen.format.width
    if lsm.dynamics:
        own += (2 + lsm.max_delay + 1) * lsm.dynamics.format.width - (lsm.max_delay + 1)
        constants += 2 * (lsm.leak_shift + 1) + lsm.dynamics.format.width
    bits += n * (own + constants + lsm.max_delay + 1) + channels * lsm.max_delay
    references = port.width * len(port.channels) * isinstance(lsm.encoder, Delta)
    lines = isinstance(lsm.encoder, Bsa) and (
        (len(lsm.encoder.filter) - 1) * lsm.encoder.line(port).width * channels)
    centres = port.width * channels * isinstance(lsm.encoder, Population)
    return bits + references + centres + lines


def sizes(lsm: Lsm) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    return {
        "neurons": lsm.neurons, "encoder": lsm.encoder.kind,
        "spike_channels": lsm.spike_channels,
        "synapses": lsm.recurrent.nnz + lsm.input.nnz, "weight_bits": lsm.weight_width,
        "longest_delay": lsm.max_delay, "reset": lsm.reset, "seen": lsm.seen.kind,
        "schedule": lsm.schedule,
    }
