"""The interval since the last sample, on its way through the lanes."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Shape, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.spec import Port


class Interval(wiring.Component):
    """The first row's sum of each step is kept, the others pass.

    Parameters
    ----------
    port : of the inputs, one of which is the interval.
    sum_width : bits of a sum.
    rows : that follow in a step.

    Members
    -------
    valid_sum, sum : In. row : Out(1), the sum is one of the others. interval : Out, raw.
    """

    def __init__(self, *, port: Port, sum_width: int, rows: int) -> None:
        self.rows = rows
        super().__init__({
            "valid_sum": In(1),
            "sum": In(Shape(sum_width, True)),
            "row": Out(1),
            "interval": Out(signed(port.width + (not port.signed))),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        left = Signal(range(self.rows + 1), init=self.rows)
        waiting = Signal(init=1)
        m.d.comb += self.row.eq(self.valid_sum & ~waiting)
        with m.If(self.valid_sum):
            m.d.sync += [
                waiting.eq(~waiting & (left == 1)),
                left.eq(Mux(waiting, self.rows, left - 1)),
            ]
        with m.If(self.valid_sum & waiting):
            m.d.sync += self.interval.eq(self.sum)
        return m
