"""Random legal liquid time-constant networks, and lively ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from designs import random_design as random_esn
from designs import with_last_step

from liquidgate.spec import (
    Channel,
    Clip,
    Design,
    Explicit,
    Fused,
    LinearReadout,
    Ltc,
    Port,
    QFormat,
    SparseMatrix,
    Table,
)


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def share_table(input: QFormat, output: QFormat, segment_bits: int) -> Table:
    """Chords of e / (1 + e), rounded down."""
    offset_bits = input.width - 1 - segment_bits
    e = np.arange((1 << segment_bits) + 1) * 2.0 ** (offset_bits - input.f_bits)
    raws = np.floor(e / (1 + e) * 2.0**output.f_bits).astype(int)
    raws = np.minimum(raws, output.raw_max)
    shift = max(0, min(40, 15 + offset_bits - int(np.diff(raws).max()).bit_length()))
    return Table(input, output, segment_bits, _ints(raws[:-1]),
                 _ints((np.diff(raws) << shift) >> offset_bits), shift)


def any_table(rng: np.random.Generator, input: QFormat, segment_bits: int) -> Table:
    """Segments of any height, above 1 too, and any slope that stays in the format."""
    width = int(rng.integers(2, 25))
    output = QFormat(width - (f_bits := int(rng.integers(0, width + 1))), f_bits)
    shift = int(rng.integers(0, 21))
    last = max(1, (1 << (input.width - 1 - segment_bits)) - 1)
    base = rng.integers(0, output.raw_max + 1, 1 << segment_bits)
    room = np.maximum(0, ((output.raw_max - base) << shift) - (1 << shift >> 1)) // last
    slope = rng.integers(0, np.minimum(room, (1 << 16) - 1) + 1)
    return Table(input, output, segment_bits, _ints(base), _ints(slope), shift)


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    inputs: int | None = None, activation: str | None = None, solver: str | None = None,
    timed: bool | None = None, substeps: int | None = None, any_share: bool = False,
) -> Design:
    """Ports, wires, activation and readout of a random echo state network around the solver.

    ``any_share``: the fused solver's table is not that of e / (1 + e).
    """
    frame = random_esn(rng, neurons=neurons or int(rng.integers(1, 65)), inputs=inputs,
                       feedback=False, activation=activation)
    esn: Any = frame.liquid
    n, f = esn.neurons, esn.activation
    if f.output.f_bits < 0:
        f = Clip(QFormat(1, 8), QFormat(1, 7))
    solver = solver or str(rng.choice(["explicit", "fused"]))
    timed = solver == "fused" and (bool(rng.random() < 0.4) if timed is None else timed)
    state_width = int(rng.integers(2, 19))
    state = QFormat(i_bits := int(rng.integers(0, 3)), state_width - i_bits)
    # rates of every size: the output's raws are small or large beside 2**f_bits
    f = _with_fraction(f, min(24, f.output.width + int(rng.integers(0, 2))))
    f_bits = f.output.f_bits
    middle = f.limit + int(rng.integers(0, 1 + f.limit // 4))
    fastest = middle + f.limit
    leak = rng.integers(0, 1 + min(max(1, fastest // 2), (2 << f_bits) - fastest), n)
    most = fastest + int(leak.max())
    found: Explicit | Fused = Explicit()
    if solver == "fused":
        width = min(24, max(2, most.bit_length() + 1 + int(rng.integers(0, 2))))
        share = QFormat(width - f_bits, f_bits)
        w = int(rng.integers(2, 19))
        segment_bits = int(rng.integers(0, min(7, width)))
        table = (any_table(rng, share, segment_bits) if any_share
                 else share_table(share, QFormat(1, w - 1), segment_bits))
        drive_shift = table.output.f_bits + int(rng.integers(0, 5))
        drive = int(rng.integers(2, 19))
        drive_f = f_bits + state.f_bits - drive_shift
        found = Fused(table, QFormat(drive - drive_f, drive_f))
    shift = int(rng.integers(0, 3))
    size = 1 << max(1, state_width - shift)
    return Design(
        name=name, input=frame.input, output=frame.output,
        liquid=Ltc(
            weight_width=esn.weight_width, recurrent=esn.recurrent, input=esn.input,
            bias=esn.bias, acc_shift=esn.acc_shift, activation=f, middle=middle,
            leak=_ints(leak), target=_ints(rng.integers(-size, size + 1, n)),
            mean=_ints(rng.integers(-size, size + 1, n) if rng.random() < 0.7 else np.zeros(n)),
            target_shift=shift, timed=timed,
            time_shift=max(0, frame.input.width + int(rng.integers(-2, 2))) if timed else 0,
            substeps=substeps or int(rng.choice([1, 1, 1, 3, 5])), solver=found, state=state,
        ),
        readout=frame.readout,
    )


def _with_fraction(f: Any, f_bits: int) -> Any:
    """The same raws read with other binary points."""
    moved = f_bits - f.output.f_bits
    output = QFormat(f.output.i_bits - moved, f_bits)
    if isinstance(f, Table):
        return Table(f.input, output, f.segment_bits, f.base, f.slope, f.shift)
    return f if f.output == output else Clip(
        QFormat(f.input.i_bits - moved, f.input.f_bits + moved), output)


LIVELY = {"explicit": (1, 5596), "fused": (3, 1), "timed": (1, 5)}
"""Sub-steps, and the seed whose dynamics visit both ends of the cast points, without staying, and
all segments of the tables."""


def lively_design(kind: str) -> Design:
    """Five neurons whose states reach both ends of their format, driven by their targets."""
    substeps, seed = LIVELY[kind]
    rng = np.random.default_rng(seed)
    n, k, fused = 5, 2, kind == "fused"
    m = 4 if fused else 2  # rows that end in each of four lanes

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    w, win = ints(-16, 15, n, n), ints(-16, 15, n, k)
    w *= rng.random((n, n)) < 0.6
    signs = rng.choice([-1, 1], n)
    f = Table(QFormat(3, 7), QFormat(0, 9), 2, (0, 112, 190, 225), (113, 77, 35, 27), 7)
    share = with_last_step(share_table(QFormat(2, 9), QFormat(1, 9), 3))
    return Design(
        name=f"lively_ltc_{kind}",
        input=Port(6 + fused, True, tuple(Channel(f"u{j}", 5) for j in range(k))),
        output=Port(9, True, tuple(Channel(f"y{j}", 8) for j in range(m))),
        liquid=Ltc(
            weight_width=5, recurrent=SparseMatrix.from_rows(w, n),
            input=SparseMatrix.from_rows(win, k), bias=_ints(ints(-300, 300, n)), acc_shift=2,
            activation=f, middle=260,
            # from slow to fast: e is anywhere, and drains vanish and saturate
            leak=_ints(ints(3, 300, n) if kind == "explicit"
                       else (slow := 60 if fused else 3, 511, *ints(slow, 511, n - 2))),
            target=_ints(ints(45, 120 if fused else 95, n) * signs),
            mean=_ints(ints(40, 80, n) * signs),
            target_shift=1, timed=kind == "timed",
            time_shift=3 if kind == "timed" else 0, substeps=substeps,
            solver=Explicit() if kind == "explicit" else Fused(share, QFormat(2 - fused, 6)),
            state=QFormat(1, 7),
        ),
        readout=LinearReadout(
            weight_width=6, weights=tuple(map(_ints, ints(-32, 31, m, n + k))),
            bias=_ints(ints(-400, 400, m)), shift=4,
        ),
    )
