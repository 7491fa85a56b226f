"""What commands say: tables for people or JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
DesignFile = Annotated[str, typer.Argument(metavar="DESIGN", help="A design file (.lgd).")]
Lanes = Annotated[int, typer.Option(help="Multiply-accumulate lanes: 1, 2, 4, 8, ... 64.")]
Readout = Annotated[str, typer.Option(
    metavar="rom|ram", help="Where the circuit keeps its readout: in ram it can be exchanged "
    "while the circuit runs.")]
WIDTH = 100
"""Columns when standard output is no terminal."""


class CheckFailed(Exception):
    """What was to be checked does not hold; what there is to say has been said. Exit code 1."""


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Tells a person at a terminal what is going on; into a file or a pipe it says nothing."""
    console = Console(stderr=True)
    with console.status("") as status:
        yield lambda text: status.update(text)


def show(as_json: bool, plain: Any, *tables: Table | str) -> None:
    """The result: ``plain`` as JSON, or tables and lines for people."""
    if as_json:
        print(to_json(plain), end="")
        return
    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else WIDTH, highlight=False, soft_wrap=False)
    for table in tables:
        if isinstance(table, str):
            print(table)
        else:
            console.print(table)


def to_json(plain: Any) -> str:
    """JSON with a line feed; what is no finite number is null."""
    return json.dumps(_finite(plain), indent=2) + "\n"


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Table:
    """A table; numbers stand on the right."""
    kept = [[cell(value) for value in row] for row in rows]
    plain = [list(row) for row in kept]
    result = Table(title=title, title_justify="left", title_style="bold",
                   min_width=min(WIDTH, len(title)))
    for k, name in enumerate(columns):
        numeric = all(_is_number(row[k]) for row in plain if row[k]) and any(
            row[k] for row in plain)
        result.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in kept:
        result.add_row(*row)
    return result


def cell(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return str(value)


def _is_number(text: str) -> bool:
    return text == "-" or text.lstrip("-").replace(",", "").replace(".", "").split("e")[0].isdigit()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
