"""A board's Verilog in Verilator, with a serial line: for a bench, or as a virtual board."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from liquidgate.tb.build import environment, run, verilator_root

SOURCE = Path(__file__).with_name("serial_line.cpp")


def compile_line(texts: Mapping[str, str], cache: Path) -> Path:
    """The program serial_line.cpp around Verilog texts; compiled once for the same ones.

    Parameters
    ----------
    texts : by file name; the top module is ``board``, with clock, reset (active low) and rx in, tx
        out.
    cache : the folder in which programs are kept.

    Raises
    ------
    ToolError : when a tool is missing, or the Verilog is not accepted.
    """
    parts = [version("verilator"), SOURCE.read_text(), *texts, *texts.values()]
    program = cache / f"line-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"
    if program.exists():
        return program
    env = environment()
    cache.mkdir(parents=True, exist_ok=True)
    # without a space in a path, at which make would stumble
    with tempfile.TemporaryDirectory(prefix="liquidgate-") as name:
        folder = Path(name)
        (folder / "verilator").symlink_to(verilator_root())
        env["VERILATOR_ROOT"] = str(folder / "verilator")
        for file, text in texts.items():
            (folder / file).write_text(text)
        shutil.copy(SOURCE, folder)
        run([
            str(folder / "verilator" / "bin" / "verilator"), "--cc", "--exe", "--build",
            "-Wno-fatal", "-Wno-lint", "--top-module", "board", "-O3", "-MAKEFLAGS",
            "OPT_FAST=-O2 OPT_SLOW=-O0 OPT_GLOBAL=-O1", "-o", "line", "--Mdir", "obj",
            *texts, SOURCE.name,
        ], folder, env)
        # beside its place, and then renamed: another process may want it too
        ready = Path(tempfile.mkdtemp(dir=cache)) / "line"
        shutil.move(folder / "obj" / "line", ready)
        os.replace(ready, program)
        ready.parent.rmdir()
    return program
