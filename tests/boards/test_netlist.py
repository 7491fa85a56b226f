"""The synthesised core in the bench of the emitted text: every pin, every clock."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from designs import random_design

from liquidgate.boards import netlist
from liquidgate.boards.families import FAMILIES
from liquidgate.referee import verify as referee
from liquidgate.spec import Design, Schedule
from liquidgate.tb import STALLS, Job, VerifyResult, verify_all
from liquidgate.tb.exchange import random_exchanges
from liquidgate.tb.stimulus import random_inputs, stimulus


def design_of(kind: str) -> Design:
    """One with no more than logic and multipliers, or one with memories in blocks too."""
    small = kind == "small"
    return random_design(
        np.random.default_rng(2), neurons=3 if small else 24, inputs=1 if small else 2,
        outputs=1 if small else 2, activation="clip", density=0.6, weight_width=4 if small else 8,
        state_width=6 if small else 10, feedback=not small, pass_through=True, name=f"core_{kind}",
    )


def check(
    text: str, design: Design, lanes: int, folder: Path, readout: str = "rom"
) -> VerifyResult:
    path = folder / "netlist.v"
    path.write_text(text)
    rng = np.random.default_rng(7)
    pins = stimulus(design, Schedule(design, lanes), random_inputs(design, 40, rng),
                    stalls=STALLS["worst"], rng=rng)
    if readout == "ram":
        pins["exchanges"] = random_exchanges(design, Schedule(design, lanes), pins, rng)
    job = Job(verilog=path, design=design, lanes=lanes, pins=pins)
    (result,) = verify_all([job], folder=folder / "bench", fast=False,
                           cache=folder.parent.parent / "liquidgate-verilator")
    return result


def made(
    kind: str, board: str, lanes: int, folder: Path, readout: str = "rom"
) -> tuple[Design, str]:
    design = design_of(kind)
    folder.mkdir()
    return design, netlist.core_for_board(
        design, board, lanes, folder, lambda step: None, readout)


def test_a_small_netlist(tmp_path: Path) -> None:
    design, text = made("small", "icebreaker", 1, tmp_path / "made")
    assert f"// Digest {design.digest}\n" in text and " SB_LUT4 #(" in text
    result = check(text, design, 1, tmp_path)
    assert result.ok and result.outputs > 30, result.first


@pytest.mark.slow
def test_a_damaged_netlist(tmp_path: Path) -> None:
    """A flip-flop that is 0 after a reset, instead of 1."""
    folder = tmp_path / "made"
    design, _ = made("small", "icebreaker", 1, folder)
    read = json.loads((folder / "netlist.json").read_text())
    cells = read["modules"][design.name]["cells"]
    reset = next(c for c in cells.values() if c["type"].startswith("SB_DFFSS"))
    reset["type"] = "SB_DFFSR"
    reset["connections"]["R"] = reset["connections"].pop("S")
    (folder / "netlist.json").write_text(json.dumps(read))
    result = check(netlist.core_text(folder, design, 1, "icebreaker"), design, 1, tmp_path)
    assert not result.ok and result.first is not None


@pytest.mark.slow
@pytest.mark.parametrize("readout", ["rom", "ram"])
@pytest.mark.parametrize("board, blocks", [
    ("icebreaker", "SB_RAM40_4K"), ("ulx3s-25f", "DP16KD"), ("tangnano9k", "block_memory"),
])
def test_one_design_for_each_family(
    board: str, blocks: str, readout: str, tmp_path: Path
) -> None:
    design, text = made("memories", board, 4, tmp_path / "made", readout)
    assert f" {blocks} #(" in text and ("// Readout in RAM\n" in text) == (readout == "ram")
    result = check(text, design, 4, tmp_path, readout)
    assert result.ok and result.outputs > 30, result.first


def test_every_family_has_models() -> None:
    for kind in ("ice40", "ecp5", "gowin"):
        assert netlist.models(FAMILIES[kind].MODELS, set()).strip()
    text = netlist.models(FAMILIES["gowin"].MODELS, {"MUX2_LUT5", "SDPB"})
    assert text.count("\nmodule MUX2 (") == text.count("\nmodule block_memory #(") == 1
    assert "specify" not in text
    with pytest.raises(ValueError, match="^there is no model of the cell SB_MAGIC$"):
        netlist.models(FAMILIES["ice40"].MODELS, {"SB_MAGIC"})


def test_verilog_of_a_module() -> None:
    module = {
        "ports": {"a": {"direction": "input", "bits": [2, 3]},
                  "y": {"direction": "output", "bits": [4, "0"]}},
        "cells": {"\\$1": {"type": "LUT", "connections": {"I": [2, "x", 3], "O": [4]},
                           "parameters": {"INIT": "0110", "MODE": "A", "BITS": "01 "}},
                  "\\$2": {"type": "$scopeinfo", "connections": {}, "parameters": {}}},
    }
    assert netlist.verilog("m", module) == """\
module m(a, y);
  input [1:0] a;
  output [1:0] y;
  wire n2;
  wire n3;
  wire n4;
  assign {n3, n2} = a;
  assign y = {1'b0, n4};
  LUT #(.INIT(4'b0110), .MODE("A"), .BITS("01")) c0 (.I({n3, 1'bx, n2}), .O(n4));
endmodule
"""


def test_arguments(tmp_path: Path) -> None:
    design = design_of("small")
    with pytest.raises(ValueError, match="either a Verilog file or a netlist"):
        referee(design, verilog="x.v", netlist="icebreaker")
    with pytest.raises(ValueError, match="netlist must be a board .* or the folder of a build, "
                                         "not 'nexys'$"):
        referee(design, netlist="nexys")
    with pytest.raises(FileNotFoundError):
        referee(design, netlist=tmp_path)
    with pytest.raises(ValueError, match="lanes must be a power of two"):
        referee(design, 3, netlist="icebreaker")
