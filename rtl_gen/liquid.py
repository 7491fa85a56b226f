"""The ways in which a liquid sits in the core."""

from __future__ import annotations

from amaranth.hdl import Shape, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.products import Factors, product_shape
from liquidgate.spec import Schedule


class Liquid(wiring.Component):
    """What the core knows of a liquid.

    Parameters
    ----------
    schedule : the folded schedule, whose plan the liquid keeps to the clock.
    sum_width : bits of a sum on the shared lanes.

    Members
    -------
    valid_state, state : Out; the taps in the order of the plan, raw. The source memory holds one
        from the end of the clock in which valid_state is 1: the plan's ``ready`` is the clock
        after it.

    ``on_lanes``: it takes its sums from the lanes that the readout uses too.

    valid_sum, sum : In; a row's exact sum without its bias, in the order of the plan.
    swapped : Out(1), only if it ``swaps``: states are read from this step's bank now, and written
        to the other one.

    ``recalls``: its states of the step before, the first ones zero, are read there too.

    old_next : Out(1), the old state has been used: give the next one's.
    old : In, the state of the step before, of the tap whose turn it is, raw.

    ``lent``: factors of products that are made outside, by one who makes others' too.

    valid_factors : Out(1), the factors stand there; no other time they matter.
    left{k}, right{k} : Out, factors. product{k} : In, their product a clock later.

    ``apart``: it has memories and lanes of its own, and works between LOAD and the readout.

    zero, place : In; CLEAR: put the first state into this place of every memory now. Places run
        from schedule.clear - 1 down to 0, so those beyond a memory come before its own.
    take, channel, input : In; LOAD: input ``channel`` is taken now, raw.
    start : In(1), the first clock of RUN.
    done : Out(1), the last clock of WORK; only heeded when the plan waits.
    """

    on_lanes: bool
    apart: bool
    recalls: bool
    swaps = False
    lent: Factors = ()

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        self.schedule = schedule
        self.design = schedule.design
        taps = self.design.liquid.taps
        is_signed = any(tap.signed for tap in taps)
        state = Shape(max(t.width + (is_signed and not t.signed) for t in taps), is_signed)
        members: dict[str, object] = {"valid_state": Out(1), "state": Out(state)}
        if self.on_lanes:
            members |= {
                "valid_sum": In(1),
                "sum": In(signed(sum_width)),
            }
        if self.recalls:
            members |= {"old_next": Out(1), "old": In(state)}
        if self.swaps:
            members["swapped"] = Out(1)
        if self.lent:
            members["valid_factors"] = Out(1)
        for k, (left, right) in enumerate(self.lent):
            members |= {f"left{k}": Out(left), f"right{k}": Out(right),
                        f"product{k}": In(product_shape(left, right))}
        if self.apart:
            port = self.design.input
            members |= {
                "zero": In(1),
                "place": In(range(max(2, schedule.clear))),
                "take": In(1),
                "channel": In(range(max(2, schedule.load))),
                "input": In(Shape(port.width, port.signed)),
                "start": In(1),
                "done": Out(1),
            }
        super().__init__(members)


class Pipeline(Liquid):
    """A liquid on the lanes of the readout."""

    on_lanes = True
    apart = False
    recalls = True


class Engine(Liquid):
    """A liquid apart."""

    on_lanes = False
    apart = True
    recalls = False
