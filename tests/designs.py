"""Random legal designs, shared by every test that needs many of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from liquidgate.spec import (
    Channel,
    Clip,
    Design,
    Esn,
    LinearReadout,
    Port,
    QFormat,
    SparseMatrix,
    Table,
)


def with_last_step(table: Table) -> Table:
    """The table, a little steeper at its end: so that the last bit of a saturated input shows."""
    slope = table.slope[-1]
    offset = (1 << table.offset_bits) - 1
    while (slope * offset + (1 << table.shift >> 1) >> table.shift
           == slope * (offset - 1) + (1 << table.shift >> 1) >> table.shift):
        slope += 1
    return replace(table, slope=(*table.slope[:-1], slope))


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, **overrides: Any
) -> Design:
    """A legal design of any kind; the same generator state gives the same design.

    Parameters
    ----------
    rng : source of every choice.
    neurons : 1..64 at random when None.
    overrides : any of ``inputs``, ``outputs`` (counts), ``activation`` ("table" or "clip"),
        ``feedback``, ``pass_through``, ``signed`` (both ports), ``state_width``,
        ``weight_width``, ``density``, ``name``, ``zero_rows`` (boolean).
    """
    n = neurons or int(rng.integers(1, 65))
    inputs = overrides.get("inputs") or int(rng.integers(1, 6))
    outputs = overrides.get("outputs") or int(rng.integers(1, 6))
    in_port = _port(rng, inputs, "u", overrides.get("signed"))
    out_port = _port(rng, outputs, "y", overrides.get("signed"))
    feedback = _choice(rng, overrides.get("feedback"))
    pass_through = _choice(rng, overrides.get("pass_through"))
    width = overrides.get("weight_width") or int(rng.integers(2, 13))
    density = overrides.get("density")
    density = float(rng.choice([0.0, 0.1, 0.3, 1.0])) if density is None else density
    zero_rows = _choice(rng, overrides.get("zero_rows"))
    alive = rng.random(n) < 0.7 if zero_rows else np.ones(n, dtype=bool)
    recurrent = _matrix(rng, n, n, width, density, alive)
    driven = _matrix(rng, n, inputs, width, max(density, 0.5), alive)
    fed = _matrix(rng, n, outputs if feedback else 0, width, 0.5, alive)
    state = QFormat(1, (overrides.get("state_width") or int(rng.integers(2, 19))) - 1)
    activation = _activation(rng, overrides.get("activation"))
    out = activation.output
    # the accumulator's usual size, so that most sums neither vanish nor always saturate
    fan_in = 1 + sum(len(row) for row in recurrent.indices) // n + inputs
    typical = width + max(state.width, in_port.width) + int(np.log2(fan_in)) // 2 - 2
    acc_shift = max(0, min(40, typical - activation.input.width + int(rng.integers(-1, 3))))
    shift = int(rng.integers(0, 3))
    bits = max(2, min(24, out.width - shift + int(rng.integers(-1, 2))))
    deviation = QFormat(bits - (out.f_bits - shift), out.f_bits - shift)
    leak_shift = int(rng.integers(0, 13))
    one = 1 << leak_shift
    # a raw state unit may differ from a raw deviation unit: gain carries the ratio
    ratio = 2.0 ** (state.width - deviation.width)
    gain = rng.integers(0, int(min((1 << 18) - 1, 2 * one * ratio)) + 1, n)
    rw = int(rng.integers(2, 19))
    taps = n + (inputs if pass_through else 0)
    weights = rng.integers(-(1 << (rw - 1)), 1 << (rw - 1), (outputs, taps))
    weights[rng.random(weights.shape) < 0.1] = 0
    r_typical = rw + max(state.width, in_port.width) + int(np.log2(taps)) // 2 - 2
    r_shift = max(0, r_typical - out_port.width + int(rng.integers(-2, 3)))
    return Design(
        name=overrides.get("name", "liquid"),
        input=in_port,
        output=out_port,
        liquid=Esn(
            weight_width=width,
            recurrent=recurrent,
            input=driven,
            feedback=fed,
            bias=_ints(_spread(rng, n, typical)),
            acc_shift=acc_shift,
            activation=activation,
            mean=_ints(_spread(rng, n, out.width) if rng.random() < 0.7 else np.zeros(n)),
            deviation=deviation,
            decay=_ints(rng.integers(0, one + 1, n)),
            gain=_ints(gain),
            leak_shift=leak_shift,
            state=state,
        ),
        readout=LinearReadout(
            weight_width=rw,
            weights=tuple(_ints(row) for row in weights),
            bias=_ints(_spread(rng, outputs, r_typical)),
            shift=r_shift,
        ),
    )


def random_inputs(rng: np.random.Generator, design: Design, steps: int) -> np.ndarray:
    """steps x inputs raw values: small, large, and the corners of the port's range."""
    low, high = design.input.format.raw_min, design.input.format.raw_max
    shape = (steps, design.inputs)
    u = rng.integers(low, high + 1, shape)
    corner = rng.random(shape) < 0.2
    return np.where(corner, rng.choice([low, high, 0], shape), u).astype(np.int64)


