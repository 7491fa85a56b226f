"""The Colorlight i9 on its extension board by MuseLab. Not tried on hardware.

Pins of the i9 7.2: wuxx/Colorlight-FPGA-Projects and the platform file of litex-boards.
"""

from liquidgate.boards.board import Board

COLORLIGHT_I9 = Board(
    name="colorlight-i9",
    title="Colorlight i9 (Lattice LFE5U-45F)",
    link="USB: the extension board's debugger",
    family="ecp5",
    part="45k",
    package="CABGA381",
    speed="6",
    oscillator_hz=25_000_000,
    clock_hz=100_000_000,
    baud=1_000_000,
    loader="colorlight-i9",
    budget={"LUT": 43848, "EBR": 108, "MULT": 72},
    pins={"clock": "P3", "rx": "H18", "tx": "J17", "alive": "L2", "reset": "K18"},
)
