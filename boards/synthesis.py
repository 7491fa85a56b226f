"""Yosys for any family: multiplications beyond the multipliers go into logic."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from liquidgate.boards import tools


def synthesise(
    sources: list[str], directory: Path, *, command: str, multipliers: int, size: int,
    count: Callable[[Path], int],
) -> int:
    """Verilog files to netlist.json; returns how many multiplications went into logic.

    Parameters
    ----------
    command : Yosys' synthesis for the family. multipliers : how many there are.
    size : bits of each operand of one. count : of multipliers in netlist.json.
    """
    read = f"read_verilog {' '.join(sources)}"
    write = f"{command} -top board -json netlist.json"
    if multipliers:
        tools.run("yosys", ["-q", "-p", f"{read}; {write}"], directory)
        if count(directory) <= multipliers:
            return 0
    flat = f"{read}; hierarchy -top board; proc; flatten; opt; wreduce t:$mul; opt_clean"
    listed = "select t:$mul; write_json -selected products.json; select -clear"
    tools.run("yosys", ["-q", "-p", f"{flat}; {listed}"], directory)
    small = _smallest(directory, multipliers, size)
    booth = f"select {' '.join(f'c:{name}' for name in small)}; booth; select -clear; "
    tools.run("yosys", ["-q", "-p", f"{flat}; {booth if small else ''}{write}"], directory)
    return len(small)


BOOTH = 4
"""Bits of an operand below which Yosys' booth leaves a product alone."""


def _smallest(directory: Path, multipliers: int, size: int) -> list[str]:
    """Names of the products that go into logic."""
    netlist = json.loads((directory / "products.json").read_text())
    products = {
        name: (int(cell["parameters"]["A_WIDTH"], 2), int(cell["parameters"]["B_WIDTH"], 2))
        for name, cell in sorted(netlist["modules"]["board"]["cells"].items())
        if cell["type"] == "$mul"
    }
    names = list(products)
    return [names[k] for k in into_logic(list(products.values()), multipliers, size)]


def into_logic(products: list[tuple[int, int]], multipliers: int, size: int) -> list[int]:
    """Indices of the smallest products, so many that the others fit the multipliers.

    products : bits of the two operands. size : bits of each operand of a multiplier.
    """
    costs = [-(-a // size) * -(-b // size) for a, b in products]
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


def cells(directory: Path) -> Iterator[dict[str, Any]]:
    """The cells of netlist.json."""
    netlist = json.loads((directory / "netlist.json").read_text())
    yield from netlist["modules"]["board"]["cells"].values()
