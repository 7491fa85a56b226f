"""Small echo state networks in which everything happens."""

from __future__ import annotations

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

N, K, M = 6, 2, 2
SEEDS = {"clip": 196, "table": 212, "shared": 44}
"""Seeds whose dynamics visit both ends of every cast point, without staying there."""


def lively_design(activation: str) -> Design:
    """Six chaotic neurons with feedback and pass-through: every cast point saturates both ways,
    and the least bit of every constant shows up in the outputs sooner or later."""
    rng = np.random.default_rng(SEEDS[activation])

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    # one neuron has a single product, so that a row can begin and end beside another one's end
    recurrent, driven, fed = ints(-16, 15, N, N), ints(-16, 15, N, K), ints(-8, 7, N, M)
    recurrent *= rng.random((N, N)) < 0.6
    recurrent[4], driven[4], fed[4] = 0, 0, (7, 0)
    f: Clip | Table = Clip(QFormat(1, 8), QFormat(1, 7))
    if activation == "table":
        f = Table(QFormat(3, 7), QFormat(1, 8), 2, (0, 112, 190, 225), (113, 77, 35, 27), 7)
    return Design(
        name=f"lively_{activation}",
        input=Port(6, True, tuple(Channel(f"u{k}", 5) for k in range(K))),
        output=Port(9, True, tuple(Channel(f"y{k}", 8) for k in range(M))),
        liquid=Esn(
            weight_width=5,
            recurrent=SparseMatrix.from_rows(recurrent, N),
            input=SparseMatrix.from_rows(driven, K),
            feedback=SparseMatrix.from_rows(fed, M),
            bias=tuple(int(b) for b in ints(-300, 300, N)),
            acc_shift=2 if activation == "table" else 3,
            activation=f,
            mean=(-77, 33, -13, 16, 45, -72) if activation == "table" else (-19, 8, -3, 4, 11, -18),
            deviation=QFormat(1, 7) if activation == "table" else QFormat(1, 6),
            decay=tuple(int(b) for b in ints(5, 40, N)),
            gain=tuple(int(b) for b in ints(30, 110, N)),
            leak_shift=6,
            state=QFormat(1, 7),
        ),
        readout=LinearReadout(
            weight_width=6,
            weights=tuple(tuple(int(w) for w in row) for row in ints(-32, 31, M, N + K)),
            bias=tuple(int(b) for b in ints(-400, 400, M)),
            shift=4,
        ),
    )


def lively_shared() -> Design:
    """Twenty such neurons of two or three products, but for a long row: four lanes have time for
    the readout."""
    rng = np.random.default_rng(SEEDS["shared"])
    n, outputs = 20, 4

    def ints(low: int, high: int, *shape: int) -> np.ndarray:
        return rng.integers(low, high, shape, endpoint=True)

    def odd(low: int, high: int, *shape: int) -> np.ndarray:
        """Without zeros."""
        return ints(low // 2, high // 2, *shape) * 2 + 1

    recurrent, driven, feedback = (np.zeros((n, k), int) for k in (n, 1, outputs))
    for i in range(n):
        columns = rng.choice(n, 6 if i == 7 else 2, replace=False)
        recurrent[i, columns] = odd(-16, 14, len(columns))
    driven[::3] = odd(-16, 14, len(driven[::3]), 1)
    feedback[1::5] = odd(-8, 6, len(feedback[1::5]), outputs)
    readout = ints(-32, 31, outputs, n + 1)
    readout[readout == 0] = 16
    f = Clip(QFormat(1, 8), QFormat(1, 7))
    return Design(
        name="lively_shared",
        input=Port(6, True, (Channel("u0", 5),)),
        output=Port(9, True, tuple(Channel(f"y{k}", 8) for k in range(outputs))),
        liquid=Esn(
            weight_width=5,
            recurrent=SparseMatrix.from_rows(recurrent, n),
            input=SparseMatrix.from_rows(driven, 1),
            feedback=SparseMatrix.from_rows(feedback, outputs),
            bias=tuple(int(b) for b in ints(-200, 200, n)),
            acc_shift=2,
            activation=f,
            mean=tuple(int(b) for b in ints(-20, 20, n)),
            deviation=QFormat(1, 6),
            decay=tuple(int(b) for b in ints(5, 40, n)),
            gain=tuple(int(b) for b in ints(30, 110, n)),
            leak_shift=6,
            state=QFormat(1, 7),
        ),
        readout=LinearReadout(
            weight_width=6,
            weights=tuple(tuple(int(w) for w in row) for row in readout),
            bias=tuple(int(b) for b in ints(-400, 400, outputs)),
            shift=4,
        ),
    )
