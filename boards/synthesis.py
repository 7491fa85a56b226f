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
    booth = f"select {' '.join(f'c:{name}' for name in small)}; booth; select -clear; "
    tools.run("yosys", ["-q", "-p", f"{flat}; {booth if small else ''}{write}"], directory)
    return len(small)


BOOTH = 4
"""Bits of an operand below which Yosys' booth leaves a product alone."""


def _smallest(directory: Path, multipliers: int, size: int, taken: int | None) -> list[str]:
    """The smallest products, so many that the others fit the multipliers.

    taken : how many multipliers all of them take; their sizes say how many that is at most.
    """
    netlist = json.loads((directory / "products.json").read_text())
    products = []
    for name, cell in netlist["modules"]["board"]["cells"].items():
        if cell["type"] == "$mul":
            a, b = (int(cell["parameters"][f"{port}_WIDTH"], 2) for port in "AB")
            products.append((a * b, min(a, b), -(-a // size) * -(-b // size), name))
    if taken is None:
        taken = sum(cost for _, _, cost, _ in products)
    chosen = []
    for _, narrow, cost, name in sorted(products):
        if taken <= multipliers:
            break
        if multipliers and narrow < BOOTH:
            continue
        taken -= cost
        chosen.append(name)
    return chosen


def cells(directory: Path) -> Iterator[dict[str, Any]]:
    """The cells of netlist.json."""
    netlist = json.loads((directory / "netlist.json").read_text())
    yield from netlist["modules"]["board"]["cells"].values()
