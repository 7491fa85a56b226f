"""The static schedule of a liquid state machine: every synapse in every step."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import equals
from liquidgate.rtl_gen.images import concatenate
from liquidgate.spec import Lsm, Schedule
from liquidgate.spec.liquid import expect
from liquidgate.spec.lsm_plan import row_words, slots


def spike_members(schedule: Schedule) -> dict[str, object]:
    """The ports of a core that turns spikes into sums of weights.

    valid_encoded, encoded, last : In; the encoder's spikes of a step, before any neuron's.
    valid_spike, spike : In; the neurons', of the same step; with dynamics, efficacies.
    ahead : Out(1), a clock before valid_sum.
    valid_sum, sum : Out; the weights that come in, neuron after neuron.
    zero, place : In; CLEAR.
    """
    lsm = expect(Lsm, schedule.design.liquid)
    return {
        "valid_encoded": In(1), "encoded": In(1), "last": In(1),
        "valid_spike": In(1), "spike": In(1 + lsm.efficacy_bits),
        "ahead": Out(1), "valid_sum": Out(1), "sum": Out(signed(lsm.drive_width)),
        "zero": In(1), "place": In(range(max(2, schedule.clear))),
    }


class LsmRows(wiring.Component):
    """Rows of synapses, ``lanes`` a clock: the weights whose source spiked are added. With dynamics
    a spike is an efficacy, by which the weight is multiplied.

    Spikes live in a ring of steps, a bit each, with a read port a lane: in block RAM, since a
    selector a lane in logic is neither small nor quick. The first word issues in
    the clock of ``last``; a row's sum comes 4 + log2(lanes) clocks after the issue of its last
    word: synapse, spike, weight, adder tree, accumulator.

    Parameters
    ----------
    schedule : of the liquid.

    Members
    -------
    See ``spike_members``.
    """

    def __init__(self, *, schedule: Schedule) -> None:
        self.schedule = schedule
        super().__init__(spike_members(schedule))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        lsm, lanes = expect(Lsm, self.schedule.design.liquid), self.schedule.lanes
        rows = row_words(lsm, lanes)
        words = [word for row in rows for word in row]
        source_bits = max(1, (lsm.neurons + lsm.spike_channels - 1).bit_length())
        slot_bits = (slots(lsm) - 1).bit_length()
        delay_bits = lsm.max_delay.bit_length()

        # Spikes, by step and source.
        m.submodules.spikes = spikes = Memory(
            shape=unsigned(len(self.spike)), depth=1 << slot_bits + source_bits, init=[],
            attrs={"ram_style": "block"},
        )
        now = Signal(slot_bits)
        source = Signal(source_bits, init=lsm.neurons)  # channels come first in a step
        final = Signal()
        write = spikes.write_port()
        kept: Value = ~self.zero
        if lsm.dynamics:
            kept = kept.replicate(len(self.spike))
        m.d.comb += [
            final.eq(self.valid_spike & equals(source, lsm.neurons - 1)),
            write.en.eq(self.zero | self.valid_encoded | self.valid_spike),
            write.addr.eq(Mux(self.zero, self.place, Cat(source, now + self.valid_spike))),
            write.data.eq(
                kept & Mux(self.valid_spike, self.spike, self.encoded << lsm.efficacy_bits)
            ),
        ]
        with m.If(final):
            m.d.sync += [now.eq(now + 1), source.eq(lsm.neurons)]
        with m.Elif(self.last):
            m.d.sync += source.eq(0)
        with m.Elif(self.valid_encoded | self.valid_spike):
            m.d.sync += source.eq(source + 1)

        # Issue.
        word = Signal(range(max(2, len(words))))
        active = Signal()
        issue = Signal()
        end = Signal()
        m.d.comb += [issue.eq(self.last | active), end.eq(word == len(words) - 1)]
        with m.If(issue):
            m.d.sync += [word.eq(Mux(end, 0, word + 1)), active.eq(~end)]

        # Synapses: a lane's weight, source and delay; and where rows end.
        width = lsm.weight_width + source_bits + delay_bits

        def field(synapse: tuple[int, int, int]) -> int:
            source, delay, weight = synapse
            return (delay << source_bits | source) << lsm.weight_width | (
                weight & (1 << lsm.weight_width) - 1)

        m.submodules.rows = synapses = Memory(
            shape=unsigned(width * lanes + 1), depth=max(2, len(words)),
            init=[concatenate(map(field, w), width) | (k == len(row) - 1) << width * lanes
                  for row in rows for k, w in enumerate(row)],
        )
        read = synapses.read_port()
        m.d.comb += read.addr.eq(word)

        # Spikes: weights of the sources that spiked.
        terms: list[Value] = []
        for p in range(lanes):
            synapse = read.data[p * width : (p + 1) * width]
            weight = Signal(signed(lsm.weight_width), name=f"weight{p}")
            term = Signal(signed(lsm.weight_width + lsm.efficacy_bits), name=f"term{p}")
            spiked = spikes.read_port()
            slot = now
            if delay_bits:
                slot = (now - synapse[lsm.weight_width + source_bits :])[:slot_bits]
            m.d.comb += spiked.addr.eq(
                Cat(synapse[lsm.weight_width : lsm.weight_width + source_bits], slot)
            )
            m.d.sync += [
                weight.eq(synapse[: lsm.weight_width].as_signed()),
                term.eq(weight * spiked.data if lsm.dynamics else Mux(spiked.data, weight, 0)),
            ]
            terms.append(term)

        # Adder tree, accumulator.
        while len(terms) > 1:
            level = [Signal.like(self.sum, name=f"tree{len(terms) // 2}_{k}")
                     for k in range(len(terms) // 2)]
            m.d.sync += [node.eq(a + b) for node, a, b in zip(level, terms[::2], terms[1::2])]
            terms = list(level)
        latency = 3 + (lanes - 1).bit_length()
        valids = Signal(latency)
        ends = Signal(latency - 1)
        fresh = Signal(init=1)
        m.d.sync += [
            valids.eq(Cat(issue, valids)),
            ends.eq(Cat(read.data[-1], ends)),
            self.valid_sum.eq(self.ahead),
            self.sum.eq(Mux(fresh, 0, self.sum) + terms[0]),
        ]
        m.d.comb += self.ahead.eq(valids[-1] & ends[-1])
        with m.If(valids[-1]):
            m.d.sync += fresh.eq(ends[-1])
        return m
