"""The design: one frozen object of integers between training and hardware."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from liquidgate.spec.cfc import Cfc
from liquidgate.spec.cfc_pure import CfcPure
from liquidgate.spec.chain import Chain
from liquidgate.spec.codec import canonical
from liquidgate.spec.esn import Esn
from liquidgate.spec.fluid import Fluid
from liquidgate.spec.formats import QFormat, signed_width
from liquidgate.spec.keywords import RESERVED
from liquidgate.spec.liquid import Sum
from liquidgate.spec.lsm import Lsm
from liquidgate.spec.ltc import Ltc
from liquidgate.spec.port import Port
from liquidgate.spec.readout import LinearReadout
from liquidgate.spec.synaptic import Synaptic
from liquidgate.spec.words import new_tap

SCHEMA = 1
AnyLiquid = Cfc | CfcPure | Chain | Esn | Fluid | Lsm | Ltc | Synaptic
"""Every liquid there is; a design file names one by its kind."""


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
    liquid: AnyLiquid
    readout: LinearReadout

    def __post_init__(self) -> None:
        if type(self.name) is not str or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.name):
            raise ValueError(
                "name must be a lower-case identifier of at most 40 characters, "
                f"not {self.name!r}"
            )
        if self.name in RESERVED:
            raise ValueError(f"name must be no word of Verilog's own, not {self.name!r}")
        self.liquid.check_ports(self.input, self.output)
        inputs, outputs, n = self.inputs, self.outputs, len(self.liquid.taps)
        if self.readout.outputs != outputs:
            raise ValueError(
                f"readout.weights must have one row an output channel: {outputs}, "
                f"not {self.readout.outputs}"
            )
        if self.readout.taps not in (n, n + inputs):
            raise ValueError(
                f"readout.weights must have {n} columns, or {n + inputs} with pass-through, "
                f"not {self.readout.taps}"
            )
        kinds = {self.liquid.kind: self.acc_width, "readout": self.readout_acc_width}
        for what, width in kinds.items():
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
        return self.liquid.fed_back > 0

    def source_format(self, source: int) -> QFormat:
        """Raw range of a source, by the numbers of ``words.Product``."""
        n = len(self.liquid.taps)
        source = new_tap(source) if source < 0 else source
        if source < n:
            return self.liquid.taps[source]
        return self.input.format if source < n + self.inputs else self.output.format

    @cached_property
    def acc_width(self) -> int:
        """Signed bits of the liquid's every sum on the shared lanes, bias and half included."""
        return max(map(self._sum_width, self.liquid.sums()), default=1)

    @cached_property
    def readout_acc_width(self) -> int:
        """Signed bits of every output's exact sum, bias and rounding half included."""
        half = (1 << self.readout.shift) >> 1
        return max(
            self._sum_width(Sum(bias=bias, row=list(enumerate(row)), half=half))
            for bias, row in zip(self.readout.bias, self.readout.weights)
        )

    def _sum_width(self, total: Sum) -> int:
        low = high = total.bias
        for source, weight in total.row:
            fmt = self.source_format(source)
            ends = (weight * fmt.raw_min, weight * fmt.raw_max)
            low, high = low + min(ends), high + max(ends)
        return signed_width(min(low, 0), max(high, 0) + total.half)
