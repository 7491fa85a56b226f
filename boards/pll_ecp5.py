"""The PLL of the ECP5: its dividers from two frequencies."""

from __future__ import annotations

from dataclasses import dataclass

from liquidgate.boards.pll_dividers import Dividers

REF_RANGE = (8e6, 400e6)
PFD_RANGE = (3.125e6, 400e6)
VCO_RANGE = (400e6, 800e6)
OUT_RANGE = (3.125e6, 400e6)
VCO_BEST_HZ = 600e6
"""The middle: of settings that make the same frequency, the one whose VCO is nearest to it."""


@dataclass(frozen=True)
class Pll(Dividers):
    """out = ref * feedback / divider, VCO = out * output (EHXPLLL, feedback from CLKOP).

    Limits: Lattice FPGA-DS-02012, sysCLOCK PLL timing; dividers: FPGA-TN-02200.
    """

    @property
    def legal(self) -> bool:
        return (
            REF_RANGE[0] <= self.ref_hz <= REF_RANGE[1]
            and PFD_RANGE[0] <= self.pfd_hz <= PFD_RANGE[1]
            and VCO_RANGE[0] <= self.vco_hz <= VCO_RANGE[1]
            and OUT_RANGE[0] <= self.out_hz <= OUT_RANGE[1]
        )

    def verilog(self) -> str:
        return f"""\
  (* FREQUENCY_PIN_CLKI="{self.ref_hz / 1e6:g}" *)
  (* FREQUENCY_PIN_CLKOP="{self.out_hz / 1e6:g}" *)
  (* ICP_CURRENT="12" *) (* LPF_RESISTOR="8" *)
  (* MFG_ENABLE_FILTEROPAMP="1" *) (* MFG_GMCREF_SEL="2" *)
  EHXPLLL #(
    .CLKI_DIV({self.divider}), .CLKFB_DIV({self.feedback}), .FEEDBK_PATH("CLKOP"),
    .CLKOP_ENABLE("ENABLED"), .CLKOP_DIV({self.output}),
    .CLKOP_CPHASE({max(0, self.output // 2 - 1)}), .CLKOP_FPHASE(0)
  ) pll (
    .CLKI(clock), .CLKOP(clk), .CLKFB(clk), .LOCK(lock), .RST(1'b0), .STDBY(1'b0),
    .PHASESEL0(1'b0), .PHASESEL1(1'b0), .PHASEDIR(1'b1), .PHASESTEP(1'b1),
    .PHASELOADREG(1'b1), .PLLWAKESYNC(1'b0), .ENCLKOP(1'b0)
  );
"""


def search(ref_hz: int, out_hz: float) -> Pll | None:
    """The legal setting of the highest frequency that does not exceed ``out_hz``; None: none.

    Of several the one with the smallest divider of the reference, then the most central VCO.
    """
    found = [
        pll
        for divider in range(1, 129)
        if PFD_RANGE[0] <= ref_hz / divider <= PFD_RANGE[1]
        for feedback in range(1, 81)
        if ref_hz * feedback / divider <= out_hz
        for output in range(1, 129)
        if (pll := Pll(ref_hz, divider, feedback, output)).legal
    ]
    return max(found, default=None, key=lambda pll: (
        pll.out_hz, -pll.divider, -abs(pll.vco_hz - VCO_BEST_HZ)
    ))
