"""Teacher forcing of integers: training with the true outputs fed back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from liquidgate.spec import Channel, Design, Esn, Port, SparseMatrix
from liquidgate.spec.liquid import expect
from liquidgate.train.arrays import Floats


def forced(design: Design, inputs: Sequence[np.ndarray],
           targets: Sequence[Floats]) -> tuple[Design, list[np.ndarray]]:
    """Teacher forcing: a twin whose fed-back outputs are inputs, and its inputs (the true outputs).

    A design without feedback is its own twin.
    """
    if not design.has_feedback:
        return design, list(inputs)
    esn, k = expect(Esn, design.liquid), design.inputs
    both = SparseMatrix(
        k + design.outputs,
        tuple(a + tuple(j + k for j in b)
              for a, b in zip(esn.input.indices, esn.feedback.indices)),
        tuple(a + b for a, b in zip(esn.input.data, esn.feedback.data)),
    )
    width = max(design.input.width, design.output.width)
    port = Port(width, True, tuple(Channel(f"c{i}", 0) for i in range(both.columns)))
    readout = design.readout
    if readout.taps > esn.neurons:
        more = (0,) * design.outputs
        readout = replace(readout, weights=tuple(row + more for row in readout.weights))
    empty = SparseMatrix(0, ((),) * esn.neurons, ((),) * esn.neurons)
    twin = replace(design, input=port, liquid=replace(esn, input=both, feedback=empty),
                   readout=readout)
    back = [design.output.encode(y) for y in targets]
    late = [np.vstack([np.zeros((1, y.shape[1]), dtype=np.int64), y[:-1]]) for y in back]
    return twin, [np.hstack([u, y]) for u, y in zip(inputs, late)]
