"""The Tang Nano 20K by Sipeed: a Gowin GW2AR-18. Not tried on hardware.

Pins: the platform file of litex-boards.
"""

from liquidgate.boards.board import Board

TANGNANO20K = Board(
    name="tangnano20k",
    title="Tang Nano 20K (Gowin GW2AR-18)",
    link="USB: the BL616",
    family="gowin",
    part="GW2AR-LV18QN88C8/I7",
    package="GW2A-18C",
    oscillator_hz=27_000_000,
    clock_hz=135_000_000,
    baud=1_000_000,
    loader="tangnano20k",
    budget={"LUT": 20736, "BSRAM": 46, "MULT": 48},
    pins={"clock": 4, "rx": 70, "tx": 69, "alive": 15, "active": 16, "reset": 88},
    high=frozenset({"reset"}),
)
