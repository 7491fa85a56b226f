"""liquidgate program"""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from liquidgate.cli.output import Json, progress, show


def command(
    folder: Annotated[str, typer.Argument(
        metavar="DIR", help="A folder that liquidgate build has written.")],
    as_json: Json = False,
) -> None:
    """Writes a bitstream into the board that is plugged in, by openFPGALoader.

    The command is shown first.

    \b
    Example:
      liquidgate program build/laser/board
    """
    from liquidgate.boards import program

    job = program.job(folder)
    line = shlex.join(["openFPGALoader", *job.arguments])
    show(False, {}, *([] if as_json else [line]))
    with progress() as say:
        say(f"programming the {job.board}")
        program.run(job)
    show(as_json, {"board": job.board, "digest": job.digest, "command": line},
         f"{job.board} holds the design {job.digest[:16]}...")
