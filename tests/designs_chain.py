"""Random legal chains, and a lively one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from designs import random_design as random_esn
from designs_cfc import random_design as random_cfc
from designs_cfc_pure import random_design as random_cfc_pure
from designs_fluid import random_design as random_fluid
from designs_lsm import lively_design as lively_lsm
from designs_lsm import random_design as random_lsm
from designs_ltc import random_design as random_ltc
from designs_synaptic import random_design as random_synaptic
from lively import lively_design

from liquidgate.spec import Chain, Design, LinearReadout, Port, SparseMatrix
from liquidgate.spec.chain import Stage, joined, tap_port

STAGES: dict[str, Callable[..., Design]] = {
    "cfc": random_cfc, "cfc_pure": random_cfc_pure, "esn": random_esn, "fluid": random_fluid,
    "lsm": random_lsm, "ltc": partial(random_ltc, substeps=1),
    "synaptic": random_synaptic,
}
"""Random designs of the kinds that a chain can be made of."""
ON_LANES = ("cfc", "cfc_pure", "esn", "ltc")
"""Those that can stand first in a loop."""
TIMED = ("cfc", "cfc_pure", "ltc")
"""Those that may take intervals; a synaptic one as the first stage."""


def random_design(
    rng: np.random.Generator, *, neurons: int | None = None, name: str = "liquid",
    stages: int | None = None, **overrides: Any,
) -> Design:
    """Two or three stages, together of about ``neurons``; often in a loop, or with intervals."""
    count = stages or int(rng.integers(2, 4))
    each = max(1, (neurons or int(rng.integers(2, 65))) // count)
    kinds = [str(rng.choice(list(STAGES))) for _ in range(count)]
    loop = bool(rng.random() < 0.4) and kinds[0] in ON_LANES and kinds[-1] != "fluid"
    timed = [kind in (*TIMED, *["synaptic"] * (not k)) and bool(rng.random() < 0.5)
             for k, kind in enumerate(kinds)]
    first = _random(kinds[0], timed[0], rng, each)
    made: list[Stage] = [first.liquid]
    if loop:  # the last stage's taps come first; they are as many as its neurons
        made[0] = _random(kinds[0], timed[0], rng, each, inputs=each + first.inputs).liquid
    for k in range(1, count):
        heard = tap_port(made[-1])
        both = joined(heard, first.input, first.input.channels[-1:])
        timed[k] &= both.width <= 24  # as an interval must be
        heard = both if timed[k] else heard
        made.append(_random(kinds[k], timed[k], rng, each, heard).liquid)
    liquid = Chain(tuple(made), interval=first.inputs - 1 if any(timed[1:]) else -1, loop=loop)
    taps = len(liquid.taps) + (first.inputs if rng.random() < 0.5 else 0)
    weights = rng.integers(-128, 128, (first.outputs, taps))
    return Design(
        name=name, input=first.input, output=first.output, liquid=liquid,
        readout=LinearReadout(8, tuple(tuple(int(w) for w in row) for row in weights),
                              first.readout.bias, first.readout.shift),
    )


def _random(kind: str, timed: bool, rng: np.random.Generator, neurons: int,
            heard: Port | None = None, inputs: int | None = None) -> Design:
    """A stage at the design's input, or at the port that it hears."""
    own: dict[str, Any] = {}
    if kind == "esn":
        own["feedback"] = False
    if kind in (*TIMED, "synaptic"):
        own["timed"] = timed
    if kind == "ltc" and timed:
        own["solver"] = "fused"
    inputs = len(heard.channels) if heard is not None else inputs
    if kind == "lsm" and heard is not None:  # in midstream the taps before are its samples
        own = {"schedule": "static", "port": heard}
    return STAGES[kind](rng, neurons=neurons, inputs=inputs, **own)


SEEDS = {False: 4, True: 398}
"""By ``loop``; whose dynamics visit both ends of every cast point, without staying there."""


def lively_chain(loop: bool = False, kinds: tuple[str, str] = ("clip", "table")) -> Design:
    """Two echo state networks; the second one hears the first alone.

    ``loop``: and the first one hears the second. ``kinds``: their activations.
    """
    first = lively_design("clip")
    rng = np.random.default_rng(SEEDS[loop])
    n = first.liquid.neurons
    stages = tuple(_without_feedback(lively_design(kind).liquid, inputs, rng)
                   for kind, inputs in zip(kinds, (first.inputs + loop * n, n)))
    weights = rng.integers(-32, 32, (first.outputs, 2 * n + first.inputs))
    return Design(
        name="lively_loop" if loop else "lively_chain", input=first.input, output=first.output,
        liquid=Chain(stages, loop=loop),
        readout=LinearReadout(6, tuple(tuple(int(w) for w in row) for row in weights),
                              first.readout.bias, first.readout.shift),
    )


MIXED_SEED = 0


def lively_mixed() -> Design:
    """Event-driven spiking neurons, whose traces are unsigned, into an echo state network."""
    first, second = lively_lsm("delta"), lively_design("clip").liquid
    rng = np.random.default_rng(MIXED_SEED)
    n = first.liquid.neurons
    weights = rng.integers(-32, 32, (first.outputs, n + second.neurons + first.inputs))
    return replace(
        first, name="lively_mixed",
        liquid=Chain((first.liquid, _without_feedback(second, n, rng))),
        readout=replace(first.readout, weights=tuple(tuple(int(w) for w in row)
                                                     for row in weights)),
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
