"""Quantises the fluid network: one fine unit for flows, drive and loss, a coarser pressure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liquidgate.spec import Clip, Design, Fixed, Fluid, QFormat, SparseMatrix
from liquidgate.spec.activation import Activation
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats
from liquidgate.train.fluid import Flow, incidence
from liquidgate.train.fluid_model import FluidNetwork
from liquidgate.train.quantise.activation import activation, activation_curve
from liquidgate.train.quantise.drive import (
    drive,
    folded,
    headroom,
    port,
    power_ceil,
    power_floor,
    weight_unit,
)
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers, exact_outputs

SILENT, SATURATED = 1e-5, 0.98
WIDEST = 24
"""Bits of a flow or a gradient at most."""
FACTOR = 16
"""Most bits of an inverse density or a viscosity; one multiplier holds them."""
FINER = 6
"""Fraction bits of a mass beyond a pressure's, where there is room: what rounding takes from a
flow is gone, what it takes from a pressure is still in the mass."""
CURVE = 16
"""Bits of phi at most, where they are more than a pressure's own; one multiplier holds them."""
PHI_FINER = 4
"""Fraction bits of phi beyond a pressure's, up to ``CURVE``: the flow rounds then, not phi."""
TANH = 6.0
"""Where tanh's table ends at the latest."""


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
    ValueError : when the fluid is silent or saturated.
    """
    assert isinstance(model, FluidNetwork)
    flow, reach = model.reservoir_, _calibrate(model, data)
    # a linear phi is a clip that is never reached, so all is scaled until differences are below 1
    unit = 2.0 ** power_ceil(reach.gradient) if flow.phi == "linear" else 1.0
    limit = (1 << (formats.weight_bits - 1)) - 1
    driving = drive(flow.Win / unit, model.input_offset_, model.input_scale_,
                    data.inputs, frame.input_names,
                    max(formats.input_bits, formats.state_bits), flow.units, frame.input)
    q = weight_unit(0.0, [driving], limit)
    channels = port(driving, q, limit)
    win, constant = folded(driving, channels, q, limit)

    i_bits = 1 + power_ceil(reach.pressure / unit)
    pressure = QFormat(i_bits, formats.state_bits - i_bits)
    phi = _phi(flow.phi, reach.gradient, pressure, formats)
    raw, conductivity = _conductivity(flow, formats.weight_bits)
    i_bits = 1 + power_ceil(reach.mass / unit)
    f_bits = min(pressure.f_bits + FINER, WIDEST - i_bits, q,
                 conductivity.f_bits + phi.output.f_bits)
    viscosity, viscosity_shift = _factors(flow.viscosity * 2.0 ** (f_bits - pressure.f_bits))
    inverse, pressure_shift = _factors(2.0 ** (pressure.f_bits - f_bits) / flow.density)
    bias = np.round((flow.bias / unit + constant) * 2.0**q).astype(np.int64)
    fluid = Fluid(
        tails=tuple(flow.edges[:, 0].tolist()), heads=tuple(flow.edges[:, 1].tolist()),
        initial=raw, conductivity=conductivity, adaptation=Fixed(), activation=phi,
        flow=QFormat(max(i_bits, 2 - f_bits), f_bits), weight_width=formats.weight_bits,
        input=SparseMatrix.from_rows(win, win.shape[1]), bias=tuple(bias.tolist()),
        acc_shift=q - f_bits, viscosity=viscosity, viscosity_shift=viscosity_shift,
        inverse_density=inverse, pressure_shift=pressure_shift, pressure=pressure,
    )
    return Integers(liquid=fluid, input=channels, memory_bits=memory_bits(fluid),
                    scale=np.full(flow.units, pressure.lsb * unit), reference=without_rounding)


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
    """Raw conductivities and their unsigned format, as fine as the bits allow."""
    top = (1 << bits) - 1
    f_bits = power_floor((top + 0.5) / float(flow.conductivity.max()))
    raw = np.minimum(np.round(flow.conductivity * 2.0**f_bits), top).astype(int)
    return tuple(raw.tolist()), QFormat(bits - f_bits, f_bits, signed=False)


def _factors(values: Floats) -> tuple[tuple[int, ...], int]:
    """Raw factors, and the right shift of a product with them."""
    top, most = float(values.max()), (1 << FACTOR) - 1
    shift = max(0, min(40, power_floor(most / top))) if top > 0 else 0
    return tuple(np.round(values * 2.0**shift).astype(int).tolist()), shift


def _calibrate(model: FluidNetwork, data: Material) -> _Reach:
    """What the training data moves."""
    flow, found, stuck, ranges = model.reservoir_, [], [], []
    for inputs in data.inputs:
        u = model.scaled(inputs)
        p = flow.seen(flow.trajectory(u))
        d, drives = p @ flow.gradient, u @ flow.Win.T + flow.bias
        masses = (np.abs(flow.flows(p)), np.abs(drives), np.abs(flow.viscosity * p))
        found.append((np.abs(p).max(), np.abs(d).max(), max(m.max() for m in masses)))
        skip = min(data.skip, len(u) - 1)
        stuck.append((np.abs(d[skip:]) > np.arctanh(SATURATED)).mean(axis=0))
        # what the bias fills at first is no answer to an input
        ranges.append(np.ptp(p[max(skip, len(p) // 2):], axis=0))
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
    pressure, gradient, mass = (np.max(found, axis=0) * headroom(data.inputs)).tolist()
    return _Reach(pressure=pressure, gradient=gradient, mass=mass)


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """The design's equations on real numbers, every value in raw units."""
    fluid = expect(Fluid, design.liquid)
    edges = np.array([fluid.tails, fluid.heads]).T
    gradient = incidence(edges, fluid.neurons) * 2.0**-fluid.gradient_shift
    spread = incidence(edges, fluid.neurons).T
    curve = activation_curve(fluid.activation)
    g = np.array(fluid.initial) * 2.0**-fluid.flow_shift
    win, bias = np.array(fluid.input.dense(), dtype=float).T, np.array(fluid.bias, dtype=float)
    viscosity = np.array(fluid.viscosity) * 2.0**-fluid.viscosity_shift
    inverse = np.array(fluid.inverse_density) * 2.0**-fluid.pressure_shift
    results = []
    for inputs in sequences:
        m = np.zeros(fluid.neurons)
        run: dict[str, list[Floats]] = {name: [] for name in fluid.points}
        for d in (inputs @ win + bias) * 2.0**-fluid.acc_shift:
            p = m * inverse
            z = p @ gradient
            f = curve(z)
            flow, v = g * f, viscosity * p
            m = m + d - v - flow @ spread
            p = m * inverse
            for name, value in zip(run, (d, z, f, flow, v, p, p)):
                run[name].append(value)
        found = {name: np.array(values) for name, values in run.items()}
        found["output"] = exact_outputs(design, found["state"], inputs)
        results.append(found)
    return results


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
