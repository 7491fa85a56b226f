"""The flow of Lattice's iCE40: Yosys, nextpnr, icepack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liquidgate.boards import tools
from liquidgate.boards.board import Board
from liquidgate.boards.pll import OUT_RANGE, Pll, search

TOOLS = ("yosys", "nextpnr-ice40", "icepack")
CELLS = {"LC": "ICESTORM_LC", "EBR": "ICESTORM_RAM", "DSP": "ICESTORM_DSP"}
"""nextpnr's names of what the budget counts."""
FULL = ("Unable to place", "legal placement", "expand region")
"""What nextpnr says when there is no room; synthesis can not always tell beforehand."""
SYNTHESIS = "synth_ice40 -dsp -no-rw-check"
"""No value in use is read in the clock that writes it (tests/tb/test_collisions.py), so block RAM
needs no logic that would hold the old one."""


@dataclass(frozen=True)
class Clock:
    """The clock of the core: ``hz``, from a PLL or (None) straight from the oscillator."""

    hz: int
    pll: Pll | None


def clock(board: Board, hz: float) -> Clock:
    """The highest frequency up to ``hz`` that the board can make.

    Raises
    ------
    ValueError : when there is none.
    """
    slowest = min(board.oscillator_hz, OUT_RANGE[0])
    if not slowest <= hz <= OUT_RANGE[1]:
        raise ValueError(
            f"freq must be in {slowest / 1e6:g}..{OUT_RANGE[1] / 1e6:g} MHz on {board.name}, "
            f"not {hz / 1e6:g}"
        )
    pll = search(board.oscillator_hz, hz)
    if pll is None or (board.oscillator_hz <= hz and pll.out_hz <= board.oscillator_hz):
        return Clock(board.oscillator_hz, None)
    return Clock(int(pll.out_hz), pll)


def wrapper(top: str, source: Clock) -> str:
    """Verilog of the module ``board``: PLL, reset and pins around the module ``top``."""
    if source.pll is None:
        making = "  assign clk = clock;\n  assign lock = 1'b1;\n"
    else:
        making = (
            '  SB_PLL40_PAD #(\n    .FEEDBACK_PATH("SIMPLE"),\n'
            f"    .DIVR(4'd{source.pll.divr}), .DIVF(7'd{source.pll.divf}), "
            f".DIVQ(3'd{source.pll.divq}), .FILTER_RANGE(3'd{source.pll.filter_range})\n"
            "  ) pll (\n    .PACKAGEPIN(clock), .PLLOUTGLOBAL(clk), .LOCK(lock),\n"
            "    .RESETB(1'b1), .BYPASS(1'b0)\n  );\n"
        )
    return f"""\
// Clock, reset and pins. The core runs at {source.hz / 1e6:g} MHz.
module board (
  input  clock,
  input  reset,   // a button, active low
  input  rx,
  output tx,
  output alive,   // lights, active low
  output active
);
  wire clk, lock, alive_on, active_on;
{making}
  // Reset until the clock is steady, and 128 clocks more: block RAM is not readable at once.
  reg [1:0] steady = 2'b00;
  reg [7:0] age = 8'd0;
  always @(posedge clk) begin
    steady <= {{steady[0], lock & reset}};
    age <= !steady[1] ? 8'd0 : age + {{7'd0, !age[7]}};
  end

  {top} top (
    .clk(clk), .rst(!age[7]), .rx(rx), .tx(tx), .alive(alive_on), .active(active_on)
  );
  assign alive = !alive_on;
  assign active = !active_on;
endmodule
"""


def constraints(board: Board) -> str:
    """The PCF: pins, and the frequency of the oscillator."""
    lines = [f"set_io {'-pullup yes ' if name in ('rx', 'reset') else ''}{name} {pin}"
             for name, pin in board.pins.items()]
    return "\n".join([*lines, f"set_frequency clock {board.oscillator_hz / 1e6:g}"]) + "\n"


