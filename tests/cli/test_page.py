"""docs/cli.md says what the commands' help says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from liquidgate.cli.app import app

PATH = Path(__file__).parents[2] / "tools" / "cli_page.py"


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cli_page", PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_the_help(tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")  # put back after the test
    assert tool.PAGE.read_text() == tool.page(), "run python tools/cli_page.py"


def test_it_has_every_command_with_an_example(tool: ModuleType) -> None:
    assert [command.name for command in app.registered_commands] == list(tool.COMMANDS)
    for name in tool.COMMANDS:
        assert f"    liquidgate {name} " in tool.help_of(name) or name == "boards"
