"""What every liquid promises: the seam between a liquid and all that is built around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeVar

from liquidgate.spec.formats import QFormat
from liquidgate.spec.port import Port
from liquidgate.spec.words import Product, Word

Kind = TypeVar("Kind")


def expect(kind: type[Kind], liquid: object) -> Kind:
    """``liquid``, for those who only know liquids of one kind; raises TypeError for another."""
    if not isinstance(liquid, kind):
        raise TypeError(f"the liquid must be an {kind.__name__}, not {type(liquid).__name__}")
    return liquid


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A sum that the shared lanes do: ``bias`` plus a row of products, ``half`` added to round."""

    bias: int
    row: Sequence[Product]
    half: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A liquid's work within a time step, in clocks of RUN. docs/timing.md.

    Parameters
    ----------
    order : taps by their place in the source memory.
    ready : for each place, the clock from which the memory can be addressed for its new value.
    busy : clocks of RUN before the next step may begin.
    products : what the lanes do in a step (multiplications, additions or flows), readout apart.
    words : for the lanes that the readout uses too; empty when the liquid has lanes of its own.
    weight_width : signed bits of a weight in these words.
    segments : (idle clocks, words that follow them), until all words are issued; by default all
        words without a pause.
    clear : places of the liquid's own memories that CLEAR walks through.
    longest : clocks of WORK at most; 0 when nothing waits.
    waits : the work's length depends on the data. RUN then begins with WORK, of as many clocks as
        golden says for each step, and ``ready`` and ``busy`` count from its end.
    orders : for a cast point, the indices of its values in the order in which the circuit has
        them; ascending where it is not given.
    """

    order: tuple[int, ...]
    ready: tuple[int, ...]
    busy: int
    products: int
    words: tuple[Word, ...] = ()
    weight_width: int = 0
    segments: tuple[tuple[int, int], ...] = ()
    clear: int = 0
    waits: bool = False
    longest: int = 0
    orders: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.words and not self.segments:
            object.__setattr__(self, "segments", ((0, len(self.words)),))

    @property
    def issued(self) -> int:
        """The clock of RUN after the last word's."""
        return sum(idle + count for idle, count in self.segments)


class Liquid(Protocol):
    """A frozen dataclass of integers, validated at construction."""

    kind: ClassVar[str]
    title: ClassVar[str]
    """What it is, with its article: "an echo state network"."""

    @property
    def neurons(self) -> int: ...

    @property
    def taps(self) -> tuple[QFormat, ...]:
        """Raw range (f_bits 0) of each value that the readout sees."""

    @property
    def points(self) -> Mapping[str, QFormat]:
        """The cast points by name, in order; "state" (the values of the taps) is among them."""

    @property
    def fed_back(self) -> int:
        """Output channels that are fed back: none, or all."""

    def check_ports(self, input: Port, output: Port) -> None:
        """Raises ValueError when the liquid does not fit the design's ports."""

    def sums(self) -> Sequence[Sum]:
        """Every sum on the shared lanes; sources are taps, then inputs, then fed-back outputs."""

    def plan(self, lanes: int) -> Plan:
        """The schedule of a step."""
