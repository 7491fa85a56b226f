"""The schedule written a second time, from docs/timing.md alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from designs import random_design
from hypothesis import given, settings
from hypothesis import strategies as st
from words_oracle import idle_of, words_of

from liquidgate.spec import Design, Schedule


@dataclass
class Page:
    """A design on ``p`` lanes: ``known`` says when a word may use the product at each place of an
    output's row."""

    design: Design
    p: int

    def __post_init__(self) -> None:
        liquid, p = self.design.liquid, self.p
        self.n, self.k = len(liquid.bias), len(self.design.input.channels)
        self.m = len(self.design.output.channels)
        self.fed = liquid.feedback.columns > 0
        n, k = self.n, self.k
        rows = [[*liquid.recurrent.indices[i], *(n + j for j in liquid.input.indices[i]),
                 *(n + k + j for j in liquid.feedback.indices[i])] for i in range(n)]
        sizes = [len(row) for row in rows]
        waiting = sorted(range(n), key=lambda i: (sizes[i], i))
        self.order, credit, free = [], 0, 0
        while waiting:
            credit += max(0, sum(sizes) - p * n)
            fits = [i for i in waiting if sizes[i] <= free + p + max(0, credit) // n]
            i = (fits or waiting[:1])[-1]
            waiting.remove(i)
            self.order.append(i)
            r = max(0, sizes[i] - free)
            q = max(1, int(np.ceil(r / p)))
            credit -= (q - 1) * p * n
            free = q * p - r
        rows = [rows[i] for i in self.order]
        ends = words_of(rows, p)[1]
        self.idle = idle_of(rows, p)
        self.mac = 5 + int(np.log2(p))
        neuron = 7 + (2 if liquid.activation.kind == "clip" else 5)
        self.ready = [end + self.mac + neuron for end in ends]
        others = len(self.design.readout.weights[0]) - n
        self.known = [clock - 1 for clock in self.ready] + [0] * others

    def gate(self, left: list[list[int]]) -> int:
        """Of readout words of these rows, whatever issues before them."""
        return max(self.known[tap] - t for t, word in enumerate(words_of(left, self.p)[0])
                   for tap in word)

    def parts(self, most: int) -> tuple[int, int, list[list[int]]]:
        """How many parts there are, how many neuron words, and what is left of the rows."""
        left = [list(range(len(self.known))) for _ in range(self.m)]
        parts = words = 0
        while words < len(self.idle) or words < self.gate(left):
            row, taken = left[parts % self.m], 0
            while (taken < (self.idle + [self.p] * 999)[words] and len(row) > 1
                   and self.known[row[0]] <= words and parts < most):
                row.pop(0)
                taken += 1
            if words >= len(self.idle) and not taken:
                break
            words += 1
            parts += taken > 0
        return parts, words, left

    def counts(self, most: int) -> tuple[int, dict[str, object]]:
        """The parts, and the schedule, with so many parts at most."""
        parts, words, left = self.parts(most)
        if self.m > 1 and parts % self.m == 1:
            parts, words, left = self.parts(parts - 1)
        if parts < self.m:
            parts, words, left = self.parts(0)
        rest, ends = words_of(left, self.p)
        gate = max(words, self.gate(left))
        outputs = tuple(end + self.mac + 2 for end in ends)
        run = max(gate + len(rest), self.ready[-1], (gate + outputs[-1] + 1) * self.fed)
        return parts, {
            "order": tuple(self.order), "gate": gate, "run": run, "output_clocks": outputs,
            "load": self.k, "clear": self.n + self.k + self.m * self.fed,
            "interval": self.k + run, "latency": 1 + gate + outputs[-1],
        }

    def chosen(self) -> tuple[int, dict[str, object]]:
        """The parts, and the schedule."""
        plain, shared = self.counts(0), self.counts(10**9)
        return shared if 100 * plain[1]["interval"] >= 101 * shared[1]["interval"] else plain


def check(design: Design, lanes: int) -> int:
    parts, counts = Page(design, lanes).chosen()
    schedule = Schedule(design, lanes)
    assert schedule.walk.parts == parts
    for name, value in counts.items():
        assert getattr(schedule, name) == value, name
    return parts


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
def test_the_page_gives_the_schedule(seed, lanes):
    check(random_design(np.random.default_rng(seed)), lanes)


def test_the_page_gives_shared_schedules():
    rng = np.random.default_rng(11)
    turns = {
        (outputs, lanes): check(
            random_design(rng, neurons=60, density=0.02, zero_rows=zeros, outputs=outputs), lanes,
        ) / outputs
        for outputs in (1, 2, 5, 9) for lanes in (2, 4, 8, 16) for zeros in (False, True)
    }
    assert sum(found > 0 for found in turns.values()) > 7
    assert any(found % 1 for found in turns.values())
    assert max(turns.values()) > 3


@pytest.mark.parametrize(("lanes", "error", "message"), [
    (0, ValueError, "lanes must be in 1..64, not 0"),
    (128, ValueError, "lanes must be in 1..64, not 128"),
    (3, ValueError, "lanes must be a power of two up to 64, not 3"),
    (2.0, TypeError, "lanes must be an integer, not 2.0"),
])
def test_bad_lanes(lanes, error, message):
    with pytest.raises(error) as caught:
        Schedule(random_design(np.random.default_rng(0)), lanes)
    assert str(caught.value) == message
