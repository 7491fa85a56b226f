"""The event-driven schedule of a liquid state machine: work for spikes alone."""

from __future__ import annotations

from amaranth.hdl import Array, Cat, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import Out

from liquidgate.rtl_gen.casting import equals
from liquidgate.rtl_gen.images import concatenate
from liquidgate.rtl_gen.lsm_static import spike_members
from liquidgate.spec import Lsm, Schedule
from liquidgate.spec.liquid import expect
from liquidgate.spec.lsm_plan import fan_out, slots


class LsmEvents(wiring.Component):
    """Lists of spikes, lists of their targets, and an accumulator a neuron.

    Spikes are noted in a list for each step. After the encoder's, each noted spike of each delay
    adds its weights, ``lanes`` a clock, to accumulators that stand in as many banks: neuron i in
    bank i mod lanes. Then the neurons get their sums, one a clock. A spike takes a clock to look up
    and one for each word of targets (at least one), a delay two more.

    Parameters
    ----------
    schedule : of the liquid.

    Members
    -------
    done : Out(1), the last clock of WORK. The others: see ``spike_members``.
    """

    def __init__(self, *, schedule: Schedule) -> None:
        self.schedule = schedule
        self.words: list[tuple[tuple[int, int] | None, ...]] = []
        super().__init__({**spike_members(schedule), "done": Out(1)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        lsm = expect(Lsm, self.schedule.design.liquid)
        sources = lsm.neurons + lsm.spike_channels
        source_bits = max(1, (sources - 1).bit_length())
        slot_bits = (slots(lsm) - 1).bit_length()

        # Spikes, noted by step.
        now = Signal(slot_bits)
        source = Signal(source_bits, init=lsm.neurons)
        slot = Signal(slot_bits)
        noted = Array(  # zeroed in CLEAR, which follows a reset
            Signal(range(sources + 1), name=f"noted{k}", reset_less=True)
            for k in range(1 << slot_bits)
        )
        m.submodules.spikes = spikes = Memory(
            shape=unsigned(source_bits), depth=1 << slot_bits + source_bits, init=[]
        )
        write = spikes.write_port()
        m.d.comb += [
            slot.eq(now + self.valid_spike),
            write.en.eq(Mux(self.valid_spike, self.spike, self.valid_encoded & self.encoded)),
            write.addr.eq(Cat(noted[slot][:source_bits], slot)),
            write.data.eq(source),
        ]
        with m.If(write.en):
            m.d.sync += noted[slot].eq(noted[slot] + 1)
        with m.If(self.valid_spike & equals(source, lsm.neurons - 1)):
            m.d.sync += [
                now.eq(now + 1), source.eq(lsm.neurons), noted[(now + 2)[:slot_bits]].eq(0),
            ]
        with m.Elif(self.last):
            m.d.sync += source.eq(0)
        with m.Elif(self.valid_encoded | self.valid_spike):
            m.d.sync += source.eq(source + 1)
        with m.If(self.zero):
            m.d.sync += [count.eq(0) for count in noted]

        issue, address = self._walk(m, lsm, noted, now, spikes, source_bits, slot_bits)
        self._accumulate(m, lsm, issue, address)
        return m

    def _walk(self, m: Module, lsm: Lsm, noted: Array[Signal], now: Signal, spikes: Memory,
              source_bits: int, slot_bits: int) -> tuple[Value, Value]:
        """From spike to spike: whether a word of targets issues now, and which."""
        lists = fan_out(lsm, self.schedule.lanes)
        delays = lsm.max_delay + 1
        words: list[tuple[tuple[int, int] | None, ...]] = []
        index: list[tuple[int, int]] = []
        for delay in range(delays):
            for source in range(1 << source_bits):
                own = lists.get((delay, source), [])
                index.append((len(words) if own else 0, len(own)))
                words += own
        address_bits = max(1, (len(words) - 1).bit_length())
        more_bits = max(1, (max(count for _, count in index)).bit_length())
        self.words = words

        # Pick (the first of a step's list), look (at a spike, or the end of the list), walk.
        pick, look, walk = Signal(), Signal(), Signal()
        delay = Signal(range(max(2, delays)))
        place = Signal(range(lsm.neurons + lsm.spike_channels + 1))
        slot = Signal(slot_bits)
        unseen = Signal.like(place)
        ends = Signal()
        final = Signal()
        read = spikes.read_port()
        m.submodules.targets = targets = Memory(
            shape=unsigned(address_bits + more_bits), depth=len(index),
            init=[start | count << address_bits for start, count in index],
        )
        target = targets.read_port()
        m.d.comb += [
            slot.eq(now - delay if delays > 1 else now),
            read.addr.eq(Cat(place[:source_bits], slot)),
            target.addr.eq(Cat(read.data, delay) if delays > 1 else read.data),
            ends.eq(look & ~unseen.any()),
            final.eq(delay == delays - 1 if delays > 1 else 1),
        ]

        # A list of targets: its start and length come a clock after the look.
        first = Signal()
        address, following = Signal(address_bits), Signal(address_bits)
        left, fewer = Signal(more_bits), Signal(more_bits)
        finished = Signal()
        m.d.comb += [
            address.eq(Mux(first, target.data[:address_bits], following)),
            left.eq(Mux(first, target.data[address_bits:], fewer)),
            finished.eq(walk & ~left[1:].any() if more_bits > 1 else walk),
        ]
        m.d.sync += [
            following.eq(address + 1),
            fewer.eq(left - 1),
            first.eq(look),
            unseen.eq(Mux(pick, noted[slot], unseen - look)),
            pick.eq(self.last | (ends & ~final)),
            look.eq(pick | finished),
            walk.eq((look & ~ends) | (walk & ~finished)),
            self.done.eq(ends & final),
        ]
        with m.If(ends):
            m.d.sync += place.eq(0)
            if delays > 1:
                m.d.sync += delay.eq(Mux(final, 0, delay + 1))
        with m.Elif(look):
            m.d.sync += place.eq(place + 1)
        return walk & left.any(), address

    def _accumulate(self, m: Module, lsm: Lsm, issue: Value, address: Value) -> None:
        """Adds words of targets; then reads a sum a clock, and leaves zeroes."""
        lanes, neurons = self.schedule.lanes, lsm.neurons
        depth = max(2, -(-neurons // lanes))
        row_bits = (depth - 1).bit_length()
        width = lsm.weight_width + row_bits

        def field(target: tuple[int, int] | None) -> int:
            neuron, weight = target or (0, 0)
            return neuron // lanes << lsm.weight_width | weight & (1 << lsm.weight_width) - 1

        m.submodules.weights = weights = Memory(
            shape=unsigned(width * lanes), depth=max(2, len(self.words)),
            init=[concatenate(map(field, word), width) for word in self.words],
        )
        read = weights.read_port()
        issued = Signal(2)
        m.d.comb += read.addr.eq(address)
        m.d.sync += issued.eq(Cat(issue, issued))

        # The neurons' turn: from the clock after WORK, one a clock.
        row = Signal(row_bits)
        bank = Signal(range(max(2, lanes)))
        left = Signal(range(neurons + 1))
        giving, given = Signal(), Signal()
        row_given, bank_given = Signal.like(row), Signal.like(bank)
        full, over = Signal(), Signal()
        m.d.comb += [giving.eq(left.any()), full.eq(bank == lanes - 1), self.ahead.eq(given)]
        with m.If(self.done):
            m.d.sync += [left.eq(neurons), row.eq(0), bank.eq(0)]
        with m.Else():  # between turns bank and row go on, and nobody looks
            m.d.sync += [
                left.eq(left - giving), bank.eq(Mux(full, 0, bank + 1)), row.eq(row + full),
            ]
        m.d.sync += [
            given.eq(giving), row_given.eq(row), bank_given.eq(bank), self.valid_sum.eq(self.ahead),
            # the banks leave zeroes when the last of their row has been read
            over.eq(giving & (full if neurons % lanes == 0 else full | (left == 1))),
        ]
        zeroing = Signal()
        m.d.comb += zeroing.eq(self.zero | over)

        sums = []
        for p in range(lanes):
            m.submodules[f"sums{p}"] = ram = Memory(
                shape=signed(lsm.drive_width), depth=depth, init=[]
            )
            before, after = ram.read_port(), ram.write_port()
            field_p = read.data[p * width : (p + 1) * width]
            weight = Signal(signed(lsm.weight_width), name=f"weight{p}")
            target = Signal(row_bits, name=f"target{p}")
            m.d.comb += [
                before.addr.eq(Mux(giving, row, field_p[lsm.weight_width :])),
                after.en.eq(zeroing | issued[1] & weight.any()),
                after.addr.eq(Mux(self.zero, self.place, Mux(given, row_given, target))),
                after.data.eq(Mux(zeroing, 0, before.data + weight)),
            ]
            m.d.sync += [
                weight.eq(field_p[: lsm.weight_width].as_signed()),
                target.eq(field_p[lsm.weight_width :]),
            ]
            sums.append(before.data)
        m.d.sync += self.sum.eq(Array(sums)[bank_given] if lanes > 1 else sums[0])
