"""Liquids in series: each one's new taps are the next one's inputs; the readout sees all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from liquidgate.spec.cfc import Cfc
from liquidgate.spec.cfc_pure import CfcPure
from liquidgate.spec.esn import Esn
from liquidgate.spec.fluid import Fluid
from liquidgate.spec.formats import QFormat, check_int
from liquidgate.spec.liquid import Liquid, Plan, Sum
from liquidgate.spec.lsm import Lsm
from liquidgate.spec.ltc import Ltc
from liquidgate.spec.port import Channel, Port
from liquidgate.spec.readout import LinearReadout
from liquidgate.spec.synaptic import Synaptic
from liquidgate.spec.words import Product, Word, new_tap

if TYPE_CHECKING:
    from liquidgate.spec.design import Design

Stage = Cfc | CfcPure | Esn | Fluid | Lsm | Ltc | Synaptic
"""What a chain is made of."""


def tap_port(liquid: Liquid) -> Port:
    """The taps of a liquid as the input port of another."""
    signed = any(tap.signed for tap in liquid.taps)
    width = max(tap.width + (signed and not tap.signed) for tap in liquid.taps)
    return Port(width, signed, tuple(Channel(f"tap{j}", 0) for j in range(len(liquid.taps))))


def joined(taps: Port, input: Port, channels: Iterable[Channel]) -> Port:
    """The taps, then some channels of the input, in one port as wide as the wider."""
    signed = taps.signed or input.signed
    width = max(port.width + (signed and not port.signed) for port in (taps, input))
    named = tuple(replace(channel, name=f"in{j}") for j, channel in enumerate(channels))
    return Port(width, signed, taps.channels + named)


def hears_interval(liquid: Liquid) -> bool:
    """Whether its last input is the interval since the sample before."""
    return bool(getattr(liquid, "timed", False))


@dataclass(frozen=True)
class Chain:
    """Two or more liquids in series within one time step.

    Stage 0 sees the design's inputs, every other one the new taps of the stage before it. The taps
    of the chain are those of all stages, in order. docs/arithmetic.md, "Chain".

    Parameters
    ----------
    stages : liquids without feedback; only the first one's work may depend on the data.
    interval : the input channel that every later stage hears as its last input, if that is an
        interval to it (``timed``); -1: none does.
    loop : stage 0 hears the old taps of the last stage, then the inputs.
    """

    kind: ClassVar[str] = "chain"
    title: ClassVar[str] = "a chain of liquids"
    stages: tuple[Stage, ...]
    interval: int = -1
    loop: bool = False

    def __post_init__(self) -> None:
        if len(self.stages) < 2:
            raise ValueError(f"chain.stages must be at least 2, not {len(self.stages)}")
        check_int(self.interval, -1, 4095, "chain.interval")
        timed = [k for k, stage in enumerate(self.stages) if k and hears_interval(stage)]
        if bool(timed) != (self.interval >= 0):
            raise ValueError("chain.interval must be -1, since no later stage hears it"
                             if not timed else f"chain.interval must be the input channel that "
                             f"chain.stages[{timed[0]}] hears, not -1")
        if self.loop and not self.stages[0].plan(1).words:
            raise ValueError("chain.stages[0] must work on the readout's lanes to be in a loop")
        for k, stage in enumerate(self.stages):
            if stage.fed_back:
                raise ValueError(f"chain.stages[{k}] must have no feedback")
            if stage.plan(1).rounds > 1:
                raise ValueError(f"chain.stages[{k}] must write its taps once a step, "
                                 f"not {stage.plan(1).rounds} times")
            if k in timed and not stage.plan(1).words:
                raise ValueError(f"chain.stages[{k}]: {stage.kind} hears an interval only as the "
                                 "first stage")
            if k and stage.plan(1).waits:
                raise ValueError(f"chain.stages[{k}] must take the same clocks in every step: "
                                 "only the first stage may wait for its data")

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

    def ports(self, input: Port) -> tuple[Port, ...]:
        """What each stage hears, in a design of this input."""
        before = tap_port(self.stages[-1])
        found = [joined(before, input, input.channels) if self.loop else input]
        for stage, heard in zip(self.stages, self.stages[1:]):
            port = tap_port(stage)
            found.append(joined(port, input, input.channels[self.interval:][:1])
                         if hears_interval(heard) else port)
        return tuple(found)

    def designs(self, input: Port) -> tuple[Design, ...]:
        """Each stage as a design of its own, with a silent readout."""
        from liquidgate.spec.design import Design

        silence, found = Port(2, True, (Channel("none", 0),)), []
        for k, (stage, port) in enumerate(zip(self.stages, self.ports(input))):
            try:
                found.append(Design(f"stage{k}", port, silence, stage,
                                    LinearReadout(2, ((0,) * len(stage.taps),), (0,), 0)))
            except ValueError as error:
                raise ValueError(f"chain.stages[{k}]: {error}") from None
        return tuple(found)

    def check_ports(self, input: Port, output: Port) -> None:
        if self.interval >= len(input.channels):
            raise ValueError("chain.interval must be an input channel, "
                             f"0..{len(input.channels) - 1}, not {self.interval}")
        self.designs(input)

    def sums(self) -> list[Sum]:
        return [replace(total, row=list(self._renumbered(k, total.row)))
                for k, stage in enumerate(self.stages) for total in stage.sums()]

    def _renumbered(self, k: int, products: Iterable[Product | None]) -> Iterable[Any]:
        """Products of stage k by the chain's own numbers of their sources."""
        taps, base = len(self.stages[k].taps), self.first_tap[k]
        # in front of its inputs a stage hears the taps of the one before: in a loop, old ones
        heard, first = ((len(self.stages[k - 1].taps), self.first_tap[k - 1]) if k or self.loop
                        else (0, 0))
        if not k:
            first = self.first_tap[-2]
        inputs = self.first_tap[-1] + (self.interval if k else 0)
        for product in products:
            if product is None:
                yield None
                continue
            source, weight = product
            if source < taps:
                yield base + source, weight
            elif source < taps + heard:
                tap = first + source - taps
                yield (new_tap(tap) if k else tap), weight
            else:
                yield inputs + source - taps - heard, weight

    def plan(self, lanes: int) -> Plan:
        """One stage after the other: each begins when all taps of the one before are there."""
        order: list[int] = []
        ready: list[int] = []
        words: list[Word] = []
        segments: list[tuple[int, int]] = []
        plans = [stage.plan(lanes) for stage in self.stages]
        begin = idle_from = busy = 0
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
            busy = max(busy, begin + plan.busy)
            begin = max(ready[-len(plan.ready):])
        orders = {f"stage{k}.{point}": own for k, plan in enumerate(plans)
                  for point, own in plan.orders.items()}
        return Plan(
            order=tuple(order), ready=tuple(ready), busy=busy, words=tuple(words),
            weight_width=max(plan.weight_width for plan in plans),
            products=sum(plan.products for plan in plans), segments=tuple(segments),
            clear=max(plan.clear for plan in plans), waits=plans[0].waits,
            longest=plans[0].longest,
            orders={**orders, "state": tuple(order)},
        )
