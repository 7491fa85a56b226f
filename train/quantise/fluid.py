"""Quantises the fluid network: one fine unit for flows, drive and loss, a coarser pressure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liquidgate.spec import Adaptive, Clip, Design, Fixed, Fluid, QFormat, SparseMatrix
from liquidgate.spec.activation import Activation
from liquidgate.spec.fluid import MAX_MASS
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.fluid import Flow
from liquidgate.train.fluid_model import FluidNetwork
from liquidgate.train.quantise.activation import activation
from liquidgate.train.quantise.drive import (
    drive,
    folded,
    headroom,
    port,
    power_ceil,
    power_floor,
    weight_unit,
)
from liquidgate.train.quantise.fluid_ideal import without_rounding
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers

if TYPE_CHECKING:
    from liquidgate.train.quantise.report import Report

SILENT, SATURATED, DRY = 1e-5, 0.98, 2.0**-8
WIDEST = 24
"""Bits of a flow or a gradient at most."""
MOST_BIAS = 1 << 55
"""A raw bias, by the contract."""
FACTOR = 16
"""Most bits of an inverse density or a viscosity; one multiplier holds them."""
FINER = 6
"""Fraction bits of a mass beyond a pressure's, where there is room: what rounding takes from a
flow is gone, what it takes from a pressure is still in the mass."""
MOST_CONDUCTIVITY = 18
"""Bits of one that adapts."""
RATE_BITS = 8
"""Of a rate, beside its leading one."""
MOST_GROWTH = (1 << 18) - 1
FINEST_RATE = 24
"""Fraction bits of rate and growth at most, by the contract."""
NEAR = 2.0**-7
"""What a rate or a growth may be off, relatively."""
CURVE = 16
"""Bits of phi at most, where they are more than a pressure's own; one multiplier holds them."""
PHI_FINER = 4
"""Fraction bits of phi beyond a pressure's, up to ``CURVE``: the flow rounds then, not phi."""
TANH = 6.0
"""Where tanh's table ends at the latest."""


DRIES = (f"the fluid dries out: all of {{}} conductivities end below {DRY:g} of the ceiling; "
         "raise growth or input_scaling")


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """The greatest magnitudes to be held, in the fluid's own units."""

    pressure: float
    gradient: float
    mass: float


