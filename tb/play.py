"""Runs a bench's program: cocotb inside the simulator, and what the players counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cocotb_tools.config
import find_libpython
from cocotb_tools.runner import get_results

from liquidgate.tb.build import ToolError
from liquidgate.tb.player import TOP


def play(program: Path, folder: Path, arguments: Sequence[str] = ()) -> float:
    """Runs ``program`` in ``folder``, where the players find their files; returns the seconds.

    Raises
    ------
    ToolError : when the simulation does not end as it should.
    """
    bench = Path(__file__).with_name("bench.py")
    shutil.copy(bench, folder / "liquidgate_bench.py")
    results = folder.resolve() / "results.xml"
    results.unlink(missing_ok=True)
    # Registers and memories that the circuit does not initialise begin with random values.
    command = [str(program.resolve()), "+verilator+rand+reset+2", "+verilator+seed+1", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=_environment(folder, results), capture_output=True, text=True,
        check=False,
    )
    if done.returncode or not results.exists():
        raise ToolError(f"the simulation broke off: {_first_error(done.stdout + done.stderr)}")
    if get_results(results) != (1, 0):
        raise ToolError(f"the bench failed: {_first_error(done.stdout)}")
    return float((folder / "seconds.txt").read_text())


def _first_error(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "%Fatal" in line or "rror" in line]
    return (errors or lines or ["no message"])[0]


def _environment(folder: Path, results: Path) -> dict[str, str]:
    libpython = find_libpython.find_libpython()
    if libpython is None:
        raise ToolError("libpython is missing: install the system's package of the shared library")
    return {
        **os.environ,
        "COCOTB_TOPLEVEL": TOP,
        "COCOTB_TEST_MODULES": "liquidgate_bench",
        "COCOTB_RESULTS_FILE": str(results),
        "COCOTB_LOG_LEVEL": "WARNING",
        "LD_LIBRARY_PATH": os.pathsep.join(
            [str(cocotb_tools.config.libs_dir), os.environ.get("LD_LIBRARY_PATH", "")]
        ).rstrip(os.pathsep),
        "TOPLEVEL_LANG": "verilog",
        "PYGPI_PYTHON_BIN": sys.executable,
        "GPI_USERS": ";".join([libpython, cocotb_tools.config.pygpi_entry_point()]),
        "PYTHONPATH": os.pathsep.join([str(folder.resolve()), *sys.path]),
    }
