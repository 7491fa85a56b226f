"""Synapses that tire and warm up: what a neuron's spike is worth, as integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.formats import QFormat, check_int

MOST_BITS = 14
"""Signed, an efficacy and all it is made of fit one multiplier of 16 bits."""


@dataclass(frozen=True)
class Dynamics:
    """Short-term depression and facilitation (Markram, Wang, Tsodyks 1998), a neuron that sends.

    All synapses of a neuron share its constants, so they share their state too: a spike carries
    its *efficacy* instead of a 1. With one = 2**bits, use U, y (of the utilisation, what is above
    U) and q (of the resources, what is spent), each step, z being the spike:

    - y* = round(facilitation * y / 2**leak_shift); q* = round(recovery * q / 2**leak_shift)
    - utilisation: u = U + y* + z * round(U * (one - U - y*) / one); then y' = u - U
    - efficacy: e = z * round(u * (one - q*) / one)
    - spent: q' = q* + e

    Parameters
    ----------
    bits : fraction bits of all of these, 1..14.
    use : per neuron, 1..one; what share of its resources a spike after a long silence uses.
    facilitation, recovery : per neuron, 0..2**leak_shift; 0 for a utilisation that never rises, and
        for resources that are back in the next step.
    """

    kind: ClassVar[str] = "markram"
    bits: int
    use: tuple[int, ...]
    facilitation: tuple[int, ...]
    recovery: tuple[int, ...]

    @property
    def format(self) -> QFormat:
        """Of utilisations, efficacies and what is spent: 0..one."""
        return QFormat(1, self.bits, signed=False)

    def check(self, neurons: int, one: int, what: str) -> None:
        """Raises unless there is a value a neuron, and each in range."""
        check_int(self.bits, 1, MOST_BITS, f"{what}.bits")
        limits = {"use": (1, 1 << self.bits), "facilitation": (0, one), "recovery": (0, one)}
        for name, (low, high) in limits.items():
            values = getattr(self, name)
            if len(values) != neurons:
                raise ValueError(f"{what}.{name} must have one entry a neuron: {neurons}, "
                                 f"not {len(values)}")
            for i, value in enumerate(values):
                check_int(value, low, high, f"{what}.{name}[{i}]")
