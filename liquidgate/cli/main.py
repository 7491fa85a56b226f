"""The entry point, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any

import typer

from liquidgate.cli.app import app
from liquidgate.cli.output import CheckFailed

OK, CHECK_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code, having said one line ``error: ...`` for a bad one."""
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        # Amaranth's word on a circuit whose constructor has just refused its arguments
        warnings.filterwarnings("ignore", message=".* created but never used")
        try:
            code = app(arguments, prog_name="liquidgate", standalone_mode=False)
        except typer.TyperException as error:
            return _fail(error.format_message())
        except CheckFailed:
            return CHECK_FAILED
        except (KeyboardInterrupt, typer.Abort):
            return _fail("interrupted", INTERRUPTED)
        except MemoryError:
            return _fail("not enough memory for this")
        except OSError as error:
            return _fail(_os_error(error))
        except (ValueError, TypeError, ImportError) as error:
            return _fail(str(error))
        except RuntimeError as error:
            if not _is_tool_error(error):
                raise
            return _fail(str(error))
    return code if isinstance(code, int) else OK


def _os_error(error: OSError) -> str:
    if error.errno is None or error.filename is None:
        return str(error)
    return f"{error.filename}: {error.strerror}"


def _is_tool_error(error: RuntimeError) -> bool:
    """Tools of the bench and of the boards; looked up only now, for they load slowly."""
    from liquidgate.boards import BuildError
    from liquidgate.boards.frames import LinkError
    from liquidgate.tb import ToolError

    return isinstance(error, ToolError | BuildError | LinkError)


def _fail(message: str, code: int = BAD_INPUT) -> int:
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return code


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    print("warning: " + " ".join(str(message).split()), file=sys.stderr)
