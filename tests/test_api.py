"""The public API: quick to import, complete, and as the quick start says."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import liquidgate

ROOT = Path(__file__).parent.parent
QUICK_START = textwrap.dedent(
    (liquidgate.__doc__ or "").split("Quick start::\n")[1].split("\nThe names")[0]
).strip()


def test_the_quick_start_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                              capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)

    exec(compile(QUICK_START, "quick start", "exec"), {})

    nrmse, verified = capsys.readouterr().out.splitlines()
    assert float(nrmse.split()[1]) < 0.12
    assert verified == "mismatches 0"
    assert (tmp_path / "laser" / "liquid.v").exists()


def test_the_quick_start_has_ten_lines_and_stands_in_the_readme() -> None:
    assert len([line for line in QUICK_START.splitlines() if line]) <= 10
    readme = (ROOT / "README.md").read_text()
    assert "```python" not in readme or QUICK_START in readme


def test_every_name_is_there() -> None:
    assert sorted(liquidgate.__all__) == sorted(liquidgate._PLACES)
    for name in liquidgate.__all__:
        assert getattr(liquidgate, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        liquidgate.nothing  # noqa: B018


def test_import_loads_nothing() -> None:
    code = "import liquidgate, sys; print(any(m in sys.modules for m in ('numpy', 'amaranth')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
