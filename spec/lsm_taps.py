"""What follows the spikes of a liquid state machine: traces, counts, membranes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.formats import QFormat, check_int


@dataclass(frozen=True)
class SpikeTrace:
    """A leaky sum of spikes: x' = sat(round(decay * x / 2**leak_shift) + jump * spike).

    Parameters
    ----------
    format : unsigned, at most 24 bits.
    decay : per neuron, 0..2**leak_shift.
    jump : per neuron, raw in the format.
    """

    kind: ClassVar[str] = "trace"
    format: QFormat
    decay: tuple[int, ...]
    jump: tuple[int, ...]

    def check(self, neurons: int, one: int, what: str) -> None:
        """Raises unless there is a value a neuron, and each in range."""
        if self.format.signed or self.format.width > 24:
            raise ValueError(f"{what}.format must be an unsigned format of at most 24 bits, "
                             f"not {self.format}")
        for name in ("decay", "jump"):
            if len(getattr(self, name)) != neurons:
                raise ValueError(f"{what}.{name} must have one entry a neuron: {neurons}, "
                                 f"not {len(getattr(self, name))}")
        for i, (decay, jump) in enumerate(zip(self.decay, self.jump)):
            check_int(decay, 0, one, f"{what}.decay[{i}]")
            self.format.check(jump, f"{what}.jump[{i}]")


@dataclass(frozen=True)
class SpikeCount:
    """Spikes in the present window: steps 0..window - 1 of a sequence, then the next as many.

    In the last step of a window, a tap is the count of the whole window.
    """

    kind: ClassVar[str] = "count"
    window: int

    @property
    def format(self) -> QFormat:
        return QFormat(self.window.bit_length(), 0, signed=False)

    def check(self, neurons: int, one: int, what: str) -> None:
        check_int(self.window, 1, (1 << 24) - 1, f"{what}.window")


@dataclass(frozen=True)
class Membranes:
    """The membranes v' after the reset."""

    kind: ClassVar[str] = "membrane"

    def check(self, neurons: int, one: int, what: str) -> None:
        """Nothing can be wrong."""


Taps = Membranes | SpikeCount | SpikeTrace
