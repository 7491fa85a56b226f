"""Random legal closed-form continuous-time networks, and lively ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from designs import random_design as random_esn

from liquidgate.spec import (
    Cfc,
    Channel,
    Clip,
    Design,
    LinearReadout,
    Port,
    QFormat,
    SparseMatrix,
    Table,
)


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    inputs: int | None = None, timed: bool | None = None, activation: str | None = None,
    mode: str | None = None,
) -> Design:
    """Ports, activation and readout of a random echo state network around random heads."""
    frame = random_esn(rng, neurons=neurons or int(rng.integers(1, 65)), inputs=inputs,
                       feedback=False, activation=activation)
    esn, n, k = frame.liquid, frame.liquid.neurons, frame.inputs
    f: Any = esn.activation
    if f.output.f_bits < 0:
        f = Clip(QFormat(1, 8), QFormat(1, 7))
    timed = bool(rng.random() < 0.4) if timed is None else timed
    heads, width = 4 if timed else 3, esn.weight_width
    high = (1 << (width - 1)) - 1
    dense = rng.integers(-high - 1, high + 1, (heads, n, n + k))
    dense[rng.random(dense.shape) >= rng.choice([0.05, 0.3, 1.0])] = 0
    state_width = int(rng.integers(2, 19))
    f_bits = min(state_width - int(rng.integers(0, 3)), 2 * f.output.f_bits + 1)
    state = QFormat(state_width - f_bits, f_bits)
    source = max(state.width, frame.input.width)
    typical = width + source + int(np.log2(n + k)) // 2 - 2
    acc_shift = max(0, min(40, typical - f.input.width + int(rng.integers(-1, 3))))
    sizes = rng.integers(0, max(1, typical), (heads, n))
    bias = rng.integers(-(1 << sizes), 1 << sizes)
    one = 1 << (2 * f.output.f_bits + 1)
    mean = rng.integers(-one // 2, one // 2 + 1, n) if rng.random() < 0.7 else np.zeros(n)
    return Design(
        name=name, input=frame.input, output=frame.output,
        liquid=Cfc(
            weight_width=width,
            heads=tuple(SparseMatrix.from_rows(head, n + k) for head in dense),
            bias=tuple(map(_ints, bias)), acc_shift=acc_shift,
            time_shift=max(0, frame.input.width + int(rng.integers(-3, 2))) if timed else 0,
            activation=f, mean=_ints(mean), state=state,
            mode=mode or str(rng.choice(["default", "no_gate"])),
        ),
        readout=frame.readout,
    )


SEEDS = {False: 234, True: 1241}
"""Whose dynamics visit both ends of every cast point, without staying there."""


def lively_design(timed: bool, mode: str = "default") -> Design:
    """Five neurons in which every cast point saturates both ways."""
    rng = np.random.default_rng(SEEDS[timed])
    n, k, heads = 5, 2, 4 if timed else 3
    m = 4 if timed else 2  # rows that end in each of four lanes

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    dense = ints(-16, 15, heads, n, n + k)
    dense *= rng.random(dense.shape) < 0.6
    return Design(
        name="lively_timed" if timed else "lively_cfc",
        input=Port(6, True, tuple(Channel(f"u{j}", 5) for j in range(k))),
        output=Port(9, True, tuple(Channel(f"y{j}", 8) for j in range(m))),
        liquid=Cfc(
            weight_width=5,
            heads=tuple(SparseMatrix.from_rows(head, n + k) for head in dense),
            bias=tuple(map(_ints, ints(-300, 300, heads, n))), acc_shift=2,
            time_shift=4 if timed else 0,
            activation=Table(QFormat(3, 7), QFormat(1, 8), 2, (0, 112, 190, 225),
                             (113, 77, 35, 27), 7),
            mean=_ints(ints(-(1 << 14), 1 << 14, n)), state=QFormat(1, 7), mode=mode,
        ),
        readout=LinearReadout(
            weight_width=6, weights=tuple(map(_ints, ints(-32, 31, m, n + k))),
            bias=_ints(ints(-400, 400, m)), shift=4,
        ),
    )
