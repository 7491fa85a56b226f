"""The linear readout: trained weights over states and inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.formats import QFormat, check_int, check_raws


@dataclass(frozen=True)
class LinearReadout:
    """y[k] = cast(bias[k] + sum_j weights[k][j] * v[j]), v the new states, then the inputs.

    The matrix is dense on purpose: zeros stay, so that a newly trained readout fits the same
    circuit. Cast point 5 (output): right shift by ``shift``, round half up, saturate to the port.

    Parameters
    ----------
    weight_width : signed bits of a weight.
    weights : outputs x (neurons, or neurons + inputs with pass-through), raw.
    bias : raw, in units of the exact sum.
    shift : right shift of the sum to the output port's raw.
    decision : "none", or "argmax" when the channels are scores of classes.
    """

    kind: ClassVar[str] = "linear"
    weight_width: int
    weights: tuple[tuple[int, ...], ...]
    bias: tuple[int, ...]
    shift: int
    decision: str = "none"

    def __post_init__(self) -> None:
        check_int(self.weight_width, 2, 24, "readout.weight_width")
        check_int(self.shift, 0, 62, "readout.shift")
        if self.decision not in ("none", "argmax"):
            raise ValueError(f"readout.decision must be none or argmax, not {self.decision!r}")
        if not self.weights or len(self.bias) != len(self.weights):
            raise ValueError(
                "readout.bias must have one entry an output: "
                f"{len(self.weights)}, not {len(self.bias)}"
            )
        fmt = QFormat(self.weight_width, 0)
        for k, row in enumerate(self.weights):
            if len(row) != len(self.weights[0]):
                raise ValueError(
                    f"readout.weights[{k}] must have {len(self.weights[0])} entries, not {len(row)}"
                )
            check_raws(row, fmt, f"readout.weights[{k}]")
        for k, value in enumerate(self.bias):
            check_int(value, -(1 << 60), 1 << 60, f"readout.bias[{k}]")

    @property
    def outputs(self) -> int:
        return len(self.weights)

    @property
    def taps(self) -> int:
        """Columns of the weight matrix."""
        return len(self.weights[0])