def _choice(rng: np.random.Generator, given: bool | None) -> bool:
    return bool(rng.random() < 0.5) if given is None else given


def _ints(values: np.ndarray) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def _spread(rng: np.random.Generator, count: int, bits: int) -> np.ndarray:
    """Signed values of at most ``bits`` bits, small ones as likely as large ones."""
    sizes = rng.integers(0, bits, count)
    return rng.integers(-(1 << sizes), 1 << sizes)


def _port(rng: np.random.Generator, count: int, stem: str, signed: bool | None) -> Port:
    channels = tuple(
        Channel(f"{stem}{k}", int(rng.integers(-4, 20)), int(rng.integers(-9, 10)))
        for k in range(count)
    )
    return Port(int(rng.integers(1, 25)), _choice(rng, signed), channels)


def _matrix(
    rng: np.random.Generator, rows: int, columns: int, width: int, density: float,
    alive: np.ndarray,
) -> SparseMatrix:
    high = (1 << (width - 1)) - 1
    dense = rng.integers(-high - 1, high + 1, (rows, columns))
    dense[rng.random((rows, columns)) >= density] = 0
    dense[~alive] = 0
    return SparseMatrix.from_rows(dense, columns)


def _activation(rng: np.random.Generator, kind: str | None) -> Table | Clip:
    kind = kind or str(rng.choice(["table", "clip"]))
    out_bits = int(rng.integers(2, 19))
    if kind == "clip":
        f_bits = int(rng.integers(0, out_bits + 2))
        output = QFormat(out_bits - f_bits, f_bits)
        shift = int(rng.integers(0, 6))
        width = min(24, max(2, out_bits + shift + int(rng.integers(-2, 4))))
        return Clip(QFormat(width - f_bits - shift, f_bits + shift), output)
    width = int(rng.integers(2, 21))
    i_bits = int(rng.integers(1, 5))
    source, output = QFormat(i_bits, width - i_bits), QFormat(1, out_bits - 1)
    segment_bits = int(rng.integers(0, min(7, width)))
    offset_bits = width - 1 - segment_bits
    # the slopes' grid: as fine as 16 bits and the shift's range allow
    ends = np.tanh(np.linspace(0, 2.0 ** (i_bits - 1), (1 << segment_bits) + 1))
    raws = np.floor(ends * output.raw_max).astype(int)
    rise = np.diff(raws)
    shift = int(min(40, max(0, 15 + offset_bits - int(max(rise)).bit_length())))
    slope = np.minimum((rise << shift) >> offset_bits, (1 << 16) - 1)
    return Table(source, output, segment_bits, _ints(raws[:-1]), _ints(slope), shift)
