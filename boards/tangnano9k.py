"""The Tang Nano 9K by Sipeed: a Gowin GW1NR-9. Not tried on hardware.

Pins: amaranth-boards.
"""

from liquidgate.boards.board import Board

TANGNANO9K = Board(
    name="tangnano9k",
    title="Tang Nano 9K (Gowin GW1NR-9)",
    link="USB: the BL702",
    family="gowin",
    part="GW1NR-LV9QN88PC6/I5",
    package="GW1N-9C",
    oscillator_hz=27_000_000,
    clock_hz=81_000_000,
    baud=1_000_000,
    loader="tangnano9k",
    budget={"LUT": 8640, "BSRAM": 26, "MULT": 20},
    pins={"clock": 52, "rx": 18, "tx": 17, "alive": 10, "active": 11, "reset": 3},
)
