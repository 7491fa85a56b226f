"""A reservoir on the Wishbone bus of a LiteX SoC.

Not run by this repository's tests, for LiteX is no dependency of it; what was tried by hand stands
in docs/integration.md. It takes the folder DIR that this writes:

    liquidgate verilog DESIGN -o DIR --interface wishbone

In a target of yours, after ``SoCCore.__init__``:

    self.reservoir = Reservoir(platform, "DIR", "laser")
    self.bus.add_slave("reservoir", self.reservoir.bus,
                       SoCRegion(origin=0x9000_0000, size=0x1000, cached=False))

The firmware then includes DIR/laser_registers.h, waits while STATUS.BUSY, writes the INPUT
registers and CONTROL.STEP, waits again and reads the OUTPUT registers:

    #define R(address) (*(volatile uint32_t *)(RESERVOIR_BASE + (address)))
    R(LASER_INPUT0_ADDR) = sample;
    R(LASER_CONTROL_ADDR) = LASER_CONTROL_STEP;
    while (R(LASER_STATUS_ADDR) & LASER_STATUS_BUSY) ;
    forecast = (int32_t)R(LASER_OUTPUT0_ADDR);
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litex.gen import LiteXModule
from litex.soc.interconnect import wishbone
from migen import ClockSignal, Instance, ResetSignal


class Reservoir(LiteXModule):
    """A generated module ``name`` in ``folder``; ``bus`` is its Wishbone slave of 4 KiB (more
    with more than 64 inputs or very many outputs: see the addresses in NAME_registers.md)."""

    def __init__(self, platform: Any, folder: str | Path, name: str) -> None:
        self.bus = bus = wishbone.Interface(data_width=32, adr_width=30)
        self.specials += Instance(
            name,
            i_clk=ClockSignal("sys"), i_rst=ResetSignal("sys"),
            i_wb_adr=bus.adr, i_wb_dat_w=bus.dat_w, o_wb_dat_r=bus.dat_r, i_wb_sel=bus.sel,
            i_wb_cyc=bus.cyc, i_wb_stb=bus.stb, i_wb_we=bus.we,
            o_wb_ack=bus.ack, o_wb_err=bus.err,
        )
        platform.add_source(str(Path(folder) / f"{name}.v"))
