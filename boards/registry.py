"""Every board, by name."""

from liquidgate.boards.board import Board
from liquidgate.boards.colorlight_i5 import COLORLIGHT_I5
from liquidgate.boards.colorlight_i9 import COLORLIGHT_I9
from liquidgate.boards.ecpix5 import ECPIX5
from liquidgate.boards.hx8k import HX8K
from liquidgate.boards.icebreaker import ICEBREAKER
from liquidgate.boards.orangecrab import ORANGECRAB
from liquidgate.boards.tangnano9k import TANGNANO9K
from liquidgate.boards.tangnano20k import TANGNANO20K
from liquidgate.boards.ulx3s_25f import ULX3S_25F
from liquidgate.boards.ulx3s_85f import ULX3S_85F
from liquidgate.boards.upduino import UPDUINO

BOARDS: dict[str, Board] = {board.name: board for board in (
    ICEBREAKER, UPDUINO, HX8K,
    ULX3S_25F, ULX3S_85F, ORANGECRAB, ECPIX5, COLORLIGHT_I5, COLORLIGHT_I9,
    TANGNANO9K, TANGNANO20K,
)}


def find(name: str) -> Board:
    """Raises ValueError for a name that is not in the list."""
    if name not in BOARDS:
        raise ValueError(f"board must be one of {', '.join(BOARDS)}, not {name!r}")
    return BOARDS[name]
