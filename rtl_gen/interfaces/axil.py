"""An AXI4-Lite slave in front of a bank of registers."""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.interfaces.bank import Bank
from liquidgate.rtl_gen.interfaces.registers import Register, address_bits

SLVERR = 2
MEANINGS = {
    "awaddr": "write address in bytes", "awprot": "ignored", "awvalid": "a write address",
    "awready": "taken, together with its data", "wdata": "data to be written",
    "wstrb": "the bytes that are written", "wvalid": "write data", "wready": "taken",
    "bresp": "0, or 2: no such register, or read-only", "bvalid": "a write response",
    "bready": "taken", "araddr": "read address in bytes", "arprot": "ignored",
    "arvalid": "a read address", "arready": "taken", "rdata": "data read",
    "rresp": "0, or 2: no such register", "rvalid": "read data", "rready": "taken",
}


def members(registers: tuple[Register, ...]) -> dict[str, wiring.Member]:
    """The pins of the slave, without a prefix."""
    address = address_bits(registers)
    return {
        "awaddr": In(address), "awprot": In(3), "awvalid": In(1), "awready": Out(1),
        "wdata": In(32), "wstrb": In(4), "wvalid": In(1), "wready": Out(1),
        "bresp": Out(2), "bvalid": Out(1), "bready": In(1),
        "araddr": In(address), "arprot": In(3), "arvalid": In(1), "arready": Out(1),
        "rdata": Out(32), "rresp": Out(2), "rvalid": Out(1), "rready": In(1),
    }


class AxiLite(wiring.Component):
    """One write and one read at a time, side by side; each response comes a clock after its
    address (a write's after its address and data, in whatever order they come; a queued
    register's may wait before it takes these).

    Parameters
    ----------
    bank : what is read and written; it becomes a submodule.

    Members
    -------
    As ``members`` says, each named as the specification has it.

    Source: AMBA AXI and ACE Protocol Specification (ARM IHI 0022), AXI4-Lite.
    """

    def __init__(self, *, bank: Bank) -> None:
        self.bank = bank
        super().__init__(members(bank.registers))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.bank = bank = self.bank

        # Write: address and data are taken in one clock, in which the bank is written.
        take = self.awvalid & self.wvalid & ~self.bvalid & ~bank.wait
        m.d.comb += [
            self.awready.eq(take),
            self.wready.eq(take),
            bank.write_index.eq(self.awaddr[2:]),
            bank.write_data.eq(self.wdata),
            bank.strobe.eq(self.wstrb),
            bank.write.eq(take),
        ]
        with m.If(take):
            m.d.sync += [self.bvalid.eq(1), self.bresp.eq(~bank.writable << 1)]
        with m.Elif(self.bready):
            m.d.sync += self.bvalid.eq(0)

        # Read.
        m.d.comb += [self.arready.eq(~self.rvalid), bank.read_index.eq(self.araddr[2:])]
        with m.If(self.arvalid & self.arready):
            m.d.sync += [
                self.rvalid.eq(1),
                self.rdata.eq(bank.data),
                self.rresp.eq(~bank.readable << 1),
            ]
        with m.Elif(self.rready):
            m.d.sync += self.rvalid.eq(0)
        return m
