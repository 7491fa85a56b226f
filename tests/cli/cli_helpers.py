"""Shared by the tests of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder, with the contents of files."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}


def csv_text(names: list[str], rows: Any) -> str:
    lines = [",".join(names), *(",".join(str(float(v)) for v in row) for row in rows)]
    return "\n".join(lines) + "\n"
