"""Random legal pure closed-form networks, and lively ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from designs import random_design as random_esn
from designs import with_last_step

from liquidgate.spec import (
    CfcPure,
    Channel,
    Design,
    LinearReadout,
    Port,
    QFormat,
    SparseMatrix,
    Table,
)


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def decay_table(input: QFormat, output: QFormat, segment_bits: int) -> Table:
    """Chords of 1 - exp(-e), rounded down."""
    offset_bits = input.width - 1 - segment_bits
    e = np.arange((1 << segment_bits) + 1) * 2.0 ** (offset_bits - input.f_bits)
    raws = np.minimum(np.floor(-np.expm1(-e) * 2.0**output.f_bits).astype(int), output.raw_max)
    shift = max(0, min(40, 15 + offset_bits - int(np.diff(raws).max()).bit_length()))
    return Table(input, output, segment_bits, _ints(raws[:-1]),
                 _ints((np.diff(raws) << shift) >> offset_bits), shift)


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    inputs: int | None = None, timed: bool | None = None,
) -> Design:
    """Ports, wires and readout of a random echo state network around the exponential."""
    frame = random_esn(rng, neurons=neurons or int(rng.integers(1, 65)), inputs=inputs,
                       feedback=False)
    esn: Any = frame.liquid
    n, columns = esn.neurons, esn.neurons + frame.inputs
    rows = np.hstack([np.array(m.dense()).reshape(n, m.columns)
                      for m in (esn.recurrent, esn.input)])
    timed = bool(rng.random() < 0.4) if timed is None else timed
    preactivation = esn.activation.input
    width = int(rng.integers(2, 21))
    # exponents of every size beside 1
    exponent = QFormat(width - preactivation.f_bits, preactivation.f_bits)
    output = QFormat(1, int(rng.integers(1, 18)))
    rest = QFormat(i_bits := int(rng.integers(-1, 3)), int(rng.integers(2, 19)) - i_bits)
    rest_shift = output.f_bits + preactivation.f_bits - rest.f_bits
    if rest_shift < 0:
        rest = QFormat(rest.width - rest.f_bits - rest_shift, rest.f_bits + rest_shift)
    size = int(rng.integers(1, 18))
    target = rng.integers(-(1 << size), 1 << size, n)
    state = QFormat(1, int(rng.integers(2, 19)) - 1)
    offset = rng.integers(-(1 << size + rest.width), 1 << size + rest.width, n) // 4
    typical = size + rest.width
    return Design(
        name=name, input=frame.input, output=frame.output,
        liquid=CfcPure(
            weight_width=esn.weight_width, head=SparseMatrix.from_rows(rows, columns),
            bias=esn.bias, acc_shift=esn.acc_shift, preactivation=preactivation,
            rate=_ints(rng.integers(0, 1 + (1 << int(rng.integers(0, width))), n)), timed=timed,
            time_shift=max(0, frame.input.width + int(rng.integers(-3, 2))) if timed else 0,
            activation=decay_table(exponent, output, int(rng.integers(0, min(7, width)))),
            rest=rest, target=_ints(target), offset=_ints(offset),
            state_shift=max(0, min(40, typical - state.width + int(rng.integers(-2, 2)))),
            state=state,
        ),
        readout=frame.readout,
    )


SEEDS = {False: 2344, True: 52}
"""Whose dynamics visit both ends of the cast points, without staying there."""


def lively_design(timed: bool) -> Design:
    """Five neurons in which every cast point saturates, both ways where it can be negative."""
    rng = np.random.default_rng(SEEDS[timed])
    n, k = 5, 2
    m = 4 if timed else 2  # rows that end in each of four lanes

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    head = ints(-16, 15, n, n + k)
    head *= rng.random(head.shape) < 0.6
    more = 3 * timed  # bits of the rest, so that not only its ends meet a negative interval
    return Design(
        name="lively_pure_timed" if timed else "lively_pure",
        input=Port(6, True, tuple(Channel(f"u{j}", 5) for j in range(k))),
        output=Port(9, True, tuple(Channel(f"y{j}", 8) for j in range(m))),
        liquid=CfcPure(
            weight_width=5, head=SparseMatrix.from_rows(head, n + k),
            bias=_ints(ints(-300, 300, n)), acc_shift=3, preactivation=QFormat(2, 7),
            rate=(1, 300, *_ints(ints(1, 90, n - 2))), timed=timed, time_shift=4 if timed else 0,
            activation=with_last_step(decay_table(QFormat(3, 7), QFormat(1, 9), 3)),
            rest=QFormat(-1 + more, 11),
            target=_ints((ints(40, 127, n) | 1) * rng.choice([-1, 1], n)),  # the last bit shows
            offset=_ints(ints(-(1 << 15 + more), 1 << 15 + more, n)), state_shift=8 + more,
            state=QFormat(1, 7),
        ),
        readout=LinearReadout(
            weight_width=6, weights=tuple(map(_ints, ints(-32, 31, m, n + k))),
            bias=_ints(ints(-400, 400, m)), shift=4,
        ),
    )
