"""Makes constraints.txt: exact versions and hashes of everything that the project installs.

One file for every Python from 3.11 on: where versions must differ, markers say which is whose. It
is the whole closure, and is installed with --no-deps: so it can hold packages of which only a data
file is wanted, without what they depend on. ``make constraints`` runs it with uv on the path.
"""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
OLDEST_PYTHON = "3.11"
DATA_FILES = "aeon>=1.2,<2"
"""Holds the Japanese Vowels; its own dependencies are large, and not needed for that."""


def compiled(sources: list[str], requirements: str, *options: str) -> str:
    """Pins and hashes: no header, index or annotation, so no path, date or host name."""
    done = subprocess.run(
        ["uv", "pip", "compile", *sources, *options, "--universal", "--python-version",
         OLDEST_PYTHON, "--fork-strategy", "fewest", "--generate-hashes", "--no-emit-index-url",
         "--no-header", "--no-annotate", "--quiet", "--upgrade"],
        cwd=ROOT, check=True, input=requirements, stdout=subprocess.PIPE, text=True,
    )
    return done.stdout


def main() -> None:
    """Writes the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    text = compiled(["pyproject.toml"], "", *(f"--extra={name}" for name in extras))
    text += compiled(["-"], DATA_FILES, "--no-deps")
    (ROOT / "constraints.txt").write_text(text)


if __name__ == "__main__":
    main()
