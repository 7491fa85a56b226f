"""The Colorlight i5 on its extension board by MuseLab. Not tried on hardware.

Pins of the i5 7.0: wuxx/Colorlight-FPGA-Projects and the platform file of litex-boards.
"""

from liquidgate.boards.board import Board

COLORLIGHT_I5 = Board(
    name="colorlight-i5",
    title="Colorlight i5 (Lattice LFE5U-25F)",
    link="USB: the extension board's debugger",
    family="ecp5",
    part="25k",
    package="CABGA381",
    speed="6",
    oscillator_hz=25_000_000,
    clock_hz=100_000_000,
    baud=1_000_000,
    loader="colorlight-i5",
    budget={"LUT": 24288, "EBR": 56, "MULT": 28},
    pins={"clock": "P3", "rx": "H18", "tx": "J17", "alive": "U16", "reset": "K18"},
)
