"""The PLL of Gowin's GW1N and GW2A: its dividers from two frequencies."""

from __future__ import annotations

from dataclasses import dataclass

from liquidgate.boards.pll_dividers import Dividers

OUTPUTS = (2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128)


@dataclass(frozen=True)
class Limits:
    """Ranges in Hz."""

    pfd: tuple[float, float]
    vco: tuple[float, float]
    out: tuple[float, float]


LIMITS = {
    "GW1N": Limits((3e6, 400e6), (400e6, 1200e6), (3.125e6, 600e6)),
    "GW2A": Limits((3e6, 500e6), (500e6, 1250e6), (3.90625e6, 625e6)),
}
"""GW1NR-9 C6/I5 (Gowin DS117) and GW2AR-18 C8/I7 (DS226)."""


@dataclass(frozen=True)
class Pll(Dividers):
    """out = ref * feedback / divider, VCO = out * output (rPLL, Gowin UG286)."""

    device: str
    limits: Limits

    @property
    def legal(self) -> bool:
        limits = self.limits
        return (
            limits.pfd[0] <= self.pfd_hz <= limits.pfd[1]
            and limits.vco[0] <= self.vco_hz <= limits.vco[1]
            and limits.out[0] <= self.out_hz <= limits.out[1]
        )

    def verilog(self) -> str:
        return f"""\
  rPLL #(
    .FCLKIN("{self.ref_hz / 1e6:g}"), .DEVICE("{self.device}"),
    .IDIV_SEL({self.divider - 1}), .FBDIV_SEL({self.feedback - 1}), .ODIV_SEL({self.output}),
    .DYN_IDIV_SEL("false"), .DYN_FBDIV_SEL("false"), .DYN_ODIV_SEL("false"),
    .PSDA_SEL("0000"), .DUTYDA_SEL("1000"), .DYN_DA_EN("false"), .CLKFB_SEL("internal"),
    .CLKOUT_BYPASS("false"), .CLKOUTP_BYPASS("false"), .CLKOUTD_BYPASS("false"),
    .CLKOUT_FT_DIR(1'b1), .CLKOUTP_FT_DIR(1'b1), .CLKOUT_DLY_STEP(0), .CLKOUTP_DLY_STEP(0),
    .DYN_SDIV_SEL(2), .CLKOUTD_SRC("CLKOUT"), .CLKOUTD3_SRC("CLKOUT")
  ) pll (
    .CLKIN(clock), .CLKOUT(clk), .LOCK(lock), .RESET(1'b0), .RESET_P(1'b0), .CLKFB(1'b0),
    .FBDSEL(6'b0), .IDSEL(6'b0), .ODSEL(6'b0), .PSDA(4'b0), .DUTYDA(4'b0), .FDLY(4'b0),
    .CLKOUTP(), .CLKOUTD(), .CLKOUTD3()
  );
"""


def search(ref_hz: int, out_hz: float, *, device: str, limits: Limits) -> Pll | None:
    """The legal setting of the highest frequency that does not exceed ``out_hz``; None: none.

    Of several the one with the smallest divider of the reference, then the fastest VCO.
    """
    found = [
        pll
        for divider in range(1, 65)
        for feedback in range(1, 65)
        if ref_hz * feedback / divider <= out_hz
        for output in OUTPUTS
        if (pll := Pll(ref_hz, divider, feedback, output, device, limits)).legal
    ]
    return max(found, default=None, key=lambda pll: (pll.out_hz, -pll.divider, pll.vco_hz))
