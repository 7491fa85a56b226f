"""Random legal chains, and a lively one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from designs import random_design as random_esn
from designs_cfc import random_design as random_cfc
from designs_ltc import random_design as random_ltc
from lively import lively_design

from liquidgate.spec import Chain, Design, LinearReadout, SparseMatrix
from liquidgate.spec.chain import Stage

STAGES: dict[str, Callable[..., Design]] = {
    "cfc": random_cfc, "esn": random_esn, "ltc": partial(random_ltc, substeps=1),
}
"""Random designs of the kinds that a chain can be made of."""


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    stages: int | None = None, **overrides: Any,
) -> Design:
    """Two or three stages, together of about ``neurons``."""
    count = stages or int(rng.integers(2, 4))
    each = max(1, (neurons or int(rng.integers(2, 65))) // count)
    made: list[Stage] = []
    inputs = None
    for _ in range(count):
        kind = STAGES[str(rng.choice(list(STAGES)))]
        fixed = {"feedback": False} if kind is random_esn else {}
        design = kind(rng, neurons=each, inputs=inputs, **fixed)
        made.append(design.liquid)
        if len(made) == 1:
            first = design
        inputs = len(design.liquid.taps)
    liquid = Chain(tuple(made))
    taps = len(liquid.taps) + (first.inputs if rng.random() < 0.5 else 0)
    weights = rng.integers(-128, 128, (first.outputs, taps))
    return Design(
        name=name, input=first.input, output=first.output, liquid=liquid,
        readout=LinearReadout(8, tuple(tuple(int(w) for w in row) for row in weights),
                              first.readout.bias, first.readout.shift),
    )


SEED = 4
"""Whose dynamics visit both ends of every cast point, without staying there."""


def lively_chain() -> Design:
    """Two echo state networks; the second one hears the first alone."""
    first = lively_design("clip")
    rng = np.random.default_rng(SEED)
    n = first.liquid.neurons
    stages = tuple(_without_feedback(lively_design(kind).liquid, inputs, rng)
                   for kind, inputs in (("clip", first.inputs), ("table", n)))
    weights = rng.integers(-32, 32, (first.outputs, 2 * n + first.inputs))
    return Design(
        name="lively_chain", input=first.input, output=first.output, liquid=Chain(stages),
        readout=LinearReadout(6, tuple(tuple(int(w) for w in row) for row in weights),
                              first.readout.bias, first.readout.shift),
    )


def _without_feedback(esn: Any, inputs: int, rng: np.random.Generator) -> Any:
    """The same formats and constants, with other wires."""
    n = esn.neurons
    recurrent, driven = rng.integers(-16, 16, (n, n)), rng.integers(-16, 16, (n, inputs))
    return replace(
        esn, feedback=SparseMatrix(0, ((),) * n, ((),) * n),
        recurrent=SparseMatrix.from_rows(recurrent * (rng.random((n, n)) < 0.6), n),
        input=SparseMatrix.from_rows(driven, inputs),
        bias=tuple(int(b) for b in rng.integers(-300, 301, n)),
    )
