"""The bank: the registers of a map, whatever bus they are read and written over."""

from __future__ import annotations

from amaranth.hdl import Module, Shape
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.interfaces.registers import Register, address_bits


class Bank(wiring.Component):
    """data = the register at ``read_index``, in the same clock; one write a clock.

    Parameters
    ----------
    registers : the map.

    Members
    -------
    read_index, write_index : In, in words. data : Out(32). readable, writable : Out(1), whether
    there is such a register, and may be written now. write : In(1), write_data : In(32), strobe :
    In(4), one bit a byte. locked : In(1), queued registers alone may be written. hold : In(1),
    these wait; wait : Out(1), so the one at ``write_index`` does: it must not be written now.
    NAME_written : Out(1), of a queued number, a clock after its write.
    NAME : In, the number in a register "r"; Out, the number held by a register "rw".
    NAME_FIELD : In(1), a bit of a register "r"; Out(1), a pulse of a register "w".
    """

    def __init__(self, *, registers: tuple[Register, ...]) -> None:
        self.registers = registers
        words = address_bits(registers) - 2
        members: dict[str, object] = {
            "read_index": In(words), "data": Out(32), "readable": Out(1),
            "write_index": In(words), "write_data": In(32), "strobe": In(4), "write": In(1),
            "writable": Out(1), "locked": In(1), "hold": In(1), "wait": Out(1),
        }
        for register in registers:
            flow = In if register.access == "r" else Out
            if register.fields:
                members |= {f"{register.name}_{f.name}": flow(1) for f in register.fields}
            elif register.value is None:
                members[register.name] = flow(Shape(register.width, register.signed))
            if register.queued and not register.fields:
                members[f"{register.name}_written"] = Out(1)
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()

        with m.Switch(self.read_index):
            for register in self.registers:
                with m.Case(register.index):
                    m.d.comb += self.readable.eq(1)
                    if register.value is not None:
                        m.d.comb += self.data.eq(register.value)
                    elif not register.fields:
                        m.d.comb += self.data.eq(getattr(self, register.name))
                    elif register.access == "r":
                        m.d.comb += [
                            self.data[field.bit].eq(getattr(self, f"{register.name}_{field.name}"))
                            for field in register.fields
                        ]

        m.d.sync += [
            getattr(self, f"{register.name}_written").eq(0)
            for register in self.registers if register.queued and not register.fields
        ]
        with m.Switch(self.write_index):
            for register in self.registers:
                if register.access == "r":
                    continue
                with m.Case(register.index):
                    if register.queued:
                        m.d.comb += [self.writable.eq(1), self.wait.eq(self.hold)]
                    else:
                        m.d.comb += self.writable.eq(~self.locked)
                    for field in register.fields:
                        m.d.comb += getattr(self, f"{register.name}_{field.name}").eq(
                            self.write & self.strobe[field.bit // 8] & self.write_data[field.bit]
                        )
                    if not register.fields:
                        self._store(m, register)
        return m

    def _store(self, m: Module, register: Register) -> None:
        held = getattr(self, register.name)
        if register.queued:
            m.d.sync += getattr(self, f"{register.name}_written").eq(self.write & self.strobe.any())
        for byte in range((register.width + 7) // 8):
            bits = slice(8 * byte, min(8 * byte + 8, register.width))
            with m.If(self.write & self.strobe[byte]):
                m.d.sync += held[bits].eq(self.write_data[bits])
