"""A bitstream into a board, by openFPGALoader."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from liquidgate.boards import tools
from liquidgate.boards.registry import find
from liquidgate.boards.report import load_report


@dataclass(frozen=True)
class Job:
    """``arguments`` of openFPGALoader, for a board that is to hold the design of ``digest``."""

    board: str
    digest: str
    arguments: tuple[str, ...]


def job(folder: str | Path) -> Job:
    """What is to be done with the bitstream that a build has left in ``folder``.

    Raises
    ------
    OSError, ValueError : when there is none, or not the one of the report.
    """
    report = load_report(folder)
    if not report.fits:
        raise ValueError(f"{folder}: holds no bitstream: the design does not fit {report.board}")
    path = Path(folder) / report.bitstream
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != report.sha256:
        raise ValueError(f"{path}: its SHA-256 must be {report.sha256}, not {found}")
    board = find(report.board)
    cable = ("-c", board.cable) if board.cable else ()
    return Job(report.board, report.digest,
               ("-b", board.loader, *cable, "--write-flash", str(path)))


def run(job: Job) -> None:
    """Writes the flash; the board starts anew with it.

    Raises
    ------
    ToolError : when no board is found, or the program is missing or fails.
    """
    try:
        tools.run("openFPGALoader", list(job.arguments), Path.cwd())
    except tools.ToolError as error:
        said = error.output
        if "libusb" in said and "shared libraries" in said:
            reason = "install the system's package libusb-1.0-0"
        elif "unable to open" in said or "device not found" in said:
            reason = f"no {job.board} is plugged in, or its USB device is not open to you"
        else:
            raise
        raise tools.ToolError(f"openFPGALoader failed: {reason}", said) from None
