"""Writes docs/cli.md from the commands' own help: ``python tools/cli_page.py``."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stdout
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"
COMMANDS = ("train", "quantise", "info", "run", "verilog", "verify", "fit", "build", "swap",
            "report", "boards", "program", "board", "stream", "load", "monitor", "retrain")
HEAD = """\
# The command line

Every command takes `--json` (JSON on standard output, nothing else there) and `--help`. Exit codes:

| code | meaning |
|---|---|
| 0 | done |
| 1 | a check failed: a mismatch, a design that does not fit its board |
| 2 | bad input: one line `error: ...` on standard error, and nothing half-written is left |

Output is written whole or not at all. Progress is shown on standard error at a terminal only. The
configuration of `train` is a TOML file with the tables `[network]` (`liquid`, a kind, by default
`"esn"`, and the parameters of its estimator, here those of `liquidgate.ESN`), `[formats]` (those of
`liquidgate.Formats`) and `[search]` (`budget`: trials, `seed`); a key that is not known is an
error. For example:

```toml
[network]
units = 100
sr = 0.9
lr = 0.8

[formats]
state_bits = 12

[search]
budget = 50
```

This page is made by `tools/cli_page.py`; a test compares it with the commands' help.
"""


def help_of(*command: str) -> str:
    """What ``liquidgate COMMAND --help`` prints on 80 columns."""
    from liquidgate.cli import main

    os.environ["COLUMNS"] = "90"
    text = io.StringIO()
    with redirect_stdout(text):
        main([*command, "--help"])
    return text.getvalue().rstrip()


def page() -> str:
    """The whole page."""
    parts = [HEAD, f"```text\n{help_of()}\n```\n"]
    parts += [f"## liquidgate {name}\n\n```text\n{help_of(name)}\n```\n" for name in COMMANDS]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page())
