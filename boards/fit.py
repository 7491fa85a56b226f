"""What a design will take on a board, without a synthesis: in a second."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from amaranth.back import rtlil

from liquidgate.boards import fitted
from liquidgate.boards.blocks import (
    MAPPINGS,
    MemoryUse,
    memory_use,
    multipliers,
    products,
)
from liquidgate.boards.board import Board
from liquidgate.boards.cover import Logic, cover
from liquidgate.boards.gates import Gates
from liquidgate.boards.report import Cells
from liquidgate.boards.rtlil import read
from liquidgate.boards.synthesis import into_logic
from liquidgate.boards.top import Top
from liquidgate.spec import Design, Schedule

CLOCK, BAUD = 45_000_000, 1_000_000
"""Of the circuit that is looked at; a board's own change a few bits of counters."""
FEATURES = ("tables", "chains", "alone", "rom", "selected", "ram", "distributed", "soft", "partial",
            "circuit")
"""What the cells of logic are counted from: tables of four inputs; bits of sums and comparisons;
registers that no table of their own feeds; bits of ROM in logic, in sixteens; bits that are chosen
between the words of memories in logic or between blocks; bits of RAM in registers; distributed RAM
cells; products in logic, by the product of their operands' bits; bits of the sums of products that
take several multipliers; and 1."""


@dataclass(frozen=True)
class Taken:
    """Of one family with so many multipliers: values of FEATURES, and the other cells."""

    features: tuple[float, ...]
    memories: int
    multipliers: int
    in_logic: int


@dataclass(frozen=True)
class Estimate:
    """A design on a board.

    Parameters
    ----------
    cells : logic, memories and multipliers, all estimated. error : of the logic, relative, the
        largest that was found for this liquid on the family; None when none was measured.
    in_logic : products made of logic. interval : clocks a step, with the longest WORK.
    clock_hz : of the core, the board's own; whether it is reached, only a build tells.
    """

    board: Board
    cells: tuple[Cells, ...]
    error: float | None
    in_logic: int
    interval: int
    clock_hz: int

    @property
    def samples(self) -> float:
        """A second."""
        return self.clock_hz / self.interval

    @property
    def fits(self) -> bool | None:
        """None when it is within the error, or the error is not known."""
        logic, *others = self.cells
        if any(not cell.fits for cell in others):
            return False
        if self.error is None:
            return None
        if logic.used > (1 + self.error) * logic.budget:
            return False
        return True if (1 + self.error) * logic.used <= logic.budget else None


class Fit:
    """A design with its lanes, looked at once for all boards."""

    def __init__(self, design: Design, lanes: int) -> None:
        self.schedule = Schedule(design, lanes)

    @cached_property
    def _circuit(self) -> tuple[Gates, Logic]:
        design, lanes = self.schedule.design, self.schedule.lanes
        top = Top(design=design, lanes=lanes, clock_hz=CLOCK, baud=BAUD)
        found = Gates(read(rtlil.convert(top, name=f"{design.name}_top", emit_src=False)))
        return found, cover(found)

    def taken(self, family: str, limit: int) -> Taken:
        """On a chip of a family that has ``limit`` multipliers."""
        found, logic = self._circuit
        mapping = MAPPINGS[family]
        memory = memory_use(found, mapping)
        sizes = products(found)
        needs = [multipliers(*size, mapping) for size in sizes]
        soft = {k for k, need in enumerate(needs) if not need}
        moved: set[int] = set()
        if sum(needs) > limit:
            operands = [size[:2] for size in sizes]
            taken = sum(needs) if limit else None
            moved = set(into_logic(operands, limit, mapping.multipliers[0].size, taken))
        values = _values(logic, memory, sizes, needs, soft | moved)
        return Taken(values, memory.blocks,
                     sum(need for k, need in enumerate(needs) if k not in moved), len(moved))

    def on(self, board: Board) -> Estimate:
        """What it will take on a board."""
        names, limits = list(board.budget), list(board.budget.values())
        taken = self.taken(board.family, limits[2])
        weights = fitted.COEFFICIENTS[board.family]
        logic = round(sum(a * b for a, b in zip(taken.features, weights)))
        used = (logic, taken.memories, taken.multipliers)
        liquid = self.schedule.design.liquid.kind
        return Estimate(
            board, tuple(Cells(*each, True) for each in zip(names, used, limits)),
            fitted.ERRORS[board.family].get(liquid), taken.in_logic,
            self.schedule.interval + self.schedule.plan.longest, board.clock_hz,
        )


def largest(board: Board, lanes: int) -> int | None:
    """Neurons of the largest network of ``fitted.LARGEST`` that fits; None if none was sought."""
    return fitted.LARGEST.get(lanes, {}).get(board.name)


def _values(
    logic: Logic, memory: MemoryUse, sizes: list[tuple[int, int, int]], needs: list[int],
    soft: set[int],
) -> tuple[float, ...]:
    area = sum(sizes[k][0] * sizes[k][1] for k in soft)
    partial = sum(size[2] for k, (size, need) in enumerate(zip(sizes, needs))
                  if need > 1 and k not in soft)
    return (logic.tables, logic.chains + logic.compares, logic.alone, memory.rom / 16, memory.muxed,
            memory.ram, memory.distributed, area, partial, 1)

