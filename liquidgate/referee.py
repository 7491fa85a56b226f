"""Where circuit and golden model meet: emits the Verilog (or takes a given one) and verifies it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.boards import BOARDS
from liquidgate.boards.netlist import core_for_board, core_of_build
from liquidgate.files import cache_folder
from liquidgate.rtl_gen.emit import emit
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import check_readout
from liquidgate.tb import ToolError, VerifyResult
from liquidgate.tb import verify as play
from liquidgate.tb.header import Header

LANES = 4
"""Lanes when nothing else is said."""


def verify(
    design: Design,
    lanes: int | None = None,
    *,
    verilog: str | Path | None = None,
    netlist: str | Path | None = None,
    steps: int | None = None,
    inputs: Any = None,
    stalls: str = "none",
    seed: int = 0,
    waves: str | Path | None = None,
    progress: Callable[[str], None] = lambda text: None,
    readout: str | None = None,
) -> VerifyResult:
    """Every output pin on every clock, the Verilog text in Verilator against golden.

    Parameters
    ----------
    lanes : default: those of the given Verilog or build, else 4.
    verilog : a file to verify instead of a fresh text; its top module is ``design.name``.
    netlist : the name of a board, for which the design is synthesised; or the folder of a build,
        whose lanes it has. Verified are the core's cells, instead of a fresh text.
    steps : time steps of random inputs (default 100), or the first so many rows of ``inputs``.
    inputs : (T, K) reals in the data's units.
    stalls : "none", "random" or "worst".
    seed : of inputs and stalls.
    waves : a VCD file to write.
    progress : is told what is done next.
    readout : "rom", or "ram": it is exchanged all the time; default: as the given Verilog or
        build has it, else "rom".

    Raises
    ------
    OSError, ValueError, TypeError : for what can not be verified.
    ToolError : when a tool is missing or does not accept the text.
    """
    if seed < 0:
        raise ValueError(f"seed must be at least 0, not {seed}")
    if steps is not None and steps < 1:
        raise ValueError(f"steps must be at least 1, not {steps}")
    if netlist is not None and verilog is not None:
        raise ValueError("either a Verilog file or a netlist is verified, not both")
    built = None
    if netlist is not None and netlist not in BOARDS:
        if not Path(netlist).is_dir():
            raise ValueError(f"netlist must be a board ({', '.join(BOARDS)}) or the folder of a "
                             f"build, not {str(netlist)!r}")
        built, report = core_of_build(netlist, design)
        if lanes not in (None, report.lanes):
            raise ValueError(f"lanes must be {report.lanes}, as {netlist} was built, not {lanes}")
        lanes = report.lanes
    if lanes is None:
        lanes = LANES if verilog is None else _lanes_of(Path(verilog))
    Schedule(design, lanes)
    if readout is not None:
        check_readout(readout)
    raws = None if inputs is None else design.input.encode(inputs)[:steps]
    if raws is not None and not len(raws):
        raise ValueError("inputs must have at least one row, not 0")
    with tempfile.TemporaryDirectory(prefix="liquidgate-") as name:
        folder = Path(name)
        source = folder / f"{design.name}.v"
        if verilog is not None:
            source.write_bytes(Path(verilog).read_bytes())
        elif built is not None:
            source.write_text(built)
        elif netlist is not None:
            work = folder / "synthesis"
            work.mkdir()
            source.write_text(core_for_board(design, str(netlist), lanes, work, progress,
                                             readout or "rom"))
        else:
            progress("emitting Verilog")
            source.write_text(emit(design, lanes, readout=readout or "rom"))
        progress("building and running the simulation")
        try:
            result = play(
                source, design, lanes, folder=folder, cache=cache_folder(),
                rng=np.random.default_rng(seed), steps=steps or 100, inputs=raws, stalls=stalls,
                waves=waves is not None, readout=readout or Header.of(source).readout,
            )
        except (ToolError, ValueError) as error:  # about the user's file, not our copy of it
            given = str(verilog or netlist or source.name)
            raise type(error)(str(error).replace(str(source), given)) from None
        if waves is not None:
            shutil.move(folder / "dump.vcd", waves)
    return result


def _lanes_of(verilog: Path) -> int:
    if not verilog.is_file():
        raise FileNotFoundError(f"{verilog}: no such file")
    return Header.of(verilog).lanes or LANES
