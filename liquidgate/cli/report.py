"""liquidgate report"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from liquidgate.cli import build, train, verify
from liquidgate.cli.output import Json, show

NAMES = ("report.json", "verify.json")


def command(
    folder: Annotated[str, typer.Argument(
        metavar="DIR", help="A folder written by train, quantise, verify or build.")],
    as_json: Json = False,
) -> None:
    """Shows every report in a folder and below it.

    \b
    Example:
      liquidgate report build/laser
    """
    found = reports(Path(folder))
    tables = [table for path, plain in found.items()
              for table in _tables(Path(folder) / path, plain)]
    show(as_json, found, *tables)


def reports(folder: Path) -> dict[str, dict[str, Any]]:
    """Reports by their path within ``folder``.

    Raises
    ------
    OSError, ValueError : when it is no folder, or holds none.
    """
    from liquidgate.training import read_report

    if not folder.is_dir():
        raise NotADirectoryError(f"{folder}: no such folder")
    paths = sorted(path for name in NAMES for path in folder.rglob(name))
    if not paths:
        raise FileNotFoundError(f"{folder}: holds no {' or '.join(NAMES)}")
    return {str(path.relative_to(folder)): read_report(path) for path in paths}


def _tables(path: Path, plain: dict[str, Any]) -> list[Any]:
    from liquidgate.boards import load_report

    try:
        if plain.get("kind") == "training":
            return train.tables(plain)
        if plain.get("kind") == "verification":
            return [verify.summary(plain)]
    except (KeyError, TypeError):
        raise ValueError(f"{path}: a damaged report of a {plain['kind']}") from None
    return build.tables(load_report(path.parent))
