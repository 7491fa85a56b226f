"""The ECPIX-5 by LambdaConcept, 85F. Not tried on hardware.

Pins: amaranth-boards.
"""

from liquidgate.boards.board import Board

ECPIX5 = Board(
    name="ecpix5",
    title="ECPIX-5 85F (Lattice LFE5UM5G-85F)",
    link="USB: the FT2232H's second port",
    family="ecp5",
    part="um5g-85k",
    package="CABGA554",
    speed="8",
    oscillator_hz=100_000_000,
    clock_hz=100_000_000,
    baud=1_000_000,
    loader="ecpix5",
    budget={"LUT": 83640, "EBR": 208, "MULT": 156},
    pins={
        "clock": "K23", "rx": "R26", "tx": "R24", "alive": "R21", "active": "T23", "reset": "AB1",
    },
)
