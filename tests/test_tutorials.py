"""Every tutorial in docs/ runs: its Python blocks, in order, in one session."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

TUTORIALS = sorted((Path(__file__).parent.parent / "docs").glob("tutorial-*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def python_blocks(text: str) -> list[tuple[int, str]]:
    """(line of its first statement, source) of each Python block of a Markdown text."""
    return [(text.count("\n", 0, match.start(1)) + 1, match[1]) for match in BLOCK.finditer(text)]


def run_tutorial(path: Path) -> None:
    """Runs all blocks in one namespace; a traceback names the lines of the page itself."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for line, source in python_blocks(path.read_text(encoding="utf-8")):
        exec(compile("\n" * (line - 1) + source, str(path), "exec"), names)


@pytest.mark.parametrize("path", TUTORIALS, ids=[path.stem for path in TUTORIALS])
def test_a_tutorial_runs_from_top_to_bottom(path: Path, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own: pictures that a page saves under docs/pictures land there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs" / "pictures").mkdir(parents=True)
    run_tutorial(path)
    shown = re.findall(r"!\[[^]]*]\(pictures/([^)]+)\)", path.read_text(encoding="utf-8"))
    missing = [name for name in shown if not (tmp_path / "docs" / "pictures" / name).exists()]
    assert not missing, f"{path.name} shows pictures that its code does not make: {missing}"


def test_blocks_keep_the_lines_of_their_page(tmp_path: Path) -> None:
    page = tmp_path / "tutorial-one.md"
    page.write_text("# One\n\n```python\na = 1\n```\n\n```console\nls\n```\n\n"
                    "```python\nb = a + 1\nassert b == 3, b\n```\n")
    with pytest.raises(AssertionError, match="^2$") as caught:
        run_tutorial(page)
    assert caught.traceback[-1].lineno + 1 == 13
