"""Random legal networks of synapses, and lively ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from designs import random_design as random_esn
from designs_ltc import share_table

from liquidgate.spec import (
    Channel,
    Design,
    LinearReadout,
    Port,
    QFormat,
    Synaptic,
    Table,
)


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    inputs: int | None = None, activation: str | None = None, timed: bool | None = None,
    substeps: int | None = None,
) -> Design:
    """Ports, activation and readout of a random echo state network around random synapses."""
    frame = random_esn(rng, neurons=neurons or int(rng.integers(1, 33)), inputs=inputs,
                       feedback=False, activation=activation)
    esn: Any = frame.liquid
    n, k, f, width = esn.neurons, frame.inputs, esn.activation, esn.weight_width
    timed = bool(rng.random() < 0.4) if timed is None else timed
    degree = min(n + k, int(rng.integers(1, 9)))
    sizes = rng.integers(1, degree + 1, n)
    sources = [np.sort(rng.choice(n + k, size, replace=False)) for size in sizes]

    def each(bits: int) -> tuple[tuple[int, ...], ...]:
        high = (1 << (bits - 1)) - 1
        return tuple(_ints(rng.integers(-high - 1, high + 1, size)) for size in sizes)

    def fmt(f_bits: int) -> QFormat:
        bits = int(rng.integers(2, 21))
        return QFormat(bits - f_bits, f_bits)

    state_width = int(rng.integers(2, 19))
    state = QFormat(i_bits := int(rng.integers(0, 3)), state_width - i_bits)
    typical = width + max(state.width, frame.input.width) - 2
    acc_shift = max(0, min(40, typical - f.input.width + int(rng.integers(-1, 3))))
    weight = each(width)
    least = np.array([sum(map(abs, row)) * f.limit for row in weight])
    leak = least + rng.integers(0, 1 + (1 << int(rng.integers(0, width + f.output.width))), n)
    sum_bits = width + f.output.width
    load = fmt(int(rng.integers(0, 16)))
    share_input, time_bits = load, 0
    if timed:
        time_bits = max(0, frame.input.width + int(rng.integers(-2, 2)))
        share_input = fmt(min(load.f_bits + time_bits, int(rng.integers(0, 16))))
    segment_bits = int(rng.integers(0, min(7, share_input.width)))
    share = share_table(share_input, QFormat(1, int(rng.integers(1, 18))), segment_bits)
    current = fmt(max(0, state.f_bits - time_bits) + int(rng.integers(0, 4)))
    drive = fmt(current.f_bits + time_bits - int(rng.integers(0, 9)))
    if drive.f_bits + share.output.f_bits < state.f_bits:
        drive = fmt(state.f_bits)
    size = int(rng.integers(0, sum_bits + 2))
    return Design(
        name=name, input=frame.input, output=frame.output,
        liquid=Synaptic(
            weight_width=width, sources=tuple(map(_ints, sources)), slope=each(width),
            offset=each(max(2, typical)), weight=weight, pull=each(width), acc_shift=acc_shift,
            activation=f, leak=_ints(leak), rest=_ints(rng.integers(-(1 << size), 1 << size, n)),
            load_shift=max(0, min(40, sum_bits + 1 - load.width + int(rng.integers(-1, 3)))),
            load=load,
            current_shift=max(0, min(40, sum_bits - current.width + int(rng.integers(-1, 3)))),
            current=current, timed=timed, time_bits=time_bits, share=share, drive=drive,
            state=state, substeps=substeps or int(rng.choice([1, 2, 3, 6])),
        ),
        readout=frame.readout,
    )


LIVELY = {"even": (2, 63), "timed": (3, 252)}
"""Sub-steps, and the seed whose dynamics visit both ends of the cast points, without staying."""


def lively_design(kind: str) -> Design:
    """Four neurons of several synapses each, whose states reach both ends of their format."""
    substeps, seed = LIVELY[kind]
    rng = np.random.default_rng(seed)
    n, k, m, timed = 4, 2, 2, kind == "timed"

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    sizes = (3, 1, 4, 2)
    # each hears an input, so that none stays where it is
    sources = tuple((*_ints(np.sort(rng.choice(n, size - 1, replace=False))),
                     n + int(rng.integers(0, k - timed))) for size in sizes)

    def each(low: int, high: int) -> tuple[tuple[int, ...], ...]:
        return tuple(_ints(ints(low, high, size)) for size in sizes)

    f = Table(QFormat(3, 7), QFormat(1, 8), 2, (0, 112, 190, 225), (113, 77, 35, 27), 7)
    load = QFormat(2, 7)
    def odd(low: int, high: int) -> tuple[tuple[int, ...], ...]:
        """So that the least bit of what is added shows."""
        return tuple(tuple(value | 1 for value in row) for row in each(low, high))

    weight, pull, slope = odd(8, 31), each(-32, 31), odd(-32, 31)
    leak = [sum(row) * 252 + int(rng.integers(0, 6000)) for row in weight]
    return Design(
        name=f"lively_synaptic_{kind}",
        input=Port(8, True, tuple(Channel(f"u{j}", 7) for j in range(k))),
        output=Port(9, True, tuple(Channel(f"y{j}", 8) for j in range(m))),
        liquid=Synaptic(
            weight_width=6, sources=sources, slope=slope, offset=each(-900, 900),
            weight=weight, pull=pull, acc_shift=2, activation=f, leak=tuple(leak),
            rest=_ints(ints(-4000, 4000, n)), load_shift=7, load=load, current_shift=4,
            current=QFormat(2, 8), timed=timed, time_bits=5 if timed else 0,
            share=share_table(QFormat(3, 6) if timed else load, QFormat(1, 9), 3),
            drive=QFormat(2, 7), state=QFormat(1, 7), substeps=substeps,
        ),
        readout=LinearReadout(
            weight_width=6, weights=tuple(map(_ints, ints(-32, 31, m, n + k))),
            bias=_ints(ints(-400, 400, m)), shift=5,
        ),
    )
