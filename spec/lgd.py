"""The design file (.lgd): one JSON text, versioned, with the digest of its design."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from liquidgate.spec.codec import DesignFileError, from_plain, to_plain
from liquidgate.spec.design import SCHEMA, Design

FORMAT = "liquidgate design"


def save(design: Design, path: str | Path) -> None:
    """Writes ``path`` whole or not at all."""
    plain = to_plain(design)
    head = {"format": FORMAT, "schema": SCHEMA, "digest": design.digest, "design": plain}
    write_text(path, json.dumps(head, separators=(",", ":"), ensure_ascii=True) + "\n")


def load(path: str | Path) -> Design:
    """Reads and validates a design file.

    Raises
    ------
    OSError : when it can not be read.
    DesignFileError : when it is no design file, of another schema, tampered with, or not legal.
    """
    try:
        head = json.loads(Path(path).read_text(encoding="ascii"))
    except (ValueError, RecursionError) as error:  # ValueError: also over-long integers
        raise DesignFileError(f"{path}: not a design file or a damaged one: {error}") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DesignFileError(f"{path}: not a design file: format must be {FORMAT!r}")
    if head.get("schema") != SCHEMA:
        raise DesignFileError(f"{path}: schema must be {SCHEMA}, not {head.get('schema')!r}")
    try:
        design = from_plain(Design, head.get("design"), "design")
    except DesignFileError as error:
        raise DesignFileError(f"{path}: {error}") from None
    if head.get("digest") != design.digest:
        raise DesignFileError(
            f"{path}: the digest must be {design.digest}, not {head.get('digest')!r}: "
            "the file was changed after it was written"
        )
    assert isinstance(design, Design)
    return design


def write_text(path: str | Path, text: str) -> None:
    """Writes to a temporary file beside ``path``, then renames: never half a file."""
    write_bytes(path, text.encode())


def write_bytes(path: str | Path, data: bytes) -> None:
    """As ``write_text``, for bytes."""
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
