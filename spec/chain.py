"""Liquids in series: each one's new taps are the next one's inputs; the readout sees all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from liquidgate.spec.cfc import Cfc
from liquidgate.spec.esn import Esn
from liquidgate.spec.formats import QFormat
from liquidgate.spec.liquid import Liquid, Plan, Sum
from liquidgate.spec.ltc import Ltc
from liquidgate.spec.port import Channel, Port
from liquidgate.spec.readout import LinearReadout
from liquidgate.spec.words import Product, Word, new_tap

if TYPE_CHECKING:
    from liquidgate.spec.design import Design

Stage = Cfc | Esn | Ltc
"""What a chain is made of."""


def tap_port(liquid: Liquid) -> Port:
    """The taps of a liquid as the input port of another."""
    signed = any(tap.signed for tap in liquid.taps)
    width = max(tap.width + (signed and not tap.signed) for tap in liquid.taps)
    return Port(width, signed, tuple(Channel(f"tap{j}", 0) for j in range(len(liquid.taps))))


@dataclass(frozen=True)
class Chain:
    """Two or more liquids in series within one time step.

    Stage 0 sees the design's inputs, every other one the new taps of the stage before it. The taps
    of the chain are those of all stages, in order. docs/arithmetic.md, "Chain".

    Parameters
    ----------
    stages : liquids without feedback; only the first one's work may depend on the data.
    """

    kind: ClassVar[str] = "chain"
    title: ClassVar[str] = "a chain of liquids"
    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        if len(self.stages) < 2:
            raise ValueError(f"chain.stages must be at least 2, not {len(self.stages)}")
        for k, stage in enumerate(self.stages):
            if stage.fed_back:
                raise ValueError(f"chain.stages[{k}] must have no feedback")
            if stage.plan(1).rounds > 1:
                raise ValueError(f"chain.stages[{k}] must write its taps once a step, "
                                 f"not {stage.plan(1).rounds} times")
            if k and stage.plan(1).waits:
                raise ValueError(f"chain.stages[{k}] must take the same clocks in every step: "
                                 "only the first stage may wait for its data")
            if k:
                try:
                    stage.check_ports(self.between[k - 1], self.between[k - 1])
                except ValueError as error:
                    raise ValueError(f"chain.stages[{k}]: {error}") from None

    @property
    def neurons(self) -> int:
        return sum(stage.neurons for stage in self.stages)

    @property
    def taps(self) -> tuple[QFormat, ...]:
        return tuple(tap for stage in self.stages for tap in stage.taps)

    @property
    def points(self) -> dict[str, QFormat]:
        inner = {f"stage{k}.{name}": fmt for k, stage in enumerate(self.stages)
                 for name, fmt in stage.points.items()}
        return {**inner, "state": max(self.taps, key=lambda tap: tap.width)}

    @property
    def fed_back(self) -> int:
        return 0

    @property
    def first_tap(self) -> tuple[int, ...]:
        """Where each stage's taps begin, and where the last one's end."""
        ends = [0]
        for stage in self.stages:
            ends.append(ends[-1] + len(stage.taps))
        return tuple(ends)

    @cached_property
    def between(self) -> tuple[Port, ...]:
        """The taps of each stage but the last, as the input port of the stage that follows."""
        return tuple(map(tap_port, self.stages[:-1]))

    def designs(self, input: Port) -> tuple[Design, ...]:
        """Each stage as a design of its own, with a silent readout."""
        from liquidgate.spec.design import Design

        silence = Port(2, True, (Channel("none", 0),))
        return tuple(
            Design(f"stage{k}", port, silence, stage,
                   LinearReadout(2, ((0,) * len(stage.taps),), (0,), 0))
            for k, (stage, port) in enumerate(zip(self.stages, (input, *self.between)))
        )

    def check_ports(self, input: Port, output: Port) -> None:
        self.stages[0].check_ports(input, output)

    def sums(self) -> list[Sum]:
        return [replace(total, row=list(self._renumbered(k, total.row)))
                for k, stage in enumerate(self.stages) for total in stage.sums()]

    def _renumbered(self, k: int, products: Iterable[Product | None]) -> Iterable[Any]:
        """Products of stage k by the chain's own numbers of their sources."""
        taps, base = len(self.stages[k].taps), self.first_tap[k]
        for product in products:
            if product is None:
                yield None
            elif product[0] < taps:
                yield base + product[0], product[1]
            elif k:
                yield new_tap(self.first_tap[k - 1] + product[0] - taps), product[1]
            else:
                yield self.first_tap[-1] + product[0] - taps, product[1]

    def plan(self, lanes: int) -> Plan:
        """One stage after the other: each begins when all taps of the one before are there."""
        order: list[int] = []
        ready: list[int] = []
        words: list[Word] = []
        segments: list[tuple[int, int]] = []
        plans = [stage.plan(lanes) for stage in self.stages]
        begin = idle_from = 0
        for k, (base, plan) in enumerate(zip(self.first_tap, plans)):
            if plan.words:
                # a word addresses the memory one clock after its issue
                begin = max(begin - 1, 0)
                segments.append((begin - idle_from, len(plan.words)))
                idle_from = begin + len(plan.words)
            words += [replace(word, products=tuple(self._renumbered(k, word.products)))
                      for word in plan.words]
            order += [base + j for j in plan.order]
            ready += [begin + clock for clock in plan.ready]
            busy = begin + plan.busy
            begin = max(ready[-len(plan.ready):])
        orders = {f"stage{k}.{point}": own for k, plan in enumerate(plans)
                  for point, own in plan.orders.items()}
        return Plan(
            order=tuple(order), ready=tuple(ready), busy=busy, words=tuple(words),
            weight_width=max(plan.weight_width for plan in plans),
            products=sum(plan.products for plan in plans), segments=tuple(segments),
            clear=max(plan.clear for plan in plans), waits=plans[0].waits,
            orders={**orders, "state": tuple(order)},
        )
