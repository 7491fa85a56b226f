"""The UPduino 3.0 and 3.1 by tinyVision: an iCE40 UP5K. Not tried on hardware.

Pins: amaranth-boards (clock, lights) and the board's own page (header). The oscillator of 12 MHz
reaches pin 20 when the OSC jumper is soldered. The FT232H (openFPGALoader's name stands for an
FT2232H) is wired to the flash, so the UART stands on the header, for a USB adapter of 3.3 V.
"""

from liquidgate.boards.board import Board

UPDUINO = Board(
    name="upduino",
    title="UPduino 3 (Lattice iCE40 UP5K)",
    link="header: rx 23, tx 25",
    family="ice40",
    part="up5k",
    package="sg48",
    oscillator_hz=12_000_000,
    clock_hz=45_000_000,
    baud=1_000_000,
    loader="ice40_generic",
    cable="ft232",
    budget={"LC": 5280, "EBR": 30, "DSP": 8},
    pins={"clock": 20, "rx": 23, "tx": 25, "alive": 39, "active": 41},
)
