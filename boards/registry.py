"""Every board, by name."""

from liquidgate.boards.board import Board
from liquidgate.boards.icebreaker import ICEBREAKER

BOARDS: dict[str, Board] = {board.name: board for board in (ICEBREAKER,)}


def find(name: str) -> Board:
    """Raises ValueError for a name that is not in the list."""
    if name not in BOARDS:
        raise ValueError(f"board must be one of {', '.join(BOARDS)}, not {name!r}")
    return BOARDS[name]
