"""A new readout over registers: what a bus has in front of a core with its readout in RAM."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.interfaces.bank import Bank
from liquidgate.rtl_gen.interfaces.registers import LOAD_STATUS, WORD
from liquidgate.rtl_gen.loader import Loader
from liquidgate.rtl_gen.readout_ram import write_signature
from liquidgate.spec.readout_map import DIGEST_BYTES, ReadoutMap

WORDS = DIGEST_BYTES // 4


class Loading(wiring.Component):
    """The loading registers at work, whatever bus they are written over.

    A bank that was in use is not written before the last step that took it has ended.

    Parameters
    ----------
    readout : addresses and widths.

    Members
    -------
    core_bank : Out(1), core_write : Out, to the core.
    taken, given : In(1), a step has begun, has ended; at most three are on their way.
    reset : In(1), all steps are gone; what was loaded stays.
    Others : registers and fields, named as those of the bank; see ``Bank``.
    """

    def __init__(self, *, readout: ReadoutMap) -> None:
        self.readout = readout
        self.loader = Loader(readout=readout)
        bits = 8 * readout.entry_bytes
        super().__init__({
            "core_bank": Out(1), "core_write": Out(write_signature(readout)),
            "taken": In(1), "given": In(1), "reset": In(1),
            "hold": Out(1), "load_begin": In(1),
            "entry": In(min(WORD, bits)), "entry_written": In(1),
            **({"entry_high": In(bits - WORD)} if bits > WORD else {}),
            "checksum": In(WORD), "checksum_written": In(1),
            **{f"load_status_{field.name}": Out(1) for field in LOAD_STATUS},
            **{f"digest{k}": Out(WORD) for k in range(WORDS)},
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.loader = loader = self.loader
        m.d.comb += self.core_bank.eq(loader.bank)
        wiring.connect(m, loader.write, wiring.flipped(self.core_write))

        # Steps on their way, and how many of them took the bank that is no longer in use.
        before = Signal(reset_less=True)
        switched = Signal()
        inside = Signal(2)
        old = Signal(2)
        m.d.comb += switched.eq(loader.bank != before)
        m.d.sync += [before.eq(loader.bank), inside.eq(inside + self.taken - self.given)]
        with m.If(switched):
            m.d.sync += old.eq(inside - self.given)
        with m.Elif(self.given & old.any()):
            m.d.sync += old.eq(old - 1)
        with m.If(self.reset):
            m.d.sync += [inside.eq(0), old.eq(0)]

        # Entries; a commit waits until the sum is compared.
        free = Signal()
        compared = Signal(2)
        high = [self.entry_high] if len(loader.entry) > WORD else []
        m.d.comb += [
            free.eq(~old.any()),
            loader.begin.eq(self.load_begin),
            loader.entry.eq(Cat(self.entry, *high)),
            loader.start.eq(self.entry_written & free),
            loader.checksum.eq(self.checksum),
            loader.switch.eq(compared[-1] & ~loader.refused),
            self.hold.eq(self.entry_written | self.checksum_written | compared.any()
                         | loader.busy | switched),
        ]
        m.d.sync += compared.eq(Cat(self.checksum_written, compared))

        # The digest comes with its readout.
        built = bytes.fromhex(self.readout.schedule.design.digest)
        coming = Signal(8 * DIGEST_BYTES, reset_less=True)
        digest = Signal(8 * DIGEST_BYTES, init=int.from_bytes(built, "little"), reset_less=True)
        with m.If(loader.digest_en):
            m.d.sync += coming.eq(Cat(coming[8:], loader.digest_data))
        with m.If(switched):
            m.d.sync += digest.eq(coming)
        for k in range(WORDS):
            four = digest.word_select(k, WORD)
            m.d.comb += getattr(self, f"digest{k}").eq(
                Cat(four.word_select(byte, 8) for byte in reversed(range(4)))
            )

        m.d.comb += [
            self.load_status_busy.eq(self.hold),
            self.load_status_loading.eq(loader.ready & free),
            self.load_status_complete.eq(loader.begun & ~loader.ready),
            self.load_status_switched.eq(loader.switched),
            self.load_status_bank.eq(loader.bank),
        ]
        return m


def attach(m: Module, loading: Loading, registers: Bank, core: Any) -> None:
    """Puts it between the registers of a bus and a core, or what a core is in."""
    m.submodules.loading = loading
    for name, member in loading.signature.members.items():
        if name in registers.signature.members:
            here, there = getattr(loading, name), getattr(registers, name)
            m.d.comb += here.eq(there) if member.flow == In else there.eq(here)
    m.d.comb += core.bank.eq(loading.core_bank)
    wiring.connect(m, loading.core_write, core.write)
