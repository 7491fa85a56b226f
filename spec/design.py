"""The design: one frozen object of integers between training and hardware."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from liquidgate.spec.codec import canonical
from liquidgate.spec.esn import Esn
from liquidgate.spec.formats import QFormat, signed_width
from liquidgate.spec.keywords import RESERVED
from liquidgate.spec.port import Port
from liquidgate.spec.readout import LinearReadout

SCHEMA = 1
LIQUIDS: dict[str, type] = {"esn": Esn}
READOUTS: dict[str, type] = {"linear": LinearReadout}


@dataclass(frozen=True)
class Design:
    """A liquid with its readout and ports.

    Parameters
    ----------
    name : a Verilog identifier; names the top module and its files.
    input, output : the streams' payloads.
    liquid : the reservoir.
    readout : the trained part.
    """

    name: str
    input: Port
    output: Port
    liquid: Esn
    readout: LinearReadout

    def __post_init__(self) -> None:
        if type(self.name) is not str or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.name):
            raise ValueError(
                "name must be a lower-case identifier of at most 40 characters, "
                f"not {self.name!r}"
            )
        if self.name in RESERVED:
            raise ValueError(f"name must be no word of Verilog's own, not {self.name!r}")
        inputs, outputs = len(self.input.channels), len(self.output.channels)
        if self.liquid.input.columns != inputs:
            raise ValueError(
                f"esn.input must have one column an input channel: {inputs}, "
                f"not {self.liquid.input.columns}"
            )
        if self.liquid.feedback.columns not in (0, outputs):
            raise ValueError(
                f"esn.feedback must have no column or one an output channel: {outputs}, "
                f"not {self.liquid.feedback.columns}"
            )
        if self.readout.outputs != outputs:
            raise ValueError(
                f"readout.weights must have one row an output channel: {outputs}, "
                f"not {self.readout.outputs}"
            )
        n = self.liquid.neurons
        if self.readout.taps not in (n, n + inputs):
            raise ValueError(
                f"readout.weights must have {n} columns, or {n + inputs} with pass-through, "
                f"not {self.readout.taps}"
            )
        for what, width in (("esn", self.acc_width), ("readout", self.readout_acc_width)):
            if width > 56:
                raise ValueError(f"the exact sum of the {what} must fit 56 bits, not {width}")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical text of the design, as hexadecimal digits."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()

    @property
    def inputs(self) -> int:
        return len(self.input.channels)

    @property
    def outputs(self) -> int:
        return len(self.output.channels)

    @property
    def has_feedback(self) -> bool:
        return self.liquid.feedback.columns > 0

    def source_format(self, source: int) -> QFormat:
        """Raw range of a source: states, then inputs, then fed-back outputs."""
        n = self.liquid.neurons
        if source < n:
            return QFormat(self.liquid.state.width, 0)
        return self.input.format if source < n + self.inputs else self.output.format

    @cached_property
    def acc_width(self) -> int:
        """Signed bits of every neuron's exact sum, bias and rounding half included."""
        half = (1 << self.liquid.acc_shift) >> 1
        return max(
            self._sum_width(bias, self.liquid.row(i), half)
            for i, bias in enumerate(self.liquid.bias)
        )

    @cached_property
    def readout_acc_width(self) -> int:
        """Signed bits of every output's exact sum, bias and rounding half included."""
        half = (1 << self.readout.shift) >> 1
        return max(
            self._sum_width(bias, list(enumerate(row)), half)
            for bias, row in zip(self.readout.bias, self.readout.weights)
        )

    def _sum_width(self, bias: int, row: list[tuple[int, int]], half: int) -> int:
        low = high = bias
        for source, weight in row:
            fmt = self.source_format(source)
            ends = (weight * fmt.raw_min, weight * fmt.raw_max)
            low, high = low + min(ends), high + max(ends)
        return signed_width(min(low, 0), max(high, 0) + half)
