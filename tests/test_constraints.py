"""constraints.txt: one exact, hashed version of all that pyproject.toml asks for, and no host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "constraints.txt").read_text()
PINS = re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;]+)([^\n]*)\\\n((?:    --hash=sha256:[0-9a-f]{64}"
                  r"(?: \\)?\n)+)", TEXT, re.MULTILINE)


def test_every_line_is_a_pin_with_hashes() -> None:
    assert len(PINS) == len(re.findall(r"^\S", TEXT, re.MULTILINE)) > 50
    assert "://" not in TEXT


def test_it_meets_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["data"],
              *project["optional-dependencies"]["dev"]]
    pins = {canonicalize_name(name): version for name, version, _, _ in PINS}
    for requirement in map(Requirement, wanted):
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement}, not {version}"
        assert len(list(requirement.specifier)) >= 2, f"{requirement.name} must have both bounds"
