"""Every board: its pins against amaranth-boards, its clock, its constraints and its wrapper."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from liquidgate.boards import tools
from liquidgate.boards.families import FAMILIES, family_of
from liquidgate.boards.registry import BOARDS, find
from liquidgate.boards.wrapper import wrapper

PLATFORMS = {
    "icebreaker": ("icebreaker.ICEBreakerPlatform", "clk12", "led_g led_r button"),
    "hx8k": ("ice40_hx8k_b_evn.ICE40HX8KBEVNPlatform", "clk12", "led led:1 -"),
    "ulx3s-25f": ("ulx3s.ULX3S_25F_Platform", "clk25", "led led:1 button_pwr"),
    "ulx3s-85f": ("ulx3s.ULX3S_85F_Platform", "clk25", "led led:1 button_pwr"),
    "ecpix5": ("ecpix5.ECPIX585Platform", "clk100", "rgb_led.g rgb_led.r rst"),
    "tangnano9k": ("tang_nano_9k.TangNano9kPlatform", "clk27", "led led:1 button"),
}
"""Boards whose UART amaranth-boards knows: platform, clock, and resources of alive, active, reset
(name, :number, .part)."""


def pin(resources: dict, said: str) -> tuple[str, bool]:
    """The pin of a resource, and whether it is active high."""
    name, number, part = re.match(r"(\w+):?(\d*)\.?(\w*)", said).groups()  # type: ignore
    found = resources[name, int(number or 0)]
    ios = {sub.name: sub.ios[0] for sub in found.ios}[part] if part else found.ios[0]
    return ios.names[0], not ios.invert


@pytest.mark.parametrize("name", PLATFORMS)
def test_pins_are_those_of_amaranth_boards(name: str) -> None:
    board = find(name)
    path, clock, others = PLATFORMS[name]
    module, platform = path.split(".")
    found = getattr(importlib.import_module(f"amaranth_boards.{module}"), platform)
    resources = {(r.name, r.number): r for r in found.resources}
    uart = {s.name: s.ios[0].names[0] for s in resources["uart", 0].ios}
    pins = {"clock": pin(resources, clock)[0], "rx": uart["rx"], "tx": uart["tx"]}
    for role, said in zip(("alive", "active", "reset"), others.split()):
        if said != "-":
            pins[role], high = pin(resources, said)
            assert high == (role in board.high)
    assert {role: str(number) for role, number in board.pins.items()} == pins
    assert resources[clock, 0].clock.frequency == board.oscillator_hz


@pytest.mark.parametrize("name", ["upduino", "orangecrab"])
def test_clock_and_header_are_those_of_amaranth_boards(name: str) -> None:
    from amaranth_boards.orangecrab_r0_2 import OrangeCrabR0_2_25FPlatform as OrangeCrab
    from amaranth_boards.upduino_v3 import UpduinoV3Platform as Upduino

    board = find(name)
    platform = {"upduino": Upduino, "orangecrab": OrangeCrab}[name]
    resources = {(r.name, r.number): r for r in platform.resources}
    clock = resources[("clk12" if name == "upduino" else "clk"), 0]
    assert clock.ios[0].names == [str(board.pins["clock"])]
    assert clock.clock.frequency == board.oscillator_hz
    header = {place for connector in platform.connectors for place in connector.mapping.values()}
    assert {str(board.pins["rx"]), str(board.pins["tx"])} <= header
    lights = {s.name: s.ios[0].names[0] for s in resources["rgb_led", 0].ios}
    assert (lights["g"], lights["r"]) == (str(board.pins["alive"]), str(board.pins["active"]))


def test_registry() -> None:
    assert all(board.name == name for name, board in BOARDS.items()) and len(BOARDS) == 11
    with pytest.raises(ValueError, match="board must be one of icebreaker, .*, not 'ice'"):
        find("ice")
    folder = Path(tools.__file__).parent
    for name, board in BOARDS.items():
        text = (folder / f"{name.replace('-', '_')}.py").read_text()
        assert name == "icebreaker" or "Not tried on hardware" in text
        assert set(board.budget) == set(FAMILIES[board.family].CELLS)
        assert set(board.pins) >= {"clock", "rx", "tx"} and board.high <= set(board.pins)


@pytest.mark.parametrize("name", BOARDS)
def test_clock(name: str) -> None:
    """The default clock is one that the board makes, and its baud rate is met exactly."""
    board = find(name)
    clock = family_of(board).clock(board, board.clock_hz)
    assert clock.hz == board.clock_hz and clock.hz % board.baud == 0
    assert (clock.pll is None) == (clock.hz == board.oscillator_hz)
    with pytest.raises(ValueError, match=f"freq must be in .* MHz on {name}, not 1$"):
        family_of(board).clock(board, 1e6)
    assert family_of(board).clock(board, 1.01 * board.oscillator_hz).hz >= board.oscillator_hz


@pytest.mark.parametrize("name", BOARDS)
def test_constraints_and_wrapper(name: str) -> None:
    board = find(name)
    family = family_of(board)
    said = family.constraints(board)
    text = wrapper("some_top", family.clock(board, board.clock_hz), board)
    ports = re.search(r"module board \((.*?)\);", text, re.S)
    assert ports is not None
    assert {line.split()[-1] for line in ports[1].strip().split(",")} == set(board.pins)
    for role, number in board.pins.items():
        line = {"ice40": f"{role} {number}", "ecp5": f'LOCATE COMP "{role}" SITE "{number}";',
                "gowin": f'IO_LOC "{role}" {number};'}[board.family]
        assert line in said
        if role in ("alive", "active"):
            assert f"assign {role} = {'' if role in board.high else '!'}{role}_on;" in text
    if "reset" in board.pins:
        assert f"lock & {'!' if 'reset' in board.high else ''}reset}}" in text
    assert "some_top top (" in text


def test_estimate_counts_a_netlist(tmp_path: Path) -> None:
    source = """
module board(input clk, input signed [8:0] a, b, input [3:0] i, output reg signed [17:0] p,
    output reg [7:0] r);
  reg [7:0] memory [0:1023]; reg [9:0] k = 0;
  initial begin memory[0] = 3; memory[5] = 200; memory[999] = 7; end
  always @(posedge clk) begin
    p <= a * b; k <= k + i;
    r <= memory[k]; if (i == 9) memory[k] <= a; end
endmodule
"""
    (tmp_path / "board.v").write_text(source)
    for name, multipliers, blocks in (("icebreaker", 1, 2), ("ulx3s-25f", 1, 1),
                                      ("tangnano9k", 1, 1), ("hx8k", 0, 2)):
        board = find(name)
        family = family_of(board)
        in_logic = family.synthesise(["board.v"], tmp_path, board)
        logic, memory, multiplier = family.estimate(tmp_path).values()
        assert (memory, multiplier, in_logic) == (blocks, multipliers, 1 - multipliers)
        assert 10 <= logic < (60 if multipliers else 400)
