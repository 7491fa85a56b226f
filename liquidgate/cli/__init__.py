"""The command line: ``liquidgate``. Exit codes: 0, 1 (a check failed), 2 (bad input)."""

from liquidgate.cli.main import main

__all__ = ["main"]
