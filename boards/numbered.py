"""Entries of a new readout by their numbers: each is taken once."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.boards.frames import HISTORY


class Numbered(wiring.Component):
    """What docs/link.md says of the numbers of entries, beside a ``Loader``.

    Members
    -------
    begun, ready, stored, begin : In(1), of the loader.
    number : In(8), of the entry that has come. in_turn : Out(1), 2 clocks later: it is the one that
        comes next. unexpected : Out(1), likewise: it is neither that nor one of the last 64.
    expected : Out(8), the number that comes next.
    """

    def __init__(self) -> None:
        super().__init__({
            "begun": In(1), "ready": In(1), "stored": In(1), "begin": In(1),
            "number": In(8), "in_turn": Out(1), "unexpected": Out(1), "expected": Out(8),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        age = Signal(8)
        m.d.sync += [
            age.eq(self.expected - self.number),
            self.in_turn.eq(self.ready & (age == 0)),
            self.unexpected.eq(~Mux(age == 0, self.ready, self.begun & (age <= HISTORY))),
        ]
        with m.If(self.stored):
            m.d.sync += self.expected.eq(self.expected + 1)
        with m.If(self.begin):
            m.d.sync += self.expected.eq(0)
        return m
