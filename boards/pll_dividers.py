"""What the PLLs of ECP5 and Gowin have in common: three dividers and three frequencies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dividers:
    """out = ref * feedback / divider, VCO = out * output."""

    ref_hz: int
    divider: int
    feedback: int
    output: int

    @property
    def pfd_hz(self) -> float:
        return self.ref_hz / self.divider

    @property
    def out_hz(self) -> float:
        return self.ref_hz * self.feedback / self.divider

    @property
    def vco_hz(self) -> float:
        return self.out_hz * self.output
