"""Every family of chips, by name."""

from liquidgate.boards import ecp5, gowin, ice40
from liquidgate.boards.board import Board
from liquidgate.boards.family import Family

FAMILIES: dict[str, Family] = {"ecp5": ecp5, "gowin": gowin, "ice40": ice40}


def family_of(board: Board) -> Family:
    """The flow of a board."""
    return FAMILIES[board.family]
