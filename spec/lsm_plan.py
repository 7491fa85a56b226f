"""The two schedules of a liquid state machine. docs/timing.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liquidgate.spec.liquid import Plan

if TYPE_CHECKING:
    from liquidgate.spec.lsm import Lsm

ENCODE = 3
"""Clocks from the issue of a spike channel to the write of its spike."""
ROW = 4
"""Clocks from the issue of a row's last word to its sum, adder tree apart."""
FETCH = 2
"""Clocks from the address of an accumulator to its sum."""
NEURON = 10
"""Clocks from a sum to its tap in the source memory."""
DYNAMICS = 5
"""Clocks from a tap in the source memory to the neuron's efficacy in the ring of spikes."""

Synapse = tuple[int, int, int]
"""(source, delay, weight); sources count neurons, then spike channels of the encoder."""
Target = tuple[int, int]
"""(neuron, weight)."""


def slots(liquid: Lsm) -> int:
    """Steps whose spikes are remembered, the one to come included: a power of two."""
    return 1 << (liquid.max_delay + 1).bit_length()


def row_words(liquid: Lsm, lanes: int) -> list[list[tuple[Synapse, ...]]]:
    """For each neuron its synapses, ``lanes`` a word; a neuron without any has an empty word."""
    result = []
    for i in range(liquid.neurons):
        row = list(liquid.synapses(i))
        result.append([tuple(row[k : k + lanes]) for k in range(0, max(1, len(row)), lanes)])
    return result


def fan_out(liquid: Lsm, lanes: int) -> dict[tuple[int, int], list[tuple[Target | None, ...]]]:
    """By (delay, source): words in which lane p has a target i with i mod lanes = p, ascending."""
    banks: dict[tuple[int, int], list[list[Target]]] = {}
    for i in range(liquid.neurons):
        for source, delay, weight in liquid.synapses(i):
            own = banks.setdefault((delay, source), [[] for _ in range(lanes)])
            own[i % lanes].append((i, weight))
    return {
        key: [tuple(bank[k] if k < len(bank) else None for bank in own)
              for k in range(max(map(len, own)))]
        for key, own in banks.items()
    }


def static_plan(liquid: Lsm, lanes: int) -> Plan:
    """All spike channels, then the rows of all neurons, a word a clock."""
    begin = liquid.spike_channels + ENCODE - 1
    end, ready = begin - 1, []
    for words in row_words(liquid, lanes):
        end += len(words)
        ready.append(end + ROW + (lanes - 1).bit_length() + NEURON)
    sources = liquid.neurons + liquid.spike_channels
    return Plan(order=tuple(range(liquid.neurons)), ready=tuple(ready),
                busy=ready[-1] + (DYNAMICS if liquid.dynamics else 0),
                products=liquid.recurrent.nnz + liquid.input.nnz,
                clear=max(slots(liquid) << (sources - 1).bit_length(), liquid.spike_channels))


def event_plan(liquid: Lsm, lanes: int) -> Plan:
    """WORK adds the weights of all spikes; then a neuron a clock."""
    ready = tuple(FETCH + NEURON + i for i in range(liquid.neurons))
    sources = (liquid.max_delay + 1) * (liquid.neurons + liquid.spike_channels)
    lists = fan_out(liquid, lanes).values()
    longest = work(liquid) + event_work(0) * (sources - len(lists)) + sum(
        event_work(len(words)) for words in lists)
    return Plan(order=tuple(range(liquid.neurons)), ready=ready, busy=ready[-1], products=0,
                clear=max(liquid.neurons, liquid.spike_channels), waits=True, longest=longest)


def work(liquid: Lsm) -> int:
    """Clocks of WORK without a spike."""
    return liquid.spike_channels + ENCODE + 2 * (liquid.max_delay + 1) + 1


def event_work(words: int) -> int:
    """Clocks of WORK for a spike with so many words of targets at a delay."""
    return 1 + max(1, words)
