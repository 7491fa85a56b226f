"""The solvers of the liquid time-constant network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.activation import Table
from liquidgate.spec.formats import QFormat


@dataclass(frozen=True)
class Explicit:
    """Euler's step: x' = x + h dx/dt."""

    kind: ClassVar[str] = "explicit"
    clocks: ClassVar[int] = 4
    """Products, two sums, cast."""


@dataclass(frozen=True)
class Fused:
    """The paper's semi-implicit step: x' = (x + h f A) / (1 + h (1/tau + f)).

    The quotient is v - share(e) * v with share(e) = e / (1 + e): a table, whose error is all
    that is not exact in it.

    Parameters
    ----------
    share : a table of line segments; its input has the fraction bits of e.
    drive : signed format of v where it meets the share.
    """

    kind: ClassVar[str] = "fused"
    clocks: ClassVar[int] = 8
    """The table's 5, product, sum, cast."""
    share: Table
    drive: QFormat


Solver = Explicit | Fused
