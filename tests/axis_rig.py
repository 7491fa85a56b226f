"""A text with AXI pins in Verilator under cocotbext-axi, and what its tests share."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from cocotb_tools.runner import get_results

from liquidgate.golden import Golden
from liquidgate.spec import Design, Port
from liquidgate.tb.build import build
from liquidgate.tb.play import _environment


def simulate(verilog: Path, plan: dict[str, Any], folder: Path, cache: Path,
             bench: str = "axis_bench") -> dict[str, Any]:
    """Runs a bench on a text; returns what it found."""
    pins = verilog.with_suffix(".vlt")
    pins.write_text("`verilator_config\n" + "".join(
        f'public_flat_rw -module "{verilog.stem}" -var "{name}"\n'
        for name in ("aclk", "aresetn", "s_axi*", "m_axi*")))
    program = build([pins, verilog], verilog.stem, folder, cache=cache, fast=False)
    for name in {"axis_bench", bench}:
        shutil.copy(Path(__file__).parent / "rtl_gen" / f"{name}.py", folder)
    (folder / "plan.json").write_text(json.dumps(plan))
    results = folder / "results.xml"
    env = {**_environment(folder, results), "COCOTB_TOPLEVEL": verilog.stem,
           "COCOTB_TEST_MODULES": bench}
    done = subprocess.run([str(program), "+verilator+rand+reset+2", "+verilator+seed+1"],
                          cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert results.exists() and get_results(results) == (1, 0), done.stdout[-3000:] + done.stderr
    return dict(json.loads((folder / "found.json").read_text()))


def packed(port: Port, raws: np.ndarray) -> str:
    """Hexadecimal bytes of tdata: every channel in whole bytes, little-endian."""
    size = (port.width + 7) // 8
    return b"".join(int(x).to_bytes(size, "little", signed=port.signed)
                    for x in raws.ravel()).hex()


def unpacked(port: Port, data: str) -> np.ndarray:
    """Raws (T, channels) of tdata; the inverse of ``packed``."""
    size, plain = (port.width + 7) // 8, bytes.fromhex(data)
    raws = [int.from_bytes(plain[k : k + size], "little", signed=port.signed)
            for k in range(0, len(plain), size)]
    return np.array(raws).reshape(-1, len(port.channels))


def golden(design: Design, inputs: np.ndarray) -> np.ndarray:
    return np.asarray(Golden(design).run(inputs))


def macros(path: Path) -> dict[str, int]:
    """The C header's macros."""
    return {name: int(value, 16) for name, value in
            re.findall(r"^#define (\w+) (0x[0-9a-f]+)u", path.read_text(), re.M)}
