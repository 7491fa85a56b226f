"""Small designs in which everything happens, and one cache of Verilator's objects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lively import lively_design

from liquidgate.spec import Design


@pytest.fixture(scope="session")
def lively() -> Callable[[str], Design]:
    """``lively(activation)``: the design with a "clip" or a "table"."""
    return lively_design


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Verilator's own objects stay: for all test sessions of this user."""
    return tmp_path_factory.getbasetemp().parent / "liquidgate-verilator"
