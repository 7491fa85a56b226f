"""What a design answers, in the data's units: the golden model between two ports."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design
from liquidgate.train.arrays import Floats
from liquidgate.train.readout import pooled


def outputs(design: Design, inputs: Floats) -> Floats:
    """(T, O) outputs of one run over inputs (T, K) from the first state."""
    return design.output.decode(Golden(design).run(design.input.encode(inputs)))


def pooled_scores(design: Design, sequences: Sequence[Floats], washout: int,
                  pooling: str = "mean") -> Floats:
    """(S, O) outputs of sequences (T_i, K), each from the first state, pooled as in training:
    the mean without the washout (all but the last step, when it is shorter), or the last."""
    raws = [design.input.encode(sequence) for sequence in sequences]
    longest = max(len(raw) for raw in raws)
    padded = np.stack([np.pad(raw, ((0, longest - len(raw)), (0, 0)), mode="edge")
                       for raw in raws])
    found = Golden(design).batch(padded)
    return pooled([design.output.decode(y[: len(raw)]) for y, raw in zip(found, raws)],
                  washout, pooling)
