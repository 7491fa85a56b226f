"""The PLL of the iCE40: its dividers from two frequencies."""

from __future__ import annotations

from dataclasses import dataclass

PFD_RANGE = (10e6, 133e6)
VCO_RANGE = (533e6, 1066e6)
OUT_RANGE = (16e6, 275e6)


@dataclass(frozen=True)
class Pll:
    """out = ref * (divf + 1) / ((divr + 1) * 2**divq), feedback SIMPLE (Lattice TN1251).

    dedicated : whether the reference comes from the PLL's own pin.
    """

    ref_hz: int
    divr: int
    divf: int
    divq: int
    dedicated: bool = True

    @property
    def pfd_hz(self) -> float:
        return self.ref_hz / (self.divr + 1)

    @property
    def vco_hz(self) -> float:
        return self.pfd_hz * (self.divf + 1)

    @property
    def out_hz(self) -> float:
        return self.vco_hz / (1 << self.divq)

    @property
    def filter_range(self) -> int:
        limits = (17e6, 26e6, 44e6, 66e6, 101e6)
        return 1 + sum(self.pfd_hz >= limit for limit in limits)

    @property
    def legal(self) -> bool:
        return (
            PFD_RANGE[0] <= self.pfd_hz <= PFD_RANGE[1]
            and VCO_RANGE[0] <= self.vco_hz <= VCO_RANGE[1]
            and OUT_RANGE[0] <= self.out_hz <= OUT_RANGE[1]
        )

    def verilog(self) -> str:
        kind, pin = ("PAD", "PACKAGEPIN") if self.dedicated else ("CORE", "REFERENCECLK")
        return (
            f'  SB_PLL40_{kind} #(\n    .FEEDBACK_PATH("SIMPLE"),\n'
            f"    .DIVR(4'd{self.divr}), .DIVF(7'd{self.divf}), "
            f".DIVQ(3'd{self.divq}), .FILTER_RANGE(3'd{self.filter_range})\n"
            f"  ) pll (\n    .{pin}(clock), .PLLOUTGLOBAL(clk), .LOCK(lock),\n"
            "    .RESETB(1'b1), .BYPASS(1'b0)\n  );\n"
        )


def search(ref_hz: int, out_hz: float, dedicated: bool = True) -> Pll | None:
    """The legal setting of the highest frequency that does not exceed ``out_hz``; None: none."""
    best: Pll | None = None
    for divr in range(16):
        for divq in range(1, 7):
            for divf in range(64):
                pll = Pll(ref_hz, divr, divf, divq, dedicated)
                if pll.legal and pll.out_hz <= out_hz:
                    best = pll if best is None or pll.out_hz > best.out_hz else best
    return best
