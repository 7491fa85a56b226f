"""Liquids in series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from amaranth.hdl import Cat, Module, Mux, Signal

from liquidgate.rtl_gen import esn
from liquidgate.rtl_gen.liquid import Liquid
from liquidgate.rtl_gen.products import Products
from liquidgate.spec import Chain as Stages
from liquidgate.spec import Schedule
from liquidgate.spec.design import AnyLiquid
from liquidgate.spec.liquid import expect

FACTORS_AFTER: dict[str, Callable[[Any], int]] = {"esn": esn.factors_after}
"""Clocks from a sum to the factors that a kind of stage can lend."""


def together(stages: Sequence[AnyLiquid]) -> list[list[int]]:
    """Stages, two or more each time, whose factors never stand there in the same clock."""
    groups: dict[tuple[str, int], list[int]] = {}
    for k, stage in enumerate(stages):
        if stage.kind in FACTORS_AFTER:
            groups.setdefault((stage.kind, FACTORS_AFTER[stage.kind](stage)), []).append(k)
    return [group for group in groups.values() if len(group) > 1]


class Chain(Liquid):
    """Stages one after the other: the new taps of each are the inputs of the next.

    A stage on the lanes finds the taps of the one before in the source memory; a stage apart
    listens while they are written there, and starts after the last. Stages whose factors come
    equally long after a sum multiply them on the same multipliers, since the lanes give at most one
    sum a clock. Parameters and members: ``Liquid``.
    """

    def __init__(
        self, *, schedule: Schedule, sum_width: int, liquid: Callable[..., Liquid]
    ) -> None:
        design = schedule.design
        stages = expect(Stages, design.liquid)
        self.lenders = together(stages.stages)
        self.stages = [
            liquid(schedule=Schedule(stage, schedule.lanes), sum_width=sum_width,
                   **{"lends": True} if any(k in group for group in self.lenders) else {})
            for k, stage in enumerate(stages.designs(design.input))
        ]
        self.on_lanes = any(stage.on_lanes for stage in self.stages)
        self.apart = any(stage.apart for stage in self.stages)
        self.recalls = any(stage.recalls for stage in self.stages)
        super().__init__(schedule=schedule, sum_width=sum_width)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for k, stage in enumerate(self.stages):
            m.submodules[f"stage{k}"] = stage

        # Taps: no two stages have one in the same clock.
        shown, *others = self.stages
        m.d.comb += [
            self.state.eq(shown.state),
            self.valid_state.eq(Cat(*(stage.valid_state for stage in self.stages)).any()),
        ]
        for stage in others:
            with m.If(stage.valid_state):
                m.d.comb += self.state.eq(stage.state)

        # Sums, and old states: stages on the lanes take turns.
        on_lanes = [stage for stage in self.stages if stage.on_lanes]
        rows = [sum(word.last for word in stage.schedule.neuron_words) for stage in on_lanes]
        turn = [Signal(name=f"turn{k}", init=k == 0) for k in range(len(on_lanes))]
        for k, (stage, count) in enumerate(zip(on_lanes, rows)):
            m.d.comb += [
                stage.valid_sum.eq(self.valid_sum & turn[k]),
                stage.sum.eq(self.sum),
            ]
            if stage.recalls:
                m.d.comb += stage.old.eq(self.old)
            if len(on_lanes) > 1:
                row = Signal(range(max(2, count)), name=f"row{k}")
                end = stage.valid_sum & (row == count - 1)
                with m.If(stage.valid_sum):
                    m.d.sync += row.eq(Mux(row == count - 1, 0, row + 1))
                with m.If(end):
                    m.d.sync += [turn[k].eq(0), turn[(k + 1) % len(turn)].eq(1)]
        if self.recalls:
            passed = [s.old_next if s.recalls else s.valid_state for s in self.stages]
            m.d.comb += self.old_next.eq(Cat(*passed).any())

        for n, group in enumerate(self.lenders):
            self._multiply(m, n, [self.stages[k] for k in group])

        # Inputs of the stages apart.
        for k, stage in enumerate(self.stages):
            if not stage.apart:
                continue
            m.d.comb += [stage.zero.eq(self.zero), stage.place.eq(self.place)]
            if k == 0:
                m.d.comb += [
                    stage.take.eq(self.take),
                    stage.channel.eq(self.channel),
                    stage.input.eq(self.input),
                    stage.start.eq(self.start),
                    self.done.eq(stage.done),
                ]
            else:
                self._listen(m, k, stage)
        return m

    def _multiply(self, m: Module, n: int, users: list[Liquid]) -> None:
        """One multiplier for each product of the users."""
        m.submodules[f"products{n}"] = products = Products(users=[user.lent for user in users])
        for u, user in enumerate(users):
            if u:
                m.d.comb += getattr(products, f"turn{u}").eq(user.valid_factors)
            for k in range(len(user.lent)):
                m.d.comb += [
                    getattr(products, f"left{u}_{k}").eq(getattr(user, f"left{k}")),
                    getattr(products, f"right{u}_{k}").eq(getattr(user, f"right{k}")),
                    getattr(user, f"product{k}").eq(getattr(products, f"product{k}")),
                ]

    def _listen(self, m: Module, k: int, stage: Liquid) -> None:
        """Stage k takes the taps of the stage before it as they are written."""
        before = self.stages[k - 1]
        order = before.schedule.order
        count = len(order)
        heard = Signal(range(max(2, count)), name=f"heard{k}")
        with m.If(before.valid_state):
            m.d.sync += heard.eq(Mux(heard == count - 1, 0, heard + 1))
        with m.Switch(heard):
            for place, tap in enumerate(order):
                with m.Case(place):
                    m.d.comb += stage.channel.eq(tap)
        m.d.comb += [
            stage.take.eq(before.valid_state),
            stage.input.eq(before.state),
        ]
        last = before.valid_state & (heard == count - 1)
        if stage.on_lanes:  # its words issue now, and with them it begins
            m.d.comb += stage.start.eq(last)
        else:
            m.d.sync += stage.start.eq(last)
