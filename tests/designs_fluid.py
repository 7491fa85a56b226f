"""Random legal fluid networks, and lively ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from designs import random_design as random_esn

from liquidgate.spec import (
    Adaptive,
    Channel,
    Clip,
    Design,
    Fixed,
    Fluid,
    LinearReadout,
    Port,
    QFormat,
    SparseMatrix,
    Table,
)


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def _ends(rng: np.random.Generator, n: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Edges of a random tree, a star, or a random graph, parallel edges among them."""
    shape = rng.integers(0, 3)
    count = n - 1 if shape < 2 else int(rng.integers(1, 3 * n + 1))
    tails, heads = np.zeros(count, dtype=int), np.arange(1, count + 1)
    if shape == 1:
        tails = np.array([int(rng.integers(0, i)) for i in range(1, n)])
    elif shape == 2:
        tails = rng.integers(0, n, count)
        heads = (tails + rng.integers(1, n, count)) % n
    turned = rng.random(count) < rng.choice([0.0, 0.5])
    order = rng.permutation(count)
    return (_ints(np.where(turned, heads, tails)[order]),
            _ints(np.where(turned, tails, heads)[order]))


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    inputs: int | None = None, activation: str | None = None, adaptive: bool | None = None,
    watch: str | None = None, closed: bool | None = None,
) -> Design:
    """Ports and readout of a random echo state network around random vessels and pipes.

    ``closed``: neither drive nor viscosity.
    """
    n = max(2, neurons or int(rng.integers(2, 65)))
    frame = random_esn(rng, neurons=n, inputs=inputs, feedback=False, activation=activation,
                       state_width=int(rng.integers(2, 17)))
    esn: Any = frame.liquid
    f = esn.activation
    if isinstance(f, Table):
        f = replace(f, base=(0, *f.base[1:]))
    pressure_width = esn.state.width
    pressure = QFormat(pressure_width - f.input.f_bits, f.input.f_bits)
    if rng.random() < 0.5:  # a gradient that is rounded
        shift = int(rng.integers(0, 5))
        pressure = QFormat(pressure_width - f.input.f_bits - shift, f.input.f_bits + shift)
    tails, heads = _ends(rng, n)
    g_width = int(rng.integers(1, 15))
    conductivity = QFormat(0, g_width, False)
    flow_width = int(rng.integers(2, 19))
    flow_shift = max(0, g_width + f.output.width - flow_width - int(rng.integers(-1, 3)))
    flow_f = g_width + f.output.f_bits - flow_shift
    pressure_shift = int(rng.integers(0, 12))
    inverse = rng.integers(1, 1 << int(rng.integers(1, 9)), n)
    closed = bool(rng.random() < 0.2) if closed is None else closed
    viscosity = rng.integers(0, 1 << int(rng.integers(1, 12)), n) * (rng.random() < 0.7)
    width, typical = esn.weight_width, esn.weight_width + frame.input.width - 1
    driven, bias = esn.input, rng.integers(-(1 << typical), 1 << typical, n)
    bias *= rng.random(n) < 0.3
    if closed:
        driven, bias, viscosity = SparseMatrix.from_rows([[0]] * n, 1), 0 * bias, 0 * viscosity
        driven = replace(driven, columns=frame.inputs)
    adaptive = bool(rng.random() < 0.5) if adaptive is None else adaptive
    rule_shift = int(rng.integers(0, 9))
    one = 1 << rule_shift
    rule = Adaptive(
        shift=rule_shift, decay=int(rng.integers(0, one + 1)),
        growth=int(rng.integers(0, min(1 << 18, one << max(0, g_width - flow_width + 4)))),
        limit=int(rng.integers(0, 1 << (flow_width - 1))), drying=int(rng.integers(0, one + 1)),
    )
    choices = ["pressure", "conductivity", "both"] if adaptive else ["pressure"]
    seen = watch if watch in choices else str(rng.choice(choices))
    taps = {"pressure": n, "conductivity": len(tails), "both": n + len(tails)}[seen]
    if frame.readout.taps > n:
        taps += frame.inputs
    weights = rng.integers(-128, 128, (frame.outputs, taps))
    return Design(
        name=name, input=frame.input, output=frame.output,
        liquid=Fluid(
            tails=tails, heads=heads, initial=_ints(rng.integers(0, 1 << g_width, len(tails))),
            conductivity=conductivity, adaptation=rule if adaptive else Fixed(), activation=f,
            flow=QFormat(flow_width - flow_f, flow_f), weight_width=width, input=driven,
            bias=_ints(bias), acc_shift=max(0, typical - flow_width + int(rng.integers(0, 4))),
            viscosity=_ints(viscosity), viscosity_shift=int(rng.integers(0, 12)),
            inverse_density=_ints(inverse), pressure_shift=pressure_shift, pressure=pressure,
            watch=seen,
        ),
        readout=LinearReadout(8, tuple(map(_ints, weights)), frame.readout.bias,
                              max(0, frame.readout.shift - frame.readout.weight_width + 8)),
    )


SEEDS = {"fixed": 303, "adaptive": 74}
"""Whose dynamics visit both ends of every cast point, without staying there."""


def lively_design(adaptation: str) -> Design:
    """Five vessels in which every cast point saturates both ways."""
    rng = np.random.default_rng(SEEDS[adaptation])
    both = adaptation == "adaptive"
    n, k, m = 5, 8 if both else 4, 2  # rows longer than lanes
    tails, heads = (0, 0, 1, 3, 3, 4, 2), (1, 2, 2, 2, 4, 0, 4)

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    edges = len(tails)
    dense = ints(-16, 15, n, k) * (rng.random((n, k)) < 0.7)
    taps = n + edges * both + k
    return Design(
        name=f"lively_{adaptation}",
        input=Port(6, True, tuple(Channel(f"u{j}", 5) for j in range(k))),
        output=Port(9, True, tuple(Channel(f"y{j}", 8) for j in range(m))),
        liquid=Fluid(
            tails=tails, heads=heads, initial=_ints(ints(20, 63, edges)),
            conductivity=QFormat(0, 6, False),
            adaptation=Adaptive(4, 5, 11, 31, 12) if both else Fixed(),
            activation=Table(QFormat(1, 6), QFormat(1, 8), 2, (0, 112, 190, 225),
                             (225, 156, 70, 54), 5)
            if both else Clip(QFormat(1, 6), QFormat(2, 5)),
            flow=QFormat(0, 6), weight_width=5, input=SparseMatrix.from_rows(dense, k),
            bias=_ints(ints(-60, 60, n)), acc_shift=2,
            viscosity=_ints(ints(0, 15 if both else 7, n)),
            viscosity_shift=4, inverse_density=_ints(ints(6, 16, n)), pressure_shift=3,
            pressure=QFormat(1, 7), watch="both" if both else "pressure",
        ),
        readout=LinearReadout(
            weight_width=6, weights=tuple(map(_ints, ints(-32, 31, m, taps))),
            bias=_ints(ints(-400, 400, m)), shift=4,
        ),
    )
