"""Legal designs at the edges of the contract: shifts beyond all bits, constants of 0 and 1 and the
greatest, formats of two bits and of 24."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from designs_ltc import any_table
from kinds import KINDS

from liquidgate.spec import Adaptive, Design, Fused, QFormat, Schedule
from liquidgate.spec.lsm_taps import SpikeCount, SpikeTrace

TRIES = 300


class Edges:
    """Draws from the ends of ranges."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def one(self, *values: int) -> int:
        return values[int(self.rng.integers(len(values)))]

    def row(self, count: int, *values: int) -> tuple[int, ...]:
        return tuple(self.one(*values) for _ in range(count))

    def format(self, f_bits: int, *, signed: bool = True) -> QFormat:
        width = self.one(2, 3, 12, 24)
        return QFormat(width - f_bits, f_bits, signed)

    def table(self, source: QFormat) -> Any:
        return any_table(self.rng, source, int(self.rng.integers(0, min(4, source.width))))


def _esn(esn: Any, e: Edges) -> Any:
    n, out, leak = esn.neurons, esn.activation.output, e.one(0, 1, 24)
    one = 1 << leak
    return replace(
        esn, leak_shift=leak, decay=e.row(n, 0, min(1, one), one // 2, one),
        gain=e.row(n, 0, 1, (1 << 18) - 1), mean=e.row(n, out.raw_min, 0, out.raw_max),
        deviation=e.format(out.f_bits - e.one(0, 1, 20, 40)), acc_shift=e.one(0, 20, 40),
        state=QFormat(1, e.one(2, 3, 12, 24) - 1),
    )


def _lsm(lsm: Any, e: Edges) -> Any:
    n, leak, f_bits = lsm.neurons, e.one(0, 1, 16), e.one(0, 1, 3)
    decays = (0, 1, (1 << leak) // 2, 1 << leak)
    if e.one(0, 1):  # none that has bits
        decays = decays[:2]
    membrane = e.format(f_bits)

    def trace(found: Any, width: int) -> Any:
        return replace(found, format=QFormat(width, 0, signed=False), decay=e.row(n, *decays),
                       jump=e.row(n, 0, 1, (1 << width) - 1))

    seen = lsm.seen
    if isinstance(seen, SpikeCount):
        seen = SpikeCount(e.one(1, 2, 255, 256, (1 << 24) - 1))
    elif isinstance(seen, SpikeTrace):
        seen = trace(seen, e.one(1, 2, 23))
    return replace(
        lsm, current=e.format(f_bits), membrane=membrane, leak_shift=leak,
        weight_shift=e.one(0, 8, 16), current_decay=e.row(n, *decays),
        membrane_decay=e.row(n, *decays), bias=e.row(n, membrane.raw_min, -1, 0, membrane.raw_max),
        threshold=e.row(n, 1, membrane.raw_max), refractory=e.row(n, 0, 1, 15),
        recurrent_delay=tuple(e.row(len(row), 0, 1, 15) for row in lsm.recurrent.data),
        input_delay=tuple(e.row(len(row), 0, 1, 15) for row in lsm.input.data), seen=seen,
        dynamics=lsm.dynamics and replace(
            lsm.dynamics, use=e.row(n, 1, 1 << lsm.dynamics.bits),
            facilitation=e.row(n, *decays), recovery=e.row(n, *decays)),
        adaptation=lsm.adaptation and trace(lsm.adaptation, e.one(1, membrane.width)),
    )


def _fluid(fluid: Any, e: Edges) -> Any:
    n, edges = fluid.neurons, len(fluid.tails)
    width, rule = e.one(1, 10, 24), fluid.adaptation
    i_bits = e.one(-3, 0, 3)
    conductivity = QFormat(i_bits, width - i_bits, False)
    if isinstance(rule, Adaptive):
        shift = e.one(0, 1, 24)
        rule = Adaptive(shift=shift, decay=e.one(0, min(1, 1 << shift), 1 << shift),
                        growth=e.one(0, 1, (1 << 18) - 1), limit=e.one(0, 1, (1 << 23) - 1),
                        drying=e.one(0, 1, (1 << 48) - 1))
    flow = e.format(conductivity.f_bits + fluid.activation.output.f_bits - e.one(0, 10, 25, 50))
    return replace(
        fluid, conductivity=conductivity, adaptation=rule, flow=flow,
        initial=e.row(edges, 0, conductivity.raw_max), acc_shift=e.one(0, 20, 40),
        viscosity=e.row(n, 0, 1, (1 << 18) - 1), viscosity_shift=e.one(0, 18, 40),
        inverse_density=e.row(n, 1, (1 << 18) - 1), pressure_shift=e.one(0, 10, 20, 40),
        pressure=e.format(fluid.activation.input.f_bits + e.one(0, 1, 20, 40)),
    )


def _ltc(ltc: Any, e: Edges) -> Any:
    n = ltc.neurons
    size = e.one(1, 1 << 23)
    found = replace(ltc, target_shift=e.one(0, 6), time_shift=e.one(0, 20, 40) * ltc.timed,
                    target=e.row(n, -size, 0, size), mean=e.row(n, -size, 0, size),
                    acc_shift=e.one(0, 20, 40), state=e.format(e.one(0, 1, 11)))
    if isinstance(ltc.solver, Fused):
        share = e.table(ltc.solver.share.input)
        drive = found.f_bits + found.state.f_bits - share.output.f_bits - e.one(0, 1, 12)
        found = replace(found, solver=Fused(share, e.format(drive)))
    return found


def _cfc(cfc: Any, e: Edges) -> Any:
    source = cfc.activation.input
    table, top = e.table(source), e.one(1, 1 << 50)
    return replace(
        cfc, activation=table, acc_shift=e.one(0, 20, 40), time_shift=e.one(0, 20, 40) * cfc.timed,
        mean=e.row(cfc.neurons, -top, 0, top),
        state=e.format(2 * table.output.f_bits + 1 - e.one(0, 1, 25, 50)),
    )


def _cfc_pure(pure: Any, e: Edges) -> Any:
    table, n = e.table(pure.activation.input), pure.neurons
    rest = table.output.f_bits + pure.preactivation.f_bits - e.one(0, 1, 24, 48)
    return replace(
        pure, activation=table, rest=e.format(rest), state_shift=e.one(0, 20, 40),
        acc_shift=e.one(0, 20, 40), time_shift=e.one(0, 20, 40) * pure.timed,
        rate=e.row(n, 0, 1, 1 << 23),
    )


def _synaptic(synaptic: Any, e: Edges) -> Any:
    share, f_bits = e.table(synaptic.share.input), synaptic.state.f_bits
    return replace(
        synaptic, share=share, load_shift=e.one(0, 5, 20, 40), current_shift=e.one(0, 7, 40),
        acc_shift=e.one(0, 20, 40),
        drive=e.format(f_bits - share.output.f_bits + e.one(0, 1, 20, 40)),
    )


MOVED: dict[str, Callable[[Any, Edges], Any]] = {
    "cfc": _cfc, "cfc_pure": _cfc_pure, "esn": _esn, "fluid": _fluid, "lsm": _lsm, "ltc": _ltc,
    "synaptic": _synaptic,
}


def extreme_design(rng: np.random.Generator, kind: str, name: str) -> Design:
    """A random design whose liquid is moved to the edges of what is legal."""
    for _ in range(TRIES):
        found = KINDS[kind].random_design(rng, neurons=int(rng.integers(2, 7)), name=name)
        try:
            made = replace(found, liquid=MOVED[kind](found.liquid, Edges(rng)))
            Schedule(made, 1)
        except ValueError:
            continue
        return made
    raise ValueError(f"no legal design of kind {kind} in {TRIES} tries")
