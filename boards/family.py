"""What a family of chips is: the flow from Verilog to a bitstream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from liquidgate.boards.board import Board


class Pll(Protocol):
    """A setting of a family's PLL."""

    @property
    def out_hz(self) -> float:
        """What it makes."""

    def verilog(self) -> str:
        """Its instance: from ``clock`` to ``clk`` and ``lock``."""


@dataclass(frozen=True)
class Clock:
    """The clock of the core: ``hz``, from a PLL or (None) straight from the oscillator."""

    hz: int
    pll: Pll | None


class Family(Protocol):
    """A family's flow; each is a module, listed in families.py.

    TOOLS : in the order of their use (tools.py); the last one packs.
    SETTINGS : what else the result depends on, such as options of the tools.
    CELLS : what the budget counts, and nextpnr's names of it.
    MEMORY : its name for a block of memory, and the bits of one.
    MULTIPLIER : its name for a multiplier.
    FULL : what nextpnr says when there is no room; synthesis can not always tell beforehand.
    MODELS : files of its cells' models, of this folder or of Yosys' share (netlist.py).
    PLACED, CONFIG : what nextpnr writes, and what is packed. FILLER : the tool that exchanges the
        contents of block memory in between, and the words that it looks at; None without one.
    PINS : file of the constraints. SUFFIX : of the bitstream.
    """

    TOOLS: tuple[str, ...]
    SETTINGS: tuple[str, ...]
    CELLS: Mapping[str, tuple[str, ...]]
    MEMORY: tuple[str, int]
    MULTIPLIER: str
    FULL: tuple[str, ...]
    MODELS: tuple[str, ...]
    PLACED: str
    CONFIG: str
    FILLER: tuple[str, int] | None
    PINS: str
    SUFFIX: str

    def clock(self, board: Board, hz: float) -> Clock:
        """The highest frequency up to ``hz`` that the board can make.

        Raises
        ------
        ValueError : when there is none.
        """

    def constraints(self, board: Board) -> str:
        """Pins, and the frequency of the oscillator."""

    def synthesise(self, sources: list[str], directory: Path, board: Board) -> int:
        """Verilog files to netlist.json; returns how many products were made of logic."""

    def estimate(self, directory: Path) -> dict[str, int]:
        """Cells of netlist.json: of logic what is sure to be needed, of the others all."""

    def route(
        self, board: Board, hz: int, seed: int, directory: Path, pack_only: bool = False
    ) -> dict[str, Any]:
        """Places and routes netlist.json for a clock; returns nextpnr's report.

        With ``pack_only`` the report counts cells, and nothing is placed.

        Raises
        ------
        ToolError : also when there is no place for all cells.
        """

    def pack(self, board: Board, name: str, comment: str, directory: Path) -> None:
        """What was routed to NAME and SUFFIX, with ``comment`` in its head."""

    def memory(self, cell: dict[str, Any]) -> str:
        """The name that filling.memories has for a placed cell; empty when it is no memory."""

    def initial(self, words: list[int]) -> dict[str, str]:
        """What filling.memories found in a memory, as parameters of Yosys' JSON."""


def used(family: Family, routed: dict[str, Any]) -> dict[str, int]:
    """Cells in nextpnr's report, by the names of the budget."""
    return {
        name: sum(routed["utilization"].get(cell, {"used": 0})["used"] for cell in cells)
        for name, cells in family.CELLS.items()
    }
