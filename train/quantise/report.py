"""What quantisation did: each cast point's range and noise, and what the reservoir became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Clip, Design, QFormat
from liquidgate.train.esn import Floats, Reservoir
from liquidgate.train.quantise.activation import error_in_ulp
from liquidgate.train.quantise.calibration import Calibration
from liquidgate.train.quantise.ideal import POINTS, without_rounding
from liquidgate.train.quantise.picture import picture
from liquidgate.train.topology import spectral_radius

MOST_ROWS = 2000
"""Training rows that are traced."""
QUIET = 1.0
"""A state whose standard deviation is below so many raw units is silent."""


@dataclass(frozen=True)
class Point:
    """A cast point: its format, the raw range met in training, saturations, signal to noise.

    ``snr_db`` compares with the same network computed without any rounding.
    """

    point: str
    format: str
    width: int
    low: int
    high: int
    raw_min: int
    raw_max: int
    saturated: int
    values: int
    snr_db: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """Requested and realised, before and after.

    Attributes
    ----------
    points : the five cast points.
    leak, spectral_radius : (requested, realised); leaks are means over the neurons.
    leak_error : greatest difference of one neuron's leak.
    activity : mean standard deviation of the states, in floats and in fixed point.
    connections, vanished : stored weights of W, and those that rounding made zero.
    table_error_ulp : greatest error of the activation, in units of its output.
    memory_bits : weights, readout, both banks of states, the activation's table.
    """

    points: tuple[Point, ...]
    leak: tuple[float, float]
    leak_error: float
    spectral_radius: tuple[float, float]
    activity: tuple[float, float]
    connections: int
    vanished: int
    table_error_ulp: float
    memory_bits: int

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a cast point, for a table."""
        return [asdict(point) for point in self.points]

    def plot(self, path: str | Path) -> None:
        """Draws it as PNG or SVG, by the ending of ``path``."""
        picture(self, path)


def memory_bits(design: Design) -> int:
    """Bits that the design must store, whatever the circuit."""
    esn, readout = design.liquid, design.readout
    nnz = esn.recurrent.nnz + esn.input.nnz + esn.feedback.nnz
    bits = nnz * esn.weight_width + readout.outputs * readout.taps * readout.weight_width
    bits += 2 * esn.neurons * esn.state.width
    if not isinstance(esn.activation, Clip):
        bits += len(esn.activation.base) * (esn.activation.output.width - 1 + 15)
    return bits


def report(design: Design, reservoir: Reservoir, found: Calibration,
           twin: Design, driven: Sequence[np.ndarray], skip: int) -> Report:
    """Traces golden on the training inputs ``driven`` of ``twin`` beside exact arithmetic.

    Raises
    ------
    ValueError : when the integer reservoir is silent or saturated.
    """
    esn = design.liquid
    exact: dict[str, list[Floats]] = {name: [] for name in POINTS}
    fixed: dict[str, list[np.ndarray]] = {name: [] for name in POINTS}
    # a part of many rows tells as much: whole sequences, and the start of a long one
    ends = np.cumsum([len(u) for u in driven])
    seen = [u[:MOST_ROWS] for u, end in zip(driven, ends) if end - len(u) < MOST_ROWS]
    golden = Golden(twin)
    for u, ideal in zip(seen, without_rounding(twin, seen)):
        golden.reset()
        trace = golden.run(u, trace=True)
        drop = min(skip, len(u) - 1)
        for name in POINTS:
            fixed[name].append(trace.points[name][drop:])
            exact[name].append(ideal[name][drop:])
    formats = _formats(design)
    points = tuple(_point(name, formats[name], np.vstack(fixed[name]), np.vstack(exact[name]))
                   for name in POINTS)
    states = np.vstack(fixed["state"])
    _check(states, points[3], np.vstack(fixed["preactivation"]), formats["preactivation"])
    scale = np.array([esn.scale(i) for i in range(esn.neurons)])
    return Report(
        points=points, leak=(float(reservoir.lr.mean()), float(_leaks(design).mean())),
        leak_error=float(np.abs(_leaks(design) - reservoir.lr).max()),
        spectral_radius=(spectral_radius(reservoir.W), _realised_radius(design, scale)),
        activity=(float(found.states.std(axis=0).mean()),
                  float((states.std(axis=0) * scale).mean())),
        connections=esn.recurrent.nnz,
        vanished=int(np.count_nonzero(reservoir.dense())) - esn.recurrent.nnz,
        table_error_ulp=error_in_ulp(esn.activation), memory_bits=memory_bits(design),
    )


def _formats(design: Design) -> dict[str, QFormat]:
    esn = design.liquid
    return dict(zip(POINTS, (esn.activation.input, esn.activation.output, esn.deviation,
                             esn.state, design.output.format)))


def _point(name: str, fmt: QFormat, fixed: np.ndarray, exact: Floats) -> Point:
    noise = float(((fixed - exact) ** 2).mean())
    signal = float(exact.var(axis=0).mean())
    snr = 10 * np.log10(signal / noise) if noise > 0 and signal > 0 else float("inf")
    # values that the exact network holds and the format can not
    lost = int(((exact < fmt.raw_min - 0.5) | (exact >= fmt.raw_max + 0.5)).sum())
    return Point(name, str(fmt), fmt.width, int(fixed.min()), int(fixed.max()), fmt.raw_min,
                 fmt.raw_max, lost, int(fixed.size), round(min(float(snr), 999.0), 1))


def _check(states: np.ndarray, point: Point, pre: np.ndarray, fmt: QFormat) -> None:
    n = states.shape[1]
    silent = int((states.std(axis=0) < QUIET).sum())
    if 2 * silent > n:
        raise ValueError(
            f"the fixed-point reservoir is silent: {silent} of {n} neurons move by less than "
            f"{QUIET:g} raw units of {point.width} bits; raise state_bits or input_scaling"
        )
    share = point.saturated / point.values
    if share > 0.2:
        raise ValueError(f"the fixed-point reservoir is saturated: {share:.0%} of its states do "
                         f"not fit {point.format}; lower sr or input_scaling")
    ends = ((pre == fmt.raw_min) | (pre == fmt.raw_max)).mean(axis=0) > 0.5
    if 2 * int(ends.sum()) > n:
        raise ValueError(f"the fixed-point reservoir is saturated: the pre-activations of "
                         f"{int(ends.sum())} of {n} neurons are at the ends of {fmt}; lower sr "
                         "or input_scaling")


def _leaks(design: Design) -> Floats:
    esn = design.liquid
    return 1.0 - np.array(esn.decay) / float(1 << esn.leak_shift)


def _realised_radius(design: Design, scale: Floats) -> float:
    esn = design.liquid
    unit = 2.0 ** -(esn.acc_shift + esn.activation.input.f_bits)
    raw = np.array(esn.recurrent.dense(), dtype=float) * unit
    return spectral_radius(np.divide(raw, scale, out=np.zeros_like(raw), where=scale > 0))

