"""How the conductivities of a fluid network change (Tero, Kobayashi, Nakagaki 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.formats import check_int


@dataclass(frozen=True)
class Fixed:
    """Conductivities that never change."""

    kind: ClassVar[str] = "fixed"


@dataclass(frozen=True)
class Adaptive:
    """Conductivities that follow their flow (Tero, Kobayashi, Nakagaki 2007, eq. 4).

    dg/dt = h(|q|) - decay * g with h linear up to a limit. Of each edge, after its flow q,
    g' = sat(round(((2**shift - decay) * g + growth * min(|q|, limit) - drying) / 2**shift)).

    Parameters
    ----------
    shift : fraction bits of decay and growth.
    decay : 0..2**shift.
    growth : 0..2**18 - 1, with the ratio of a raw flow to a raw conductivity in it.
    limit : of |q|, raw; the flow format's raw_max for a linear h.
    drying : a constant loss, in units of the exact sum; half a unit (2**(shift - 1)) or more lets
        an unused edge dry out to the last bit, where rounding would hold it.
    """

    kind: ClassVar[str] = "adaptive"
    shift: int
    decay: int
    growth: int
    limit: int
    drying: int

    def __post_init__(self) -> None:
        check_int(self.shift, 0, 24, "fluid.adaptation.shift")
        check_int(self.decay, 0, 1 << self.shift, "fluid.adaptation.decay")
        check_int(self.growth, 0, (1 << 18) - 1, "fluid.adaptation.growth")
        check_int(self.limit, 0, (1 << 23) - 1, "fluid.adaptation.limit")
        check_int(self.drying, 0, (1 << 48) - 1, "fluid.adaptation.drying")
