"""The ULX3S by Radiona with an ECP5 of 25F. Not tried on hardware.

Pins: amaranth-boards.
"""

from liquidgate.boards.board import Board

ULX3S_25F = Board(
    name="ulx3s-25f",
    title="ULX3S 25F (Lattice LFE5U-25F)",
    link="USB: the FT231X",
    family="ecp5",
    part="25k",
    package="CABGA381",
    speed="6",
    oscillator_hz=25_000_000,
    clock_hz=100_000_000,
    baud=1_000_000,
    loader="ulx3s",
    budget={"LUT": 24288, "EBR": 56, "MULT": 28},
    pins={"clock": "G2", "rx": "M1", "tx": "L4", "alive": "B2", "active": "C2", "reset": "D6"},
    high=frozenset({"alive", "active"}),
)
