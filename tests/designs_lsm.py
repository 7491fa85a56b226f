"""Random legal liquid state machines, and lively ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from designs import random_design as random_esn

from liquidgate.spec import Channel, Design, LinearReadout, Lsm, Port, QFormat, SparseMatrix
from liquidgate.spec.lsm_dynamics import Dynamics
from liquidgate.spec.lsm_encoders import Bsa, Delta, Direct, Encoder, Population, Rate
from liquidgate.spec.lsm_taps import Membranes, SpikeCount, SpikeTrace, Taps


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def _matrix(rng: np.random.Generator, rows: int, columns: int, width: int, density: float) -> Any:
    high = (1 << (width - 1)) - 1
    dense = rng.integers(-high - 1, high + 1, (rows, columns))
    dense[rng.random((rows, columns)) >= density] = 0
    return SparseMatrix.from_rows(dense, columns)


def _delays(rng: np.random.Generator, matrix: SparseMatrix, longest: int) -> Any:
    if not longest:
        return ()
    return tuple(_ints(rng.integers(0, longest + 1, len(row))) for row in matrix.data)


def _encoder(rng: np.random.Generator, kind: str, port: Port) -> Encoder:
    k, w = len(port.channels), port.width
    seed = int(rng.integers(1, 1 << 32))
    if kind == "delta":
        return Delta(_ints(rng.integers(1, (1 << max(1, w - 2)) + 1, k) if w > 1 else [1] * k))
    if kind == "bsa":
        top = (1 << w) - 1
        taps = _ints(rng.integers(1, min(top, max(1, top // 2)) + 1, rng.integers(2, 7)))
        return Bsa(taps, int(rng.integers(1, max(1, sum(taps) // 2) + 1)))
    if kind == "rate":
        return Rate(seed, int(rng.integers(0, min(3, 17 - w))))
    if kind == "population":
        fmt = port.format
        reach = int(rng.integers(max(0, min(w, 16) - 3), min(w, 16) + 1))
        return Population(
            seed, tuple(_ints(rng.integers(fmt.raw_min, fmt.raw_max + 1, rng.integers(1, 6)))
                        for _ in range(k)),
            reach, int(rng.integers(0, min(3, 17 - reach))))
    return Direct()


def _trace(rng: np.random.Generator, n: int, leak: int, width: int) -> SpikeTrace:
    one = 1 << leak
    return SpikeTrace(QFormat(width, 0, signed=False), _ints(rng.integers(one // 2, one + 1, n)),
                      _ints(rng.integers(0, 1 << max(1, width - 2), n)))


def _dynamics(rng: np.random.Generator, n: int, leak: int, bits: int) -> Dynamics:
    one = 1 << leak
    return Dynamics(bits, _ints(rng.integers(1, (1 << bits) + 1, n)),
                    _ints(rng.integers(0, one + 1, n)), _ints(rng.integers(0, one + 1, n)))


def _seen(rng: np.random.Generator, kind: str, n: int, leak: int) -> Taps:
    if kind == "count":
        return SpikeCount(int(rng.integers(1, 20)))
    return Membranes() if kind == "membrane" else _trace(rng, n, leak, int(rng.integers(2, 17)))


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    inputs: int | None = None, encoder: str | None = None, seen: str | None = None,
    schedule: str | None = None, port: Port | None = None,
) -> Design:
    """Ports and readout of a random echo state network around random spiking neurons.

    Options: kinds of encoder and of taps, the schedule, and the input port; at random when None.
    """
    frame = random_esn(rng, neurons=neurons or int(rng.integers(1, 65)), inputs=inputs,
                       feedback=False)
    n = frame.liquid.neurons
    encoder = encoder or str(rng.choice(["bsa", "delta", "direct", "population", "rate"]))
    if port is None:
        widths = {"rate": rng.integers(1, 15), "direct": rng.integers(1, 3)}
        width = int(widths.get(encoder, frame.input.width))
        port = Port(width, frame.input.signed, frame.input.channels)
    elif encoder == "rate" and port.width > 14:
        encoder = "delta"
    made = _encoder(rng, encoder, port)
    width, leak = int(rng.integers(2, 13)), int(rng.integers(0, 15))
    one, longest = 1 << leak, int(rng.choice([0, 0, 1, 2, 6]))
    recurrent = _matrix(rng, n, n, width, float(rng.choice([0.0, 0.1, 0.3, 1.0])))
    driven = _matrix(rng, n, made.channels(len(port.channels)), width,
                     float(rng.choice([0.1, 0.5, 1.0])))
    f_bits, weight_shift = int(rng.integers(-3, 8)), int(rng.integers(0, 4))
    size = int(rng.integers(max(3, width + weight_shift - 3), width + weight_shift + 6))
    other = int(rng.integers(max(3, size - 2), size + 3))
    current, membrane = (QFormat(min(w, 24) - f_bits, f_bits) for w in (size, other))
    top = min(membrane.raw_max, max(1, int(membrane.raw_max * rng.choice([0.1, 0.3, 1.0]))))
    adaptation = None
    if rng.random() < 0.5:
        adaptation = _trace(rng, n, leak, int(rng.integers(2, membrane.width + 1)))
    schedule = schedule or str(rng.choice(["event", "static"]))
    dynamics = None
    if schedule == "static" and rng.random() < 0.4:
        dynamics = _dynamics(rng, n, leak, int(rng.integers(1, 15)))
    return Design(
        name=name, input=port, output=frame.output,
        liquid=Lsm(
            encoder=made, weight_width=width, recurrent=recurrent, input=driven,
            recurrent_delay=_delays(rng, recurrent, longest),
            input_delay=_delays(rng, driven, longest if rng.random() < 0.7 else 0),
            weight_shift=weight_shift, current=current, membrane=membrane,
            current_decay=_ints(rng.integers(0, one + 1, n)),
            membrane_decay=_ints(rng.integers(0, one + 1, n)), leak_shift=leak,
            bias=_ints(rng.integers(-top, top + 1, n) // int(rng.choice([2, 8]))),
            threshold=_ints(rng.integers(1, top + 1, n)),
            reset=str(rng.choice(["zero", "subtract"])),
            refractory=_ints(rng.integers(0, int(rng.choice([1, 3, 16])), n)),
            adaptation=adaptation,
            seen=_seen(rng, seen or str(rng.choice(["count", "membrane", "trace"])), n, leak),
            schedule=schedule, dynamics=dynamics,
        ),
        readout=frame.readout,
    )


SEEDS = {"bsa": 1063, "delta": 723, "direct": 1037, "dynamic": 316, "population": 1481, "rate": 494}
"""Whose neurons are neither silent nor always busy, and visit both ends of every cast point."""


def lively_design(kind: str) -> Design:
    """Static with encoders "bsa", "direct" and "rate" and for "dynamic" (which has synapses that
    tire, behind the encoder of "rate"), else event-driven. No lane of the liquid (of
    4 for "population", else of 2) is ever idle and no word of a memory unused: each bit matters."""
    rng = np.random.default_rng(SEEDS[kind])
    static = kind in ("bsa", "direct", "dynamic", "rate")
    n, k = {"delta": (12, 2), "population": (12, 2)}.get(kind, (5, 4))
    m, leak = 2, 3

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    encoders: dict[str, Encoder] = {
        "bsa": Bsa((17, 23, 19), 5), "delta": Delta((9, 14)), "direct": Direct(),
        "rate": Rate(0x2545F491, 1),
        "population": Population(0x9E3779B9, ((-20, 9), (25, -7)), 5, 0),
    }
    encoder = encoders["rate" if kind == "dynamic" else kind]
    e = encoder.channels(k)
    sizes = (2, 10) if kind == "delta" else (3, 15)
    dense = ints(*sizes, n, n + e) * rng.choice([-1, 1], (n, n + e), p=[0.5, 0.5])
    if static:
        np.fill_diagonal(dense, 0)  # nine sources, of which each neuron hears eight
    delays: tuple[tuple[int, ...], ...] = ()
    if kind == "delta":  # every source has targets in every bank at every delay, at 0 five words
        delays = tuple((int(i // 2 == 1),) * (n + e) for i in range(n))
    elif kind == "rate":
        delays = tuple(map(_ints, ints(0, 2, n, n + e)))
    recurrent = SparseMatrix.from_rows(dense[:, :n], n)
    heard = [len(row) for row in recurrent.data]
    one, fmt = 1 << leak, QFormat(3, 4)

    def trace(width: int, jump: int) -> SpikeTrace:
        return SpikeTrace(QFormat(width, 0, signed=False), _ints(ints(5, one - 1, n)),
                          _ints(ints(jump // 2, jump, n)))

    seen: dict[str, Taps] = {"bsa": trace(6, 40), "delta": trace(7, 60), "direct": SpikeCount(13),
                             "dynamic": trace(6, 40), "rate": trace(6, 40),
                             "population": Membranes()}
    dynamics = None
    if kind == "dynamic":
        dynamics = Dynamics(5, _ints(ints(6, 20, n)), _ints(ints(3, one - 1, n)),
                            _ints(ints(3, one - 1, n)))
    return Design(
        name=f"lively_{kind}",
        input=Port(2 if kind == "direct" else 6, kind != "direct",
                   tuple(Channel(f"u{j}", 5) for j in range(k))),
        output=Port(9, True, tuple(Channel(f"y{j}", 8) for j in range(m))),
        liquid=Lsm(
            encoder=encoder, weight_width=5,
            recurrent=recurrent, input=SparseMatrix.from_rows(dense[:, n:], e),
            recurrent_delay=tuple(row[:count] for row, count in zip(delays, heard)),
            input_delay=tuple(row[n:] for row in delays),
            weight_shift=3 if dynamics else 1, current=fmt, membrane=fmt,
            current_decay=_ints(ints(1, one - 2, n)), membrane_decay=_ints(ints(4, one - 1, n)),
            leak_shift=leak, bias=_ints(ints(-9, 25, n)),
            threshold=_ints(ints(15, 50, n)),
            reset="zero" if kind == "population" else "subtract",
            refractory=_ints(ints(0, 3, n)) if kind != "population" else (0,) * n,
            adaptation=trace(5, 16),
            seen=seen[kind], schedule="static" if static else "event", dynamics=dynamics,
        ),
        readout=LinearReadout(
            weight_width=6, weights=tuple(map(_ints, ints(-32, 31, m, n + k))),
            bias=_ints(ints(-60, 60, m)), shift=0 if kind == "direct" else 3,
        ),
    )
