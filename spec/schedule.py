"""The folded schedule: which lane does which product in which clock. docs/timing.md.

Rows (first the neurons, then the outputs) flow through P lanes as one stream of products. A
*word* is P products wide; at most one row ends in a word, and the lanes behind its end already
work on the row that follows. So rows are never padded to a multiple of the lanes, and every row
leaves through the one neuron pipeline, one a clock at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from liquidgate.spec.activation import Clip
from liquidgate.spec.design import Design
from liquidgate.spec.formats import check_int

Product = tuple[int, int]
"""(source, weight)"""

MAX_LANES = 64
FETCH = 3
"""Clocks from issue to the operands: ROM read, RAM read, operand register."""
MULTIPLY = 1
ACCUMULATE = 1
PREACTIVATION = 2
"""Bias, then cast."""
DEVIATION = 1
LEAK = 3
"""Products, sum, cast."""
WRITE = 1
OUTPUT = 2
"""Bias, then cast."""


@dataclass(frozen=True)
class Word:
    """One clock's work: ``products[:split]`` end or continue a row, the rest begin the next.

    ``last`` : the row of the first ``split`` products ends here. ``split`` is P when it does not.
    """

    products: tuple[Product | None, ...]
    last: bool
    split: int


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
        check_int(self.lanes, 1, MAX_LANES, "lanes")
        if self.lanes & (self.lanes - 1):
            raise ValueError(f"lanes must be a power of two up to {MAX_LANES}, not {self.lanes}")

    # -- memory map -------------------------------------------------------------------------

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Neurons in the order of their rows; a neuron's RAM address is its place here.

        Long and short rows alternate so that, at any prefix, the products issued stay as close
        as possible to ``lanes`` a row: then neither the lanes nor the neuron pipeline waits.
        """
        liquid = self.design.liquid
        sizes = [len(liquid.row(i)) for i in range(liquid.neurons)]
        by_size = sorted(range(liquid.neurons), key=lambda i: (sizes[i], i))
        order: list[int] = []
        low, high, balance = 0, len(by_size) - 1, 0
        while low <= high:
            take_long = balance <= 0
            i = by_size[high] if take_long else by_size[low]
            high, low = (high - 1, low) if take_long else (high, low + 1)
            balance += sizes[i] - self.lanes
            order.append(i)
        return tuple(order)

    @cached_property
    def address(self) -> tuple[int, ...]:
        """RAM address of every source: states (by ``order``), inputs, fed-back outputs."""
        n = self.design.liquid.neurons
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
        design = self.design
        widths = [design.liquid.state.width, design.input.width + (not design.input.signed)]
        if design.has_feedback:
            widths.append(design.output.width + (not design.output.signed))
        return max(widths)

    # -- words ------------------------------------------------------------------------------

    @cached_property
    def neuron_words(self) -> tuple[Word, ...]:
        rows = [self.design.liquid.row(i) for i in self.order]
        return tuple(_pack(rows, self.lanes))

    @cached_property
    def readout_words(self) -> tuple[Word, ...]:
        """Taps in the order of the RAM addresses, so that early states are used early."""
        taps = range(self.design.readout.taps)
        rows = [
            sorted(((j, row[j]) for j in taps), key=lambda product: self.address[product[0]])
            for row in self.design.readout.weights
        ]
        return tuple(_pack(rows, self.lanes))

    # -- latencies --------------------------------------------------------------------------

    @property
    def mac_latency(self) -> int:
        """Clocks from the issue of a row's last word to its exact sum."""
        return FETCH + MULTIPLY + (self.lanes - 1).bit_length() + ACCUMULATE

    @property
    def activation_latency(self) -> int:
        return 2 if isinstance(self.design.liquid.activation, Clip) else 5

    @property
    def neuron_latency(self) -> int:
        """Clocks from a neuron's exact sum to its new state in the RAM."""
        return PREACTIVATION + self.activation_latency + DEVIATION + LEAK + WRITE

    @property
    def output_latency(self) -> int:
        """Clocks from an output's exact sum to the pins."""
        return OUTPUT

    # -- cycle counts -----------------------------------------------------------------------

    @cached_property
    def row_ends(self) -> tuple[int, ...]:
        """For each place in ``order``, the clock of RUN in which its row's last word issues."""
        return tuple(t for t, word in enumerate(self.neuron_words) if word.last)

    @cached_property
    def gate(self) -> int:
        """The clock of RUN in which the first readout word issues.

        Late enough that every word finds the states it needs: a state written at clock w (issue
        plus latencies) can be addressed from clock w on, and a word addresses the RAM one clock
        after its issue.
        """
        ready = [t + self.mac_latency + self.neuron_latency for t in self.row_ends]
        gate = len(self.neuron_words)
        n = self.design.liquid.neurons
        for t, word in enumerate(self.readout_words):
            for product in word.products:
                if product is not None and product[0] < n:
                    gate = max(gate, ready[self.address[product[0]]] - 1 - t)
        return gate

    @cached_property
    def run(self) -> int:
        """Clocks of RUN without a stall: words, and waits for what the next step needs."""
        end = self.gate + len(self.readout_words)
        end = max(end, self.row_ends[-1] + self.mac_latency + self.neuron_latency)
        if self.design.has_feedback:
            end = max(end, self.gate + self.output_clocks[-1] + WRITE)
        return end

    @cached_property
    def output_clocks(self) -> tuple[int, ...]:
        """For each output, clocks from the issue of the first readout word to its pins."""
        ends = [t for t, word in enumerate(self.readout_words) if word.last]
        return tuple(t + self.mac_latency + self.output_latency for t in ends)

    @property
    def load(self) -> int:
        """Clocks of LOAD without a wait: one an input channel."""
        return self.design.inputs

    @property
    def clear(self) -> int:
        """Clocks of CLEAR: one a source."""
        return self.sources

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
        liquid = self.design.liquid
        return (
            sum(len(liquid.row(i)) for i in range(liquid.neurons))
            + self.design.readout.outputs * self.design.readout.taps
        )

    @property
    def bound(self) -> float:
        """No folded schedule takes fewer clocks: max(products / lanes, neurons)."""
        return max(self.products / self.lanes, self.design.liquid.neurons)

    @property
    def utilisation(self) -> float:
        """Share of lane-clocks that do a product."""
        return self.products / (self.lanes * self.interval)


def _pack(rows: list[list[Product]], lanes: int) -> list[Word]:
    """Greedy: a word ends at most one row, and fills its free lanes from the next one."""
    words: list[Word] = []
    done = 0
    for index, row in enumerate(rows):
        left = row[done:]
        while len(left) > lanes:
            words.append(Word(tuple(left[:lanes]), last=False, split=lanes))
            left = left[lanes:]
        free = lanes - len(left)
        begun = rows[index + 1][:free] if index + 1 < len(rows) else []
        padding: list[Product | None] = [None] * (free - len(begun))
        words.append(Word((*left, *begun, *padding), last=True, split=len(left)))
        done = len(begun)
    return words
