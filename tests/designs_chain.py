"""Random legal chains, and a lively one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from designs import random_design as random_esn
from lively import lively_design

from liquidgate.spec import Chain, Design, LinearReadout, SparseMatrix
from liquidgate.spec.chain import Stage

STAGES: dict[str, Callable[..., Design]] = {"esn": random_esn}
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


def lively_chain() -> Design:
    """Two echo state networks; the second one hears the first alone."""
    first, second = lively_design("clip"), lively_design("table").liquid
    rng = np.random.default_rng(3)
    n = first.liquid.neurons
    nothing = SparseMatrix(0, ((),) * n, ((),) * n)
    stages = (
        _without_feedback(first.liquid, nothing),
        _without_feedback(second, nothing,
                          SparseMatrix.from_rows(rng.integers(-9, 10, (n, n)), n)),
    )
    weights = rng.integers(-32, 32, (first.outputs, 2 * n + first.inputs))
    return Design(
        name="lively_chain", input=first.input, output=first.output, liquid=Chain(stages),
        readout=LinearReadout(6, tuple(tuple(int(w) for w in row) for row in weights),
                              first.readout.bias, first.readout.shift),
    )


def _without_feedback(esn: Any, nothing: SparseMatrix, input: SparseMatrix | None = None) -> Any:
    return replace(esn, feedback=nothing, input=input or esn.input)
