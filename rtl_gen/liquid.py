"""The two ways in which a liquid sits in the core."""

from __future__ import annotations

from amaranth.hdl import Shape, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.spec import Schedule


class Pipeline(wiring.Component):
    """A liquid whose sums come from the lanes that the readout uses too; one state a row.

    Parameters
    ----------
    schedule : the folded schedule; rows arrive in the order of its plan.
    sum_width : bits of a sum.

    Members
    -------
    valid_sum, sum : In; a row's exact sum without its bias.
    old_next : Out(1), the old state has been used: give the next row's.
    old : In, the old state of the present row, raw.
    valid_state, state : Out; the new state, raw, in the order of the plan.
    """

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        self.schedule = schedule
        self.design = schedule.design
        tap = self.design.liquid.taps[0]
        state = Shape(tap.width, tap.signed)
        super().__init__({
            "valid_sum": In(1),
            "sum": In(signed(sum_width)),
            "old_next": Out(1),
            "old": In(state),
            "valid_state": Out(1),
            "state": Out(state),
        })


class Engine(wiring.Component):
    """A liquid with memories and lanes of its own, which works between LOAD and the readout.

    Parameters
    ----------
    schedule : the folded schedule, whose plan the engine keeps to the clock.
    sum_width : bits of a sum of the readout; of no concern to an engine.

    Members
    -------
    zero, place : In; CLEAR: put the first state into this place of every memory now (places run
        from schedule.clear - 1 down to 0).
    take, channel, input : In; LOAD: input ``channel`` is taken now, raw.
    start : In(1), the first clock of RUN.
    done : Out(1), the last clock of WORK; only heeded when the plan waits.
    valid_state, state : Out; the taps in the order of the plan, raw, each within RUN and such
        that the source memory holds it from the clock plan.ready (it is written at the end of
        the clock in which valid_state is 1).
    """

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        self.schedule = schedule
        self.design = schedule.design
        port = self.design.input
        super().__init__({
            "zero": In(1),
            "place": In(range(max(2, schedule.clear))),
            "take": In(1),
            "channel": In(range(max(2, schedule.load))),
            "input": In(Shape(port.width, port.signed)),
            "start": In(1),
            "done": Out(1),
            "valid_state": Out(1),
            "state": Out(signed(schedule.source_width)),
        })
