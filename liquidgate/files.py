"""Output that is there whole or not at all; and the folder of what is kept between runs."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liquidgate.spec.lgd import write_text


@contextmanager
def staged(directory: str | Path) -> Iterator[Path]:
    """A new folder beside ``directory``; its files move there when the block ends well.

    When it does not, nothing is left behind, neither the folder nor parents made for it.

    Raises
    ------
    OSError : when ``directory`` is no folder or can not be written; names it.
    """
    target = Path(directory)
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(f"{target}: must be a folder, not a file")
    made = [p for p in (target, *target.parents) if not p.exists()]
    try:
        target.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=target, prefix=".liquidgate-"))
    except OSError as error:
        _remove(made)
        raise _named(error, target) from None
    done = False
    try:
        yield work
        for path in sorted(work.rglob("*")):
            place = target / path.relative_to(work)
            if path.is_dir():
                place.mkdir(exist_ok=True)
            else:
                os.replace(path, place)
        done = True
    except OSError as error:
        raise _named(error, target) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if not done:
            _remove(made)


def write_output(path: str | Path, text: str) -> None:
    """Writes a file whole or not at all; a device or a pipe is written to as it is.

    Raises
    ------
    OSError : when it can not be written; names it.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(f"{target}: must be a file, not a folder")
        if target.exists() and not target.is_file():
            target.write_text(text)
        elif not target.parent.is_dir():
            raise FileNotFoundError(f"{target.parent}: no such folder")
        else:
            write_text(target, text)
    except OSError as error:
        raise _named(error, target) from None


def check_file(path: str | Path, suffix: str) -> Path:
    """Where a file may be written; raises as ``staged_file`` does, before long work."""
    target = Path(path)
    if target.suffix != suffix:
        raise ValueError(f"{path}: its name must end in {suffix}")
    if target.is_dir():
        raise IsADirectoryError(f"{path}: must be a file, not a folder")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {target.parent}")
    return target


@contextmanager
def staged_file(path: str | Path, suffix: str) -> Iterator[Path]:
    """A place for a file that is renamed to ``path`` when the block ends well, and else removed.

    Raises
    ------
    ValueError : when the name does not end in ``suffix``.
    OSError : when it can not be written; names it.
    """
    target = check_file(path, suffix)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".liquidgate-", suffix=suffix)
    except OSError as error:
        raise _named(error, target) from None
    os.close(handle)
    try:
        yield Path(name)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def cache_folder() -> Path:
    """Verilator's compiled objects: in the Python environment, so that they go with it."""
    prefix = Path(sys.prefix)
    if sys.prefix != sys.base_prefix and os.access(prefix, os.W_OK):
        return prefix / "var" / "liquidgate"
    return Path.home() / ".cache" / "liquidgate"


def _named(error: OSError, target: Path) -> OSError:
    """The same error, its message beginning with the path the user gave, if it is about that."""
    about, ours = str(error.filename or target), str(target)
    if error.errno is None or not (about.startswith(ours) or ours.startswith(about)):
        return error
    return type(error)(f"{target}: {os.strerror(error.errno)}")


def _remove(folders: list[Path]) -> None:
    """Removes empty folders, innermost first."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
