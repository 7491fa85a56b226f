"""The OrangeCrab r0.2 by Good Stuff Department, 25F. Not tried on hardware.

Pins: amaranth-boards. Its USB socket is wired to the FPGA itself, so the UART stands on the Feather
header, at the places of RX and TX (0 and 1), for a USB adapter of 3.3 V.
"""

from liquidgate.boards.board import Board

ORANGECRAB = Board(
    name="orangecrab",
    title="OrangeCrab r0.2 (Lattice LFE5U-25F)",
    link="header: rx 0, tx 1",
    family="ecp5",
    part="25k",
    package="CSFBGA285",
    speed="8",
    oscillator_hz=48_000_000,
    clock_hz=100_000_000,
    baud=1_000_000,
    loader="orangeCrab",
    budget={"LUT": 24288, "EBR": 56, "MULT": 28},
    pins={"clock": "A9", "rx": "N17", "tx": "M18", "alive": "M3", "active": "K4", "reset": "J17"},
    standards={"reset": "SSTL135_I"},
)