def synthesise(sources: list[str], directory: Path, multipliers: int) -> int:
    """Verilog files to netlist.json; returns how many multiplications went into logic.

    There are ``multipliers`` DSPs. When they do not do, the smallest products are made of LUTs.
    """
    read = f"read_verilog {' '.join(sources)}"
    write = f"{SYNTHESIS} -top board -json netlist.json"
    tools.run("yosys", ["-q", "-p", f"{read}; {write}"], directory)
    if estimate(directory)["DSP"] <= multipliers:
        return 0
    flat = f"{read}; hierarchy -top board; proc; flatten; opt; wreduce t:$mul; opt_clean"
    listed = "select t:$mul; write_json -selected products.json; select -clear"
    tools.run("yosys", ["-q", "-p", f"{flat}; {listed}"], directory)
    small = _smallest(directory, multipliers)
    booth = f"select {' '.join(f'c:{name}' for name in small)}; booth; select -clear"
    tools.run("yosys", ["-q", "-p", f"{flat}; {booth}; {write}"], directory)
    return len(small)


def _smallest(directory: Path, multipliers: int) -> list[str]:
    """The smallest products, so many that the others fit ``multipliers`` DSPs of 16 x 16 bits."""
    netlist = json.loads((directory / "products.json").read_text())
    products = []
    for name, cell in netlist["modules"]["board"]["cells"].items():
        if cell["type"] == "$mul":
            a, b = (int(cell["parameters"][f"{port}_WIDTH"], 2) for port in "AB")
            products.append((a * b, -(-a // 16) * -(-b // 16), name))
    taken = sum(cost for _, cost, _ in products)
    chosen = []
    for _, cost, name in sorted(products):
        if taken <= multipliers:
            break
        taken -= cost
        chosen.append(name)
    return chosen


def estimate(directory: Path) -> dict[str, int]:
    """Cells of netlist.json: LC is what is sure to be needed, EBR and DSP are exact.

    A flip-flop shares the LC of the LUT that drives it, when it alone is driven by it.
    """
    netlist = json.loads((directory / "netlist.json").read_text())
    cells = netlist["modules"]["board"]["cells"].values()
    drivers: dict[Any, str] = {}
    readers: dict[Any, int] = {}
    counts = {"LC": 0, "EBR": 0, "DSP": 0}
    registers = []
    for cell in cells:
        kind = cell["type"]
        counts["EBR"] += kind.startswith("SB_RAM40")
        counts["DSP"] += kind == "SB_MAC16"
        counts["LC"] += kind == "SB_LUT4" or kind.startswith("SB_DFF")
        if kind.startswith("SB_DFF"):
            registers.append(cell["connections"]["D"][0])
        for port, bits in cell["connections"].items():
            for bit in bits:
                if cell["port_directions"][port] == "output":
                    drivers[bit] = kind
                else:
                    readers[bit] = readers.get(bit, 0) + 1
    shared = sum(drivers.get(bit) == "SB_LUT4" and readers[bit] == 1 for bit in registers)
    counts["LC"] -= shared
    return counts


def route(board: Board, seed: int, directory: Path) -> dict[str, Any]:
    """netlist.json to board.asc; returns nextpnr's report.

    Raises
    ------
    ToolError : also when there is no place for all cells.
    """
    tools.run("nextpnr-ice40", [
        "-q", f"--{board.part}", "--package", board.package, "--json", "netlist.json",
        "--pcf", "board.pcf", "--seed", str(seed), "--timing-allow-fail",
        "--asc", "board.asc", "--report", "nextpnr.json",
    ], directory)
    report = json.loads((directory / "nextpnr.json").read_text())
    assert isinstance(report, dict)
    return report


def pack(name: str, comment: str, directory: Path) -> None:
    """board.asc to NAME.bin, with ``comment`` in its head."""
    path = directory / "board.asc"
    text = path.read_text()
    path.write_text(f".comment\n{comment}\n" + text[text.index(".device"):])
    tools.run("icepack", ["board.asc", f"{name}.bin"], directory)
