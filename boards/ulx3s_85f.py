"""The ULX3S by Radiona with an ECP5 of 85F. Not tried on hardware.

Pins: amaranth-boards.
"""

from liquidgate.boards.board import Board

ULX3S_85F = Board(
    name="ulx3s-85f",
    title="ULX3S 85F (Lattice LFE5U-85F)",
    link="USB: the FT231X",
    family="ecp5",
    part="85k",
    package="CABGA381",
    speed="6",
    oscillator_hz=25_000_000,
    clock_hz=100_000_000,
    baud=1_000_000,
    loader="ulx3s",
    budget={"LUT": 83640, "EBR": 208, "MULT": 156},
    pins={"clock": "G2", "rx": "M1", "tx": "L4", "alive": "B2", "active": "C2", "reset": "D6"},
    high=frozenset({"alive", "active"}),
)
