"""The iCE40-HX8K breakout board by Lattice: no multipliers. Not tried on hardware.

Pins: amaranth-boards.
"""

from liquidgate.boards.board import Board

HX8K = Board(
    name="hx8k",
    title="iCE40-HX8K breakout (Lattice iCE40 HX8K)",
    link="USB: the FT2232H's second port",
    family="ice40",
    part="hx8k",
    package="ct256",
    oscillator_hz=12_000_000,
    clock_hz=48_000_000,
    baud=1_000_000,
    loader="ice40_generic",
    budget={"LC": 7680, "EBR": 32, "DSP": 0},
    pins={"clock": "J3", "rx": "B10", "tx": "B12", "alive": "C3", "active": "B3"},
    high=frozenset({"alive", "active"}),
)
