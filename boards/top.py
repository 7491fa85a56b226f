"""The circuit of a board without the board: core, link and the signs of life."""

from __future__ import annotations

from typing import Any

from amaranth.back import verilog
from amaranth.hdl import ClockSignal, Instance, Module, ResetSignal, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.boards.frames import Identity
from liquidgate.boards.link import Link
from liquidgate.boards.uart import MIN_DIVISOR
from liquidgate.rtl_gen import Core
from liquidgate.rtl_gen.core import core_signature
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap, check_readout

BAUD_TOLERANCE = 0.02
"""Largest deviation of the divided clock from the baud rate that was asked for."""
SILENCE = 0.02
"""Seconds of silence that end a begun frame: more than a USB host pauses inside a transfer."""


def divisor(clock_hz: int, baud: int) -> int:
    """Clocks a bit.

    Raises
    ------
    ValueError : when the clock is too slow for the rate, or no multiple of it within 2 %.
    """
    if type(baud) is not int or baud < 1:
        raise ValueError(f"baud must be a positive integer, not {baud!r}")
    clocks = (clock_hz + baud // 2) // baud
    if clocks < MIN_DIVISOR:
        raise ValueError(
            f"baud must be at most {clock_hz // MIN_DIVISOR} at {clock_hz / 1e6:g} MHz, not {baud}"
        )
    real = clock_hz / clocks
    if abs(real / baud - 1) > BAUD_TOLERANCE:
        raise ValueError(
            f"baud must be within {BAUD_TOLERANCE:.0%} of {clock_hz / 1e6:g} MHz / integer, such "
            f"as {round(real)}, not {baud}"
        )
    return clocks


class Top(wiring.Component):
    """A reservoir behind a UART.

    Parameters
    ----------
    design : the design. lanes : of its core.
    clock_hz : of this circuit. baud : bits a second on the line.
    silence : seconds of silence that end a begun frame.
    readout : "rom", or "ram" for one that can be loaded over the link.
    identity : what the link says of itself; by default what is true.
    apart : whether the core is a Verilog module of its own, named as the design and emitted apart
        (rtl_gen.emit), which synthesis keeps: so the netlist holds it with the pins it has there.

    Members
    -------
    rx : In(1), tx : Out(1), the lines, from the board's side.
    alive : Out(1), blinks about once a second. active : Out(1), on for a moment with each frame.

    Raises
    ------
    TypeError, ValueError : for lanes, a baud rate or a readout that can not be.
    """

    def __init__(
        self, *, design: Design, lanes: int, clock_hz: int, baud: int, silence: float = SILENCE,
        readout: str = "rom", identity: bytes | None = None, apart: bool = False,
    ) -> None:
        check_readout(readout)
        self.clock_hz = clock_hz
        self.divisor = divisor(clock_hz, baud)
        self.schedule = Schedule(design, lanes)
        self.identity = Identity.of(
            self.schedule, clock_hz=clock_hz, baud=round(clock_hz / self.divisor),
            readout=readout,
        )
        self.entries = ReadoutMap(self.schedule) if readout == "ram" else None
        self.core = None if apart else Core(design=design, lanes=lanes, readout=readout)
        self.link = Link(
            design=design, identity=identity or self.identity.encode(), divisor=self.divisor,
            timeout=max(20 * self.divisor, round(silence * clock_hz)), readout=self.entries,
        )
        super().__init__({
            "rx": In(1, init=1), "tx": Out(1, init=1), "alive": Out(1), "active": Out(1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.link = link = self.link
        if self.core is None:
            core = core_signature(self.schedule.design, self.entries).create(path=("core",))
            m.submodules.core = self._instance(core)
        else:
            m.submodules.core = core = self.core
        m.d.comb += [link.rx.eq(self.rx), self.tx.eq(link.tx), core.clear.eq(link.clear)]
        if self.entries is not None:
            m.d.comb += core.bank.eq(link.bank)
            wiring.connect(m, link.write, core.write)
        wiring.connect(m, link.i, core.i)
        wiring.connect(m, core.o, link.o)

        # About a second a turn; a sixteenth of it is the least time the other light stays on.
        beat = Signal(max(6, self.clock_hz.bit_length() - 1))
        tick = Signal()
        fading = Signal()
        m.d.sync += [beat.eq(beat + 1), tick.eq(beat[-5])]
        m.d.comb += self.alive.eq(beat[-1])
        with m.If(link.frame):
            m.d.sync += [self.active.eq(1), fading.eq(0)]
        with m.Elif(tick != beat[-5]):
            m.d.sync += [self.active.eq(~fading & self.active), fading.eq(1)]
        return m

    def _instance(self, core: Any) -> Instance:
        """The module of the core; ``core`` is what it is connected to."""
        own = {} if self.entries is None else {
            "i_bank": core.bank, "i_write__en": core.write.en,
            "i_write__addr": core.write.addr, "i_write__data": core.write.data,
        }
        return Instance(
            self.schedule.design.name, a_keep_hierarchy=1, **own,
            i_clk=ClockSignal(), i_rst=ResetSignal(), i_clear=core.clear,
            i_i__payload=Value.cast(core.i.payload), i_i__valid=core.i.valid,
            o_i__ready=core.i.ready,
            o_o__payload=Value.cast(core.o.payload), o_o__valid=core.o.valid,
            i_o__ready=core.o.ready,
        )


def emit_top(top: Top) -> str:
    """The Verilog text: the same text for the same parameters on every machine."""
    design = top.schedule.design
    text = verilog.convert(
        top, name=f"{design.name}_top", emit_src=False, strip_internal_attrs=True
    )
    return (
        f"// {design.name} behind a UART, {top.schedule.lanes} lanes, {top.identity.baud} baud at "
        f"{top.clock_hz / 1e6:g} MHz.\n"
        f"// Digest {design.digest}\n"
        "// Generated by LiquidGate; do not edit. Protocol: docs/link.md.\n" + text
    )
