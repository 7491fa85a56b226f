"""Boards: the link to a host, the tools, the bitstream and its report."""

from liquidgate.boards.board import Board
from liquidgate.boards.build import build
from liquidgate.boards.registry import BOARDS
from liquidgate.boards.report import NotFitError, Report, load_report
from liquidgate.boards.tools import BuildError, ToolError

__all__ = [
    "BOARDS", "Board", "BuildError", "NotFitError", "Report", "ToolError", "build", "load_report",
]
