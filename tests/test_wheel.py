"""The wheel: claims one name, has everything, and works from elsewhere in an empty environment."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest
from designs import random_design

from liquidgate.spec import save

ROOT = Path(__file__).parent.parent
PACKAGES = ("boards", "golden", "liquidgate", "rtl_gen", "spec", "tb", "train")
BUILD = "from setuptools.build_meta import build_wheel; import sys; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is left in the tree and nothing old is in the wheel."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for path in [ROOT / "pyproject.toml", ROOT / "README.md", ROOT / "LICENSE",
                 *(p for name in PACKAGES for p in (ROOT / name).rglob("*")
                   if p.is_file() and p.suffix != ".pyc")]:
        place = source / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
    done = subprocess.run([sys.executable, "-c", BUILD, str(target)], cwd=source, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (found,) = target.glob("*.whl")
    return found


def test_it_claims_one_name(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"liquidgate"}


def test_it_has_every_module_and_program(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for package in PACKAGES:
        for path in [*(ROOT / package).rglob("*.py"), *(ROOT / package).rglob("*.cpp")]:
            name = path.relative_to(ROOT).as_posix()
            assert name.removeprefix("liquidgate/") and (
                name if package == "liquidgate" else f"liquidgate/{name}") in held


def test_it_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    pure = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "env")}))
    # the dependencies from here; a path in a .pth file does not bring our editable install along
    (pure / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet",
                    "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    save(random_design(np.random.default_rng(3), neurons=4), tmp_path / "tiny.lgd")

    def run(*command: str) -> str:
        done = subprocess.run([str(tmp_path / "env" / "bin" / "liquidgate"), *command],
                              cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run([str(python), "-c", "import liquidgate; print(liquidgate.__file__)"],
                           cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert where.startswith(str(pure))
    assert "verilog" in run("--help")
    assert "icebreaker" in run("boards")
    assert '"neurons": 4' in run("info", "tiny.lgd", "--json")
    assert "tiny/liquid.v" in run("verilog", "tiny.lgd", "-o", "tiny")
