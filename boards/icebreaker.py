"""The iCEBreaker by 1BitSquared: an iCE40 UP5K, and a UART at an FT2232H.

Pins: amaranth-boards.
"""

from liquidgate.boards.board import Board

ICEBREAKER = Board(
    name="icebreaker",
    title="iCEBreaker 1.0 (Lattice iCE40 UP5K)",
    link="USB: the FT2232H's second port",
    family="ice40",
    part="up5k",
    package="sg48",
    oscillator_hz=12_000_000,
    clock_hz=45_000_000,
    baud=1_000_000,  # 12 MHz / 12 at the FT2232H and 45 MHz / 45 here: both exact
    loader="ice40_generic",
    budget={"LC": 5280, "EBR": 30, "DSP": 8},
    pins={"clock": 35, "rx": 6, "tx": 9, "alive": 37, "active": 11, "reset": 10},
    dedicated=True,
)
