"""Yosys for any family: multiplications beyond the multipliers go into logic."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from liquidgate.boards import tools


def synthesise(
    sources: list[str], directory: Path, *, command: str, multipliers: int, size: int,
    count: Callable[[Path], int], pads: str = "",
) -> int:
    """Verilog files to netlist.json; returns how many multiplications went into logic.

    Parameters
    ----------
    command : Yosys' synthesis for the family. multipliers : how many there are.
    size : bits of each operand of one. count : of multipliers in netlist.json.
    pads : what gives the pins of the module board their cells, where synthesis does not.
    """
    read = f"read_verilog {' '.join(sources)}"
    pads = f"select board; {pads}; select -clear; " if pads else ""
    write = f"{command} -top board; {pads}write_json netlist.json"
    taken = None
    if multipliers:
        tools.run("yosys", ["-q", "-p", f"{read}; {write}"], directory)
        taken = count(directory)
        if taken <= multipliers:
            return 0
    flat = f"{read}; hierarchy -top board; proc; flatten; opt; wreduce t:$mul; opt_clean"
    listed = "select t:$mul; write_json -selected products.json; select -clear"
    tools.run("yosys", ["-q", "-p", f"{flat}; {listed}"], directory)
    small = _smallest(directory, multipliers, size, taken)
    booth = f"select {' '.join(small)}; booth; select -clear; "
    tools.run("yosys", ["-q", "-p", f"{flat}; {booth if small else ''}{write}"], directory)
    return len(small)


BOOTH = 4
"""Bits of an operand below which Yosys' booth leaves a product alone."""


def _smallest(directory: Path, multipliers: int, size: int, taken: int | None) -> list[str]:
    """Places of the products that go into logic, in Yosys' words."""
    netlist = json.loads((directory / "products.json").read_text())
    products = {
        f"{module}/c:{name}": (int(cell["parameters"]["A_WIDTH"], 2),
                               int(cell["parameters"]["B_WIDTH"], 2))
        for module, contents in sorted(netlist["modules"].items())
        for name, cell in sorted(contents["cells"].items()) if cell["type"] == "$mul"
    }
    names = list(products)
    return [names[k] for k in into_logic(list(products.values()), multipliers, size, taken)]


def into_logic(
    products: list[tuple[int, int]], multipliers: int, size: int, taken: int | None = None
) -> list[int]:
    """Indices of the smallest products, so many that the others fit the multipliers.

    products : bits of the two operands. size : bits of each operand of a multiplier.
    taken : how many multipliers all of them take; their sizes say how many that is at most.
    """
    costs = [-(-a // size) * -(-b // size) for a, b in products]
    if taken is None:
        taken = sum(costs)
    chosen = []
    for k in sorted(range(len(products)), key=lambda k: (products[k][0] * products[k][1],
                                                         min(products[k]), costs[k])):
        if taken <= multipliers:
            break
        if multipliers and min(products[k]) < BOOTH:
            continue
        taken -= costs[k]
        chosen.append(k)
    return chosen


def modules(directory: Path) -> dict[str, dict[str, Any]]:
    """The modules of netlist.json, by name: those of the circuit, not the cells' own."""
    netlist = json.loads((directory / "netlist.json").read_text())
    return {
        name: module for name, module in netlist["modules"].items()
        if not {"blackbox", "whitebox"} & module["attributes"].keys()
    }


def cells(directory: Path) -> Iterator[dict[str, Any]]:
    """The cells of netlist.json; a bit of a net is a pair of its module and its number."""
    for name, module in modules(directory).items():
        for cell in module["cells"].values():
            yield {**cell, "connections": {
                port: [(name, bit) for bit in bits] for port, bits in cell["connections"].items()
            }}
