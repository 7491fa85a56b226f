"""AXI4-Stream in and out, with control registers behind AXI4-Lite."""

from __future__ import annotations

from amaranth.hdl import Array, ClockDomain, Module, ResetInserter, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.core import Core
from liquidgate.rtl_gen.interfaces import axil
from liquidgate.rtl_gen.interfaces.bank import Bank
from liquidgate.rtl_gen.interfaces.loading import Loading, attach
from liquidgate.rtl_gen.interfaces.registers import register_map
from liquidgate.spec import Design, Port, Schedule


def lane_bits(port: Port) -> int:
    """Bits of one channel in tdata: whole bytes."""
    return (port.width + 7) // 8 * 8


class Axis(wiring.Component):
    """A core between two AXI4-Streams; a transfer is one time step of all channels.

    The interval and the latency are the core's: no register stands between. ``tlast`` at the
    input marks the last sample of a sequence: the next one begins a new one; the output of that
    sample has ``tlast`` too.

    Parameters
    ----------
    design : the design. lanes : of its core. readout : see ``Core``.

    Members
    -------
    aclk, aresetn : In(1), the clock and its synchronous reset, active low.
    s_axis_tdata : In, channel 0 in the least significant bytes, each in whole bytes, whose
    low bits count. m_axis_tdata : Out, likewise, extended by its sign.
    s_axis_tvalid, tlast : In(1), tready : Out(1). m_axis_tvalid, tlast : Out(1), tready : In(1).
    s_axil_... : see ``AxiLite``.

    Source: AMBA 4 AXI4-Stream Protocol Specification (ARM IHI 0051).
    """

    def __init__(self, *, design: Design, lanes: int, readout: str = "rom") -> None:
        self.registers = register_map(Schedule(design, lanes), "axis", readout)
        self.core = Core(design=design, lanes=lanes, readout=readout)
        self.axil = axil.AxiLite(bank=Bank(registers=self.registers))
        bits = {"s": design.inputs * lane_bits(design.input),
                "m": design.outputs * lane_bits(design.output)}
        self.meanings = {
            "aclk": "rising edge",
            "aresetn": "synchronous reset, active low",
            "s_axis_tdata": _lanes(design.input),
            "s_axis_tvalid": "a sample is offered",
            "s_axis_tready": "and taken",
            "s_axis_tlast": "it is the last of its sequence",
            "m_axis_tdata": _lanes(design.output),
            "m_axis_tvalid": "an output is offered",
            "m_axis_tready": "and taken",
            "m_axis_tlast": "it is of the last sample of a sequence",
            **{f"s_axil_{name}": meaning for name, meaning in axil.MEANINGS.items()},
        }
        super().__init__({
            "aclk": In(1), "aresetn": In(1),
            "s_axis_tdata": In(bits["s"]), "s_axis_tvalid": In(1), "s_axis_tready": Out(1),
            "s_axis_tlast": In(1),
            "m_axis_tdata": Out(bits["m"]), "m_axis_tvalid": Out(1), "m_axis_tready": In(1),
            "m_axis_tlast": Out(1),
            **{f"s_axil_{name}": m for name, m in axil.members(self.registers).items()},
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.domains.sync = domain = ClockDomain()
        domain.clk = self.aclk
        m.d.comb += domain.rst.eq(~self.aresetn)
        reset = Signal()
        m.submodules.core = core = ResetInserter(reset)(self.core)
        m.submodules.axil = control = self.axil
        bank, design = control.bank, self.core.design
        for name, member in axil.members(self.registers).items():
            here, there = getattr(self, f"s_axil_{name}"), getattr(control, name)
            m.d.comb += there.eq(here) if member.flow == In else here.eq(there)

        # Streams.
        widths = lane_bits(design.input), lane_bits(design.output)
        m.d.comb += [
            core.i.valid.eq(self.s_axis_tvalid),
            self.s_axis_tready.eq(core.i.ready),
            self.m_axis_tvalid.eq(core.o.valid),
            core.o.ready.eq(self.m_axis_tready),
        ]
        m.d.comb += [
            core.i.payload[k].eq(self.s_axis_tdata.word_select(k, widths[0])[: design.input.width])
            for k in range(design.inputs)
        ]
        m.d.comb += [
            self.m_axis_tdata.word_select(k, widths[1]).eq(core.o.payload[k])
            for k in range(design.outputs)
        ]

        # Sequences and counters. At most two samples are on their way: a counter's last bit
        # says which of the two marks is whose.
        taken, given = Signal(), Signal()
        samples_in, samples_out = Signal(32), Signal(32)
        marks = Array([Signal(name="mark0"), Signal(name="mark1")])
        m.d.comb += [
            taken.eq(core.i.valid & core.i.ready),
            given.eq(core.o.valid & core.o.ready),
            core.clear.eq((taken & self.s_axis_tlast) | bank.control_clear),
            self.m_axis_tlast.eq(marks[samples_out[0]]),
        ]
        with m.If(taken):
            m.d.sync += [marks[samples_in[0]].eq(self.s_axis_tlast), samples_in.eq(samples_in + 1)]
        with m.If(given):
            m.d.sync += samples_out.eq(samples_out + 1)
        with m.If(reset):
            m.d.sync += [samples_in.eq(0), samples_out.eq(0)]

        # Registers.
        m.d.comb += [
            reset.eq(bank.control_reset),
            bank.status_busy.eq(samples_in[:2] != samples_out[:2]),
            bank.status_blocked.eq(core.o.valid & ~core.o.ready),
            bank.samples_in.eq(samples_in),
            bank.samples_out.eq(samples_out),
        ]
        if core.readout is not None:
            loading = Loading(readout=core.readout)
            attach(m, loading, bank, core)
            m.d.comb += [loading.taken.eq(taken), loading.given.eq(given), loading.reset.eq(reset)]
        return m


def _lanes(port: Port) -> str:
    sign = "signed" if port.signed else "unsigned"
    return f"{len(port.channels)} x {lane_bits(port)} bits, of which {port.width} count, {sign}"
