"""The clock of the core, of all that a PLL and the oscillator give."""

from __future__ import annotations

from collections.abc import Callable

from liquidgate.boards.board import Board
from liquidgate.boards.family import Clock, Pll


def choose(
    board: Board, hz: float, search: Callable[[int, float], Pll | None],
    limits: tuple[float, float],
) -> Clock:
    """The highest frequency up to ``hz``; the oscillator itself where it is as good as a PLL.

    Parameters
    ----------
    search : the PLL's setting for an oscillator and an upper bound. limits : of the PLL's output.

    Raises
    ------
    ValueError : when there is none.
    """
    slowest = min(board.oscillator_hz, limits[0])
    pll = search(board.oscillator_hz, hz) if slowest <= hz <= limits[1] else None
    direct = board.oscillator_hz <= hz
    if not slowest <= hz <= limits[1] or not (pll or direct):
        raise ValueError(
            f"freq must be in {slowest / 1e6:g}..{limits[1] / 1e6:g} MHz on {board.name}, "
            f"not {hz / 1e6:g}"
        )
    if pll is None or (direct and pll.out_hz <= board.oscillator_hz):
        return Clock(board.oscillator_hz, None)
    return Clock(int(pll.out_hz), pll)
