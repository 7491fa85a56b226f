"""What the liquid state machine became on its grid: its activity before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liquidgate.spec import Design, Lsm
from liquidgate.spec.liquid import expect
from liquidgate.train.lsm import Spiking
from liquidgate.train.quantise.lsm_calibration import Calibration, check_activity
from liquidgate.train.quantise.report import Report


@dataclass(frozen=True, kw_only=True)
class LsmReport(Report):
    """Requested and realised, before and after.

    Attributes
    ----------
    activity : mean spikes a neuron and step, in floats and in fixed point.
    silent : neurons that never fire in training, in floats and in fixed point.
    decay_error : greatest difference of a decay from the float one.
    synapses, vanished : stored weights, and those that rounding made zero.
    """

    activity: tuple[float, float]
    silent: tuple[int, int]
    decay_error: float
    synapses: int
    vanished: int

    def caption(self) -> str:
        return (f"{100 * self.activity[0]:.2f} → {100 * self.activity[1]:.2f} spikes a neuron in "
                f"100 steps, {self.silent[0]} → {self.silent[1]} silent neurons, "
                f"{self.synapses} synapses, {self.vanished} vanished (requested → realised)")


def conclude(design: Design, report: Report, fixed: dict[str, np.ndarray], *, liquid: Spiking,
             found: Calibration) -> LsmReport:
    """The report of a design whose float liquid did ``found``.

    Raises
    ------
    ValueError : when the integer liquid is silent or saturated.
    """
    lsm = expect(Lsm, design.liquid)
    rate = fixed["spike"].mean(axis=0)
    level = float((fixed["membrane"] / np.array(lsm.threshold)).max())
    check_activity(rate, liquid.refractory, f"the greatest membrane was {level:.2g} of its "
                   "threshold", "fixed-point liquid")
    one = float(1 << lsm.leak_shift)
    errors = [np.abs(np.array(raw) / one - real).max() for raw, real in (
        (lsm.current_decay, liquid.current_decay), (lsm.membrane_decay, liquid.membrane_decay))]
    synapses = lsm.recurrent.nnz + lsm.input.nnz
    drawn = int(np.count_nonzero(liquid.W)) + int(np.count_nonzero(liquid.Win))
    return LsmReport(
        points=report.points, memory_bits=report.memory_bits,
        activity=(float(found.rate.mean()), float(rate.mean())),
        silent=(int((found.rate == 0).sum()), int((rate == 0).sum())),
        decay_error=float(max(errors)), synapses=synapses, vanished=drawn - synapses,
    )
