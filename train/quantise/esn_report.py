"""What the echo state network became on its grid: requested and realised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liquidgate.spec import Design, Esn, QFormat
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.esn import Reservoir
from liquidgate.train.quantise.activation import error_in_ulp
from liquidgate.train.quantise.esn_calibration import Calibration
from liquidgate.train.quantise.report import Point, Report
from liquidgate.train.topology import spectral_radius

QUIET = 1.0
"""A state whose standard deviation is below so many raw units is silent."""


@dataclass(frozen=True, kw_only=True)
class EsnReport(Report):
    """Requested and realised, before and after.

    Attributes
    ----------
    leak, spectral_radius : (requested, realised); leaks are means over the neurons.
    leak_error : greatest difference of one neuron's leak.
    activity : mean standard deviation of the states, in floats and in fixed point.
    connections, vanished : stored weights of W, and those that rounding made zero.
    table_error_ulp : greatest error of the activation, in units of its output.
    """

    leak: tuple[float, float]
    leak_error: float
    spectral_radius: tuple[float, float]
    activity: tuple[float, float]
    connections: int
    vanished: int
    table_error_ulp: float

    def caption(self) -> str:
        return (f"leak {self.leak[0]:.3f} → {self.leak[1]:.4f}, spectral radius "
                f"{self.spectral_radius[0]:.3f} → {self.spectral_radius[1]:.4f}, activity "
                f"{self.activity[0]:.3g} → {self.activity[1]:.3g} (requested → realised)")


def conclude(design: Design, report: Report, fixed: dict[str, np.ndarray], *,
             reservoir: Reservoir, found: Calibration) -> EsnReport:
    """The report of a design whose float network is ``reservoir``, its runs ``found``.

    Raises
    ------
    ValueError : when the integer reservoir is silent or saturated.
    """
    esn, states = expect(Esn, design.liquid), fixed["state"]
    point = next(p for p in report.points if p.point == "state")
    _check(states, point, fixed["preactivation"], esn.activation.input)
    scale = np.array([esn.scale(i) for i in range(esn.neurons)])
    return EsnReport(
        points=report.points, memory_bits=report.memory_bits,
        leak=(float(reservoir.lr.mean()), float(_leaks(design).mean())),
        leak_error=float(np.abs(_leaks(design) - reservoir.lr).max()),
        spectral_radius=(spectral_radius(reservoir.W), _realised_radius(design, scale)),
        activity=(float(found.states.std(axis=0).mean()),
                  float((states.std(axis=0) * scale).mean())),
        connections=esn.recurrent.nnz,
        vanished=int(np.count_nonzero(reservoir.dense())) - esn.recurrent.nnz,
        table_error_ulp=error_in_ulp(esn.activation),
    )


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
    esn = expect(Esn, design.liquid)
    return 1.0 - np.array(esn.decay) / float(1 << esn.leak_shift)


def _realised_radius(design: Design, scale: Floats) -> float:
    esn = expect(Esn, design.liquid)
    unit = 2.0 ** -(esn.acc_shift + esn.activation.input.f_bits)
    raw = np.array(esn.recurrent.dense(), dtype=float) * unit
    return spectral_radius(np.divide(raw, scale, out=np.zeros_like(raw), where=scale > 0))