def quantise_fluid(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``Fluid`` or ``FluidClassifier``.

    Raises
    ------
    ValueError : when the fluid is silent or saturated, dries out, or grows too fast or slowly.
    """
    assert isinstance(model, FluidNetwork)
    flow, reach = model.reservoir_, _calibrate(model, data)
    # a linear phi is a clip that is never reached, so all is scaled until differences are below 1
    unit = 2.0 ** power_ceil(reach.gradient) if flow.phi == "linear" else 1.0
    limit = (1 << (formats.weight_bits - 1)) - 1
    driving = drive(flow.Win / unit, model.input_offset_, model.input_scale_,
                    data.inputs, frame.input_names,
                    max(formats.input_bits, formats.state_bits), flow.units, frame.input,
                    frame.timed)
    q = weight_unit(0.0, [driving], limit)
    channels = port(driving, q, limit)
    win, constant = folded(driving, channels, q, limit)

    i_bits = 1 + power_ceil(reach.pressure / unit)
    pressure = QFormat(i_bits, formats.state_bits - i_bits)
    phi = _phi(flow.phi, reach.gradient, pressure, formats)
    raw, conductivity = _conductivity(flow, formats.weight_bits)
    i_bits = 1 + power_ceil(reach.mass / unit)
    f_bits = min(pressure.f_bits + FINER, WIDEST - i_bits, q,
                 conductivity.f_bits + phi.output.f_bits,
                 # dense vessels: losses and masses are large beside a pressure
                 pressure.f_bits + FACTOR - power_ceil(max(float(flow.viscosity.max()), 1.0)),
                 pressure.f_bits + MAX_MASS - 2 - pressure.width
                 - power_ceil(float(flow.density.max())))
    held = QFormat(max(i_bits, 2 - f_bits), f_bits)
    viscosity, viscosity_shift = _factors(flow.viscosity * 2.0 ** (f_bits - pressure.f_bits))
    inverse, pressure_shift = _factors(2.0 ** (pressure.f_bits - f_bits) / flow.density)
    bias = np.round((flow.bias / unit + constant) * 2.0**q)
    if np.abs(bias).max() > MOST_BIAS:
        raise ValueError("the biases are too large beside the input weights for one sum: raise "
                         "input_scaling, or lower bias_scaling")
    fluid = Fluid(
        tails=tuple(flow.edges[:, 0].tolist()), heads=tuple(flow.edges[:, 1].tolist()),
        initial=raw, conductivity=conductivity, activation=phi,
        adaptation=_adaptation(flow, conductivity, held, unit),
        flow=held, weight_width=formats.weight_bits,
        input=SparseMatrix.from_rows(win, win.shape[1]), bias=tuple(bias.astype(np.int64).tolist()),
        acc_shift=q - f_bits, viscosity=viscosity, viscosity_shift=viscosity_shift,
        inverse_density=inverse, pressure_shift=pressure_shift, pressure=pressure,
    )
    return Integers(liquid=fluid, input=channels, memory_bits=memory_bits(fluid),
                    scale=np.full(flow.units, pressure.lsb * unit), reference=without_rounding,
                    conclude=_wet)


def _phi(name: str, gradient: float, pressure: QFormat, formats: Formats) -> Activation:
    """phi on its grid: a table is finer than a pressure, a clip as fine."""
    if name == "linear":
        whole = QFormat(1, min(pressure.f_bits, WIDEST - 1))
        return Clip(whole, whole)
    i_bits = 1 + power_ceil(min(gradient, TANH))
    pre = QFormat(i_bits, max(2 - i_bits, min(pressure.f_bits, WIDEST - i_bits)))
    fine = pre.f_bits
    if name == "tanh":
        fine = max(fine, min(fine + PHI_FINER, CURVE - 1))
    return activation(name, pre, QFormat(1, min(fine, WIDEST - 2)), formats.segment_bits)


def _conductivity(flow: Flow, bits: int) -> tuple[tuple[int, ...], QFormat]:
    """Raw conductivities and their unsigned format, as fine as the bits allow.

    One that adapts ends at the ceiling, and has bits for its steps besides.
    """
    top = float(flow.conductivity.max())
    if flow.adapts:
        top, bits = flow.ceiling, min(bits + power_ceil(1 / flow.rate), MOST_CONDUCTIVITY)
    most = (1 << bits) - 1
    f_bits = power_floor((most + 1) / top) if flow.adapts else power_floor((most + 0.5) / top)
    raw = np.minimum(np.round(flow.conductivity * 2.0**f_bits), most).astype(int)
    return tuple(raw.tolist()), QFormat(bits - f_bits, f_bits, signed=False)


def _adaptation(flow: Flow, conductivity: QFormat, held: QFormat, unit: float) -> Fixed | Adaptive:
    """The rule on its grid; ``held``: the flow's format, in which a flow of 1 is 1 / unit."""
    if not flow.adapts:
        return Fixed()
    growth = flow.rate * flow.growth * unit * held.lsb / conductivity.lsb

    def near(value: float, bits: int) -> bool:
        return abs(round(value * 2.0**bits) * 2.0**-bits - value) <= NEAR * value

    most = power_floor(MOST_GROWTH / growth)
    least = next(b for b in range(FINEST_RATE + 1) if near(flow.rate, b))
    if most < least:
        raise ValueError(f"growth must be at most {flow.growth * 2.0 ** (most - least):.3g} with "
                         f"rate {flow.rate:g}, not {flow.growth:g}")
    shift = min(max(power_ceil(1 / flow.rate), power_ceil(1 / growth)) + RATE_BITS, most,
                FINEST_RATE)
    if not near(growth, shift):
        raise ValueError(f"growth must be more than {flow.growth:g} with rate {flow.rate:g} in "
                         "these formats: a conductivity has too few bits for it")
    return Adaptive(shift=shift, decay=round(flow.rate * 2.0**shift),
                    growth=round(growth * 2.0**shift), limit=held.raw_max, drying=0)


def _factors(values: Floats) -> tuple[tuple[int, ...], int]:
    """Raw factors, and the right shift of a product with them."""
    top, most = float(values.max()), (1 << FACTOR) - 1
    shift = max(0, min(40, power_floor(most / top))) if top > 0 else 0
    return tuple(np.round(values * 2.0**shift).astype(int).tolist()), shift


def _calibrate(model: FluidNetwork, data: Material) -> _Reach:
    """What the training data moves."""
    flow, found, stuck, ranges, widest = model.reservoir_, [], [], [], 0.0
    for inputs in data.inputs:
        u = model.scaled(inputs)
        x = flow.trajectory(u)
        p = flow.seen(x)
        d, drives = p @ flow.gradient, u @ flow.Win.T + flow.bias
        masses = (np.abs(flow.flows(x)), np.abs(drives), np.abs(flow.viscosity * p))
        found.append((np.abs(p).max(), np.abs(d).max(), max(m.max() for m in masses)))
        skip = min(data.skip, len(u) - 1)
        stuck.append((np.abs(d[skip:]) > np.arctanh(SATURATED)).mean(axis=0))
        # what the bias fills at first is no answer to an input
        ranges.append(np.ptp(p[max(skip, len(p) // 2):], axis=0))
        widest = max(widest, x[-1, flow.units:].max(initial=0.0))
    full = int((np.mean(stuck, axis=0) > 0.5).sum())
    if flow.phi != "linear" and 2 * full > len(flow.edges):
        raise ValueError(f"the fluid is saturated: {full} of {len(flow.edges)} flows are beyond "
                         f"{SATURATED:g} of their most in most steps; lower input_scaling or "
                         "bias_scaling, or raise viscosity or conductivity")
    silent = int((np.max(ranges, axis=0) < SILENT).sum())
    if 2 * silent > flow.units:
        raise ValueError(f"the fluid is silent: the pressures of {silent} of {flow.units} nodes "
                         f"move by less than {SILENT:g}; raise input_scaling, input_connectivity "
                         "or conductivity")
    if flow.adapts and widest < flow.ceiling * DRY:
        raise ValueError(DRIES.format(len(flow.edges)))
    pressure, gradient, mass = (np.max(found, axis=0) * headroom(data.inputs)).tolist()
    return _Reach(pressure=pressure, gradient=gradient, mass=mass)


def _wet(design: Design, report: Report, fixed: dict[str, np.ndarray]) -> Report:
    """Raises ValueError for integers that are dry most of the time, whatever the floats are."""
    fluid = expect(Fluid, design.liquid)
    if fluid.adaptive:
        dry = fixed["conductivity"].max(axis=1) < fluid.conductivity.raw_max * DRY
        if dry.mean() > 0.5:
            raise ValueError(DRIES.format(len(fluid.tails)))
    return report


def memory_bits(fluid: Fluid) -> int:
    """Bits of graph, conductivities, drive, densities, masses, pressures and phi's table."""
    n, edges = fluid.neurons, len(fluid.tails)
    bits = edges * (2 * (n - 1).bit_length() + fluid.conductivity.width)
    bits += fluid.input.nnz * fluid.weight_width + n * (fluid.mass_width + 2 * FACTOR)
    bits += 2 * n * fluid.pressure.width
    if not isinstance(fluid.activation, Clip):
        bits += len(fluid.activation.base) * (fluid.activation.output.width - 1 + 15)
    return bits


def sizes(fluid: Fluid) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    return {
        "neurons": fluid.neurons, "edges": len(fluid.tails), "input_weights": fluid.input.nnz,
        "weight_bits": fluid.weight_width, "phi": fluid.activation.kind,
        "conductivities": fluid.adaptation.kind,
    }
