"""The schedule: what happens in which clock of a step. docs/timing.md.

The liquid's plan says when its new states are there; the readout follows on the lanes, a word a
clock, as early as it finds what it needs, and before that in idle lanes where it pays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from liquidgate.spec.design import Design
from liquidgate.spec.formats import check_int
from liquidgate.spec.liquid import Plan
from liquidgate.spec.walk import Walk, Walks
from liquidgate.spec.words import Product, Word, mac_latency

MAX_LANES = 64
OUTPUT = 2
"""Clocks: bias, then cast."""
WRITE = 1


def check_lanes(lanes: int) -> None:
    """Raises TypeError, ValueError: when lanes is not a power of two in 1..64."""
    check_int(lanes, 1, MAX_LANES, "lanes")
    if lanes & (lanes - 1):
        raise ValueError(f"lanes must be a power of two up to {MAX_LANES}, not {lanes}")


@dataclass(frozen=True)
class Schedule:
    """The folded schedule of ``design`` on ``lanes`` multiply-accumulate lanes.

    Raises
    ------
    TypeError, ValueError : when lanes is not a power of two in 1..64.
    """

    design: Design
    lanes: int

    def __post_init__(self) -> None:
        check_lanes(self.lanes)

    # -- memory map -------------------------------------------------------------------------

    @cached_property
    def plan(self) -> Plan:
        """The liquid's own work."""
        return self.design.liquid.plan(self.lanes)

    @property
    def order(self) -> tuple[int, ...]:
        """Taps by their place in the source memory."""
        return self.plan.order

    @cached_property
    def address(self) -> tuple[int, ...]:
        """RAM address of every source: taps (by ``order``), inputs, fed-back outputs."""
        n = len(self.order)
        place = [0] * n
        for position, i in enumerate(self.order):
            place[i] = position
        others = self.design.inputs + (self.design.outputs if self.design.has_feedback else 0)
        return tuple(place) + tuple(range(n, n + others))

    @property
    def sources(self) -> int:
        return len(self.address)

    @cached_property
    def source_width(self) -> int:
        """Signed bits of a word of the source memory."""
        formats = map(self.design.source_format, range(self.sources))
        return max(fmt.width + (not fmt.signed) for fmt in formats)

    # -- words ------------------------------------------------------------------------------

    @cached_property
    def walk(self) -> Walk:
        """Idle lanes work for the readout where a step without takes a hundredth more: it costs a
        second accumulator, and memory for sums that are not whole yet."""
        n, taps = len(self.order), range(self.design.readout.taps)
        # Taps in the order of the RAM addresses, so that early states are used early.
        rows = [
            sorted(((j, row[j]) for j in taps), key=lambda product: self.address[product[0]])
            for row in self.design.readout.weights
        ]
        # A state written at clock w can be addressed from clock w on, and a word addresses the
        # memory one clock after its issue.
        known = [self.plan.ready[a] - 1 if a < n else 0 for a in self.address]
        walks = Walks(self.plan, rows, known, self.lanes)
        plain, shared = walks.plain(), walks.shared()
        if shared is None:
            return plain
        clocks = [self.load + self._run(walk) for walk in (plain, shared)]
        return shared if 100 * clocks[0] >= 101 * clocks[1] else plain

    @property
    def neuron_words(self) -> tuple[Word, ...]:
        """The words before the gate: the liquid's, and what idle lanes do of the readout."""
        return self.walk.neuron_words

    @property
    def readout_words(self) -> tuple[Word, ...]:
        """The words from the gate on."""
        return self.walk.readout_words

    @cached_property
    def trained_words(self) -> tuple[tuple[Product | None, ...], ...]:
        """The readout's products a lane, word by word of its memory, those of early words first."""
        return (
            *((*(None,) * word.split, *word.products[word.split :])
              for word in self.neuron_words if word.early),
            *(word.products for word in self.readout_words),
        )

    @property
    def shared(self) -> bool:
        """Whether neuron words do products of the readout."""
        return self.walk.parts > 0

    @property
    def cut(self) -> bool:
        """Whether the last turn of parts leaves outputs out."""
        return self.walk.parts % self.design.outputs > 0

    # -- latencies --------------------------------------------------------------------------

    @property
    def mac_latency(self) -> int:
        """Clocks from the issue of a row's last word to its exact sum."""
        return mac_latency(self.lanes)

    @property
    def output_latency(self) -> int:
        """Clocks from an output's exact sum to the pins."""
        return OUTPUT

    # -- cycle counts -----------------------------------------------------------------------

    @property
    def gate(self) -> int:
        """The clock of RUN in which the first readout word issues."""
        return self.walk.gate

    @cached_property
    def run(self) -> int:
        """Clocks of RUN without a stall: words, and waits for what the next step needs."""
        return self._run(self.walk)

    def _run(self, walk: Walk) -> int:
        end = max(walk.gate + len(walk.readout_words), self.plan.busy)
        if self.design.has_feedback:
            end = max(end, walk.gate + self._output_clocks(walk)[-1] + WRITE)
        return end

    @cached_property
    def output_clocks(self) -> tuple[int, ...]:
        """For each output, clocks from the issue of the first readout word to its pins."""
        return self._output_clocks(self.walk)

    def _output_clocks(self, walk: Walk) -> tuple[int, ...]:
        ends = [t for t, word in enumerate(walk.readout_words) if word.last]
        return tuple(t + self.mac_latency + self.output_latency for t in ends)

    @property
    def load(self) -> int:
        """Clocks of LOAD without a wait: one an input channel."""
        return self.design.inputs

    @property
    def clear(self) -> int:
        """Clocks of CLEAR: one a source, or a place of the liquid's own memories."""
        return max(self.sources, self.plan.clear)

    @property
    def interval(self) -> int:
        """Clocks a step (initiation interval) when neither side waits."""
        return self.load + self.run

    @property
    def latency(self) -> int:
        """Clocks from the transfer of an input to its valid output when nothing waits."""
        return 1 + self.gate + self.output_clocks[-1]

    # -- efficiency -------------------------------------------------------------------------

    @property
    def products(self) -> int:
        return self.plan.products + self.design.readout.outputs * self.design.readout.taps

    @property
    def bound(self) -> float:
        """No folded schedule takes fewer clocks: max(products / lanes, neurons), of the products
        that these lanes do."""
        return max(self._on_lanes / self.lanes, self.design.liquid.neurons)

    @cached_property
    def _on_lanes(self) -> int:
        words = (*self.neuron_words, *self.readout_words)
        return sum(product is not None for word in words for product in word.products)

    @property
    def utilisation(self) -> float:
        """Share of lane-clocks that do a product."""
        return self._on_lanes / (self.lanes * self.interval)
