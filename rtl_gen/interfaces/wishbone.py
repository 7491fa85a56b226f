"""A Wishbone B4 slave: registers for the channels, and a pulse for a step."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, ResetInserter, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.interfaces.bank import Bank
from liquidgate.rtl_gen.interfaces.loading import Loading, attach
from liquidgate.rtl_gen.interfaces.registers import RESET, address_bits, register_map
from liquidgate.rtl_gen.interfaces.stepper import Stepper
from liquidgate.spec import Design, Schedule


class Wishbone(wiring.Component):
    """A core behind a classic Wishbone slave of 32 bits, with the names of LiteX.

    Every access takes two clocks; it ends with ``wb_ack``, or with ``wb_err`` when there is no
    such register, when it is written but read-only, or when it is written during a step (except
    for CONTROL.RESET, which is then the only bit that counts, and for queued registers, whose
    writes may take longer). Only the low bits of ``wb_adr``
    that ``address_bits`` needs are decoded.

    Parameters
    ----------
    design : the design. lanes : of its core. readout : see ``Core``.

    Members
    -------
    wb_adr : In(30), in words. wb_dat_w, wb_dat_r : In(32), Out(32). wb_sel : In(4), one bit a
    byte. wb_cyc, wb_stb, wb_we : In(1). wb_ack, wb_err : Out(1).

    Source: Wishbone B4 (OpenCores, 2010), chapter 3, classic standard cycles.
    """

    meanings = {
        "clk": "rising edge",
        "rst": "synchronous reset, active high",
        "wb_adr": "address in words of 32 bits",
        "wb_dat_w": "data to be written",
        "wb_dat_r": "data read, with wb_ack",
        "wb_sel": "the bytes that are written",
        "wb_cyc": "a bus cycle",
        "wb_stb": "an access",
        "wb_we": "it writes",
        "wb_ack": "it is done",
        "wb_err": "it is refused",
    }

    def __init__(self, *, design: Design, lanes: int, readout: str = "rom") -> None:
        self.registers = register_map(Schedule(design, lanes), "wishbone", readout)
        self.stepper = Stepper(design=design, lanes=lanes, readout=readout)
        self.bank = Bank(registers=self.registers)
        super().__init__({
            "wb_adr": In(30), "wb_dat_w": In(32), "wb_dat_r": Out(32), "wb_sel": In(4),
            "wb_cyc": In(1), "wb_stb": In(1), "wb_we": In(1), "wb_ack": Out(1), "wb_err": Out(1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        reset = Signal()
        m.submodules.bank = bank = self.bank
        m.submodules.stepper = stepper = ResetInserter(reset)(self.stepper)
        control = next(r for r in self.registers if r.name == "control")

        # The bus.
        index = self.wb_adr[: address_bits(self.registers) - 2]
        request = Signal()
        resets = Signal()
        allowed = Signal()
        m.d.comb += [
            request.eq(self.wb_cyc & self.wb_stb & ~self.wb_ack & ~self.wb_err
                       & ~(self.wb_we & bank.wait)),
            resets.eq((index == control.index) & self.wb_dat_w[RESET.bit] & self.wb_sel[0]),
            bank.read_index.eq(index),
            bank.write_index.eq(index),
            bank.write_data.eq(self.wb_dat_w),
            bank.strobe.eq(self.wb_sel),
            bank.write.eq(request & self.wb_we & allowed),
            bank.locked.eq(stepper.busy & ~resets),
            allowed.eq(Mux(self.wb_we, bank.writable, bank.readable)),
        ]
        m.d.sync += [
            self.wb_ack.eq(request & allowed),
            self.wb_err.eq(request & ~allowed),
            self.wb_dat_r.eq(bank.data),
        ]

        # Control; a reset outweighs the other bits, since it comes at the same clock edge.
        m.d.comb += [
            reset.eq(bank.control_reset),
            stepper.step.eq(bank.control_step),
            stepper.clear.eq(bank.control_clear),
        ]

        # Status.
        done = Signal()
        samples_in = Signal(32)
        samples_out = Signal(32)
        m.d.comb += [
            bank.status_busy.eq(stepper.busy),
            bank.status_done.eq(done),
            bank.samples_in.eq(samples_in),
            bank.samples_out.eq(samples_out),
        ]
        with m.If(bank.control_step):
            m.d.sync += [done.eq(0), samples_in.eq(samples_in + 1)]
        with m.If(stepper.done):
            m.d.sync += [done.eq(1), samples_out.eq(samples_out + 1)]
        with m.If(reset):
            m.d.sync += [done.eq(0), samples_in.eq(0), samples_out.eq(0)]

        if stepper.readout is not None:
            loading = Loading(readout=stepper.readout)
            attach(m, loading, bank, stepper)
            m.d.comb += [
                loading.taken.eq(bank.control_step), loading.given.eq(stepper.done),
                loading.reset.eq(reset),
            ]

        # Channels.
        design = self.stepper.core.design
        m.d.comb += [
            stepper.inputs[k].eq(getattr(bank, f"input{k}")) for k in range(design.inputs)
        ]
        m.d.comb += [
            getattr(bank, f"output{k}").eq(stepper.outputs[k]) for k in range(design.outputs)
        ]
        return m
