"""Encoders of a liquid state machine: samples become spikes."""

from __future__ import annotations

from functools import reduce
from operator import xor

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, Value, signed
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.lsm_bsa import LsmBsa
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Lsm, Schedule
from liquidgate.spec.liquid import expect
from liquidgate.spec.lsm_encoders import (
    LFSR_SHIFTS,
    LFSR_TAPS,
    Bsa,
    Delta,
    Population,
    Rate,
    encoded_range,
)


class LsmEncoder(wiring.Component):
    """One spike channel after the other, one a clock, from the samples that LOAD has left.

    Latency 3 clocks from ``start`` (the issue of channel 0): sample, difference, spike. Cast
    point 1.

    Parameters
    ----------
    schedule : of the liquid.

    Members
    -------
    zero, place, take, channel, input, start : see ``rtl_gen.liquid.Liquid``.
    valid_encoded, encoded : Out(1), the spike channels in their order.
    last : Out(1), beside the last of a step.
    """

    def __init__(self, *, schedule: Schedule) -> None:
        self.schedule = schedule
        port = schedule.design.input
        super().__init__({
            "zero": In(1),
            "place": In(range(max(2, schedule.clear))),
            "take": In(1),
            "channel": In(range(max(2, schedule.load))),
            "input": In(Shape(port.width, port.signed)),
            "start": In(1),
            "valid_encoded": Out(1),
            "encoded": Out(1),
            "last": Out(1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        lsm = expect(Lsm, self.schedule.design.liquid)
        encoder, count = lsm.encoder, lsm.spike_channels
        inputs = self.schedule.design.inputs

        # Issue: the sample of each spike channel.
        if isinstance(encoder, Population):
            sample_of = [k for k, row in enumerate(encoder.centres) for _ in row]
        else:
            sample_of = [e * inputs // count for e in range(count)]
        at = Signal(range(max(2, count)))
        active = Signal()
        issue = Signal()
        final = Signal()
        m.submodules.samples = samples = Memory(
            shape=self.input.shape(), depth=max(2, inputs), init=[]
        )
        write, read = samples.write_port(), samples.read_port()
        m.submodules.sample = sample = SequenceRom(values=sample_of)
        m.d.comb += [
            write.en.eq(self.take),
            write.addr.eq(self.channel),
            write.data.eq(self.input),
            issue.eq(self.start | active),
            final.eq(at == count - 1),
            sample.next.eq(issue),
            read.addr.eq(sample.data),
        ]
        with m.If(issue):
            m.d.sync += [at.eq(Mux(final, 0, at + 1)), active.eq(~final)]

        issued = Signal(3)
        ends = Signal(3)
        m.d.sync += [issued.eq(Cat(issue, issued)), ends.eq(Cat(issue & final, ends))]
        m.d.comb += [self.valid_encoded.eq(issued[-1]), self.last.eq(ends[-1])]

        # Difference, spike.
        value = Signal(signed(encoded_range(self.schedule.design.input).width))
        m.d.comb += value.eq(read.data)
        if isinstance(encoder, Bsa):
            m.submodules.bsa = bsa = LsmBsa(encoder=encoder, port=self.schedule.design.input,
                                            places=self.schedule.clear)
            m.d.comb += [bsa.zero.eq(self.zero), bsa.place.eq(self.place),
                         bsa.address.eq(sample.data), bsa.value.eq(value),
                         bsa.valid.eq(issued[0])]
            spike = bsa.spike
        elif isinstance(encoder, Delta):
            spike = self._delta(m, encoder, value, sample.data, issue, issued)
        elif isinstance(encoder, Rate):
            bits = encoder.bits(self.schedule.design.input)
            random = self._random(m, encoder.seed, bits, issued[0])
            low = self.schedule.design.input.format.raw_min
            over = Signal(signed(max(len(value), bits) + 2))
            m.d.sync += over.eq(value - low - random)
            spike = over > 0
        elif isinstance(encoder, Population):
            random = self._random(m, encoder.seed, encoder.bits, issued[1])
            m.submodules.centre = centre = SequenceRom(
                values=[c for row in encoder.centres for c in row], lazy=True
            )
            offset = Signal(signed(len(value) + 1))
            above, below = (Signal(signed(max(len(offset), encoder.reach + 1, encoder.bits) + 3),
                                   name=name) for name in ("above", "below"))
            m.d.comb += centre.next.eq(issue)
            m.d.sync += offset.eq(value - centre.data)
            m.d.comb += [
                above.eq(random + offset - (1 << encoder.reach)),
                below.eq(random - offset - (1 << encoder.reach)),
            ]
            spike = above[-1] & below[-1]
        else:
            present = Signal()
            m.d.sync += present.eq(value.any())
            spike = present
        m.d.sync += self.encoded.eq(spike)
        return m

    def _delta(self, m: Module, encoder: Delta, value: Value, sample: Value,
               issue: Value, issued: Signal) -> Value:
        """Up and down channels take turns; at most one of the two moves the reference."""
        m.submodules.references = references = Memory(
            shape=value.shape(), depth=max(2, len(encoder.threshold)), init=[]
        )
        m.submodules.threshold = threshold = SequenceRom(
            values=[t for t in encoder.threshold for _ in range(2)], lazy=True
        )
        read, write = references.read_port(), references.write_port()
        down = Signal()
        over = Signal(signed(len(value) + 2))
        moved = Signal.like(value)
        samples = [Signal.like(read.addr, name=f"sample{k}") for k in (1, 2)]
        with m.If(issued[0]):
            m.d.sync += down.eq(~down)
        m.d.sync += [
            samples[0].eq(sample),
            samples[1].eq(samples[0]),
            over.eq(Mux(down, read.data - value, value - read.data) - threshold.data),
            moved.eq(read.data + Mux(down, -threshold.data, threshold.data)),
        ]
        m.d.comb += [
            read.addr.eq(sample),
            threshold.next.eq(issue),
            write.en.eq(self.zero | (issued[1] & ~over[-1])),
            write.addr.eq(Mux(self.zero, self.place, samples[1])),
            write.data.eq(Mux(self.zero, 0, moved)),
        ]
        return ~over[-1]

    def _random(self, m: Module, seed: int, bits: int, step: Value) -> Value:
        """The low bits of a shift register that takes 16 shifts in a clock."""
        register = Signal(32, init=seed)
        terms = [{k} for k in range(32)]  # by bit of the next value: bits whose parity it is
        for _ in range(LFSR_SHIFTS):
            low = terms[0]
            terms = [*terms[1:], set()]
            terms = [term ^ low if LFSR_TAPS >> k & 1 else term for k, term in enumerate(terms)]
        with m.If(self.zero):
            m.d.sync += register.eq(seed)
        with m.Elif(step):
            m.d.sync += register.eq(
                Cat(reduce(xor, (register[k] for k in sorted(term))) for term in terms)
            )
        return register[:bits]
