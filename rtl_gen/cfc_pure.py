"""The neuron pipeline of the pure closed-form network."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed

from liquidgate.rtl_gen.activation_table import TableActivation
from liquidgate.rtl_gen.casting import half, left_shape, net, saturate, with_half
from liquidgate.rtl_gen.delay import later
from liquidgate.rtl_gen.interval import Interval
from liquidgate.rtl_gen.liquid import Pipeline
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import CfcPure, Schedule
from liquidgate.spec.cfc_pure import ACTIVATION, EXPONENT, INTERVAL, REST, TARGET
from liquidgate.spec.liquid import expect


class CfcPureNeuron(Pipeline):
    """s' = offset - target z exp(-t (rate + abs(z))), a neuron a clock.

    Latency ``PREACTIVATION + EXPONENT (+ INTERVAL) + ACTIVATION + REST + TARGET`` clocks. With
    intervals, the first row of a step is the interval itself. Cast points 1 to 5. Parameters and
    members: ``Pipeline``.
    """

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        super().__init__(schedule=schedule, sum_width=sum_width)
        self.pure = expect(CfcPure, self.design.liquid)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        pure, f = self.pure, self.pure.activation
        row, interval = self.valid_sum, None
        if pure.timed:
            m.submodules.interval = interval = Interval(
                port=self.design.input, sum_width=len(self.sum), rows=pure.neurons
            )
            m.d.comb += [interval.valid_sum.eq(self.valid_sum), interval.sum.eq(self.sum)]
            row = interval.row

        # Cast point 1, preactivation: the bias carries the rounding half.
        m.submodules.bias = bias = SequenceRom(
            values=[value + half(pure.acc_shift) for value in pure.bias]
        )
        exact = Signal(signed(self.design.acc_width))
        preactivation = Signal(signed(pure.preactivation.width))
        valid_exact = Signal()
        valid_preactivation = Signal()
        m.d.comb += [
            bias.next.eq(row),
            self.old_next.eq(row),  # no need of it, but the next liquid of a chain has one
        ]
        m.d.sync += [
            exact.eq(self.sum + bias.data),
            preactivation.eq(saturate(exact >> pure.acc_shift, pure.preactivation)),
            valid_exact.eq(row),
            valid_preactivation.eq(valid_exact),
        ]

        # Cast point 2, exponent.
        exponent, valid_exponent = self._exponent(
            m, preactivation, valid_preactivation, None if interval is None else interval.interval)

        # Cast point 3, activation: only an interval can be negative.
        m.submodules.activation = unit = TableActivation(table=f, odd=pure.timed)
        activation = Signal.like(unit.g)
        valid_activation = Signal()
        m.d.comb += [
            unit.valid_in.eq(valid_exponent),
            unit.z.eq(exponent),
            activation.eq(unit.g),
            valid_activation.eq(unit.valid_out),
        ]

        # Cast point 4, rest: the pre-activation without the part that the activation takes.
        late = later(m, preactivation, EXPONENT + INTERVAL * pure.timed + ACTIVATION, "z")
        taken = Signal(signed(len(activation) + len(late)))
        kept = Signal(with_half(len(late) + f.output.f_bits, pure.rest_shift))
        left = Signal(left_shape(late, f, pure.timed, pure.rest_shift))
        rest = Signal(signed(pure.rest.width))
        waits = Signal(REST)
        valid_rest = Signal()
        m.d.comb += valid_rest.eq(waits[-1])
        m.d.sync += [
            taken.eq(activation * late),
            kept.eq((late << f.output.f_bits) + half(pure.rest_shift)),
            left.eq(kept - taken),
            rest.eq(saturate(left >> pure.rest_shift, pure.rest)),
            waits.eq(Cat(valid_activation, waits)),
        ]

        # Cast point 5, state.
        m.submodules.target = target = SequenceRom(values=pure.target, block=True)
        m.submodules.offset = offset = SequenceRom(
            values=[value + half(pure.state_shift) for value in pure.offset]
        )
        pulled = Signal(signed(len(target.data) + 1 + len(rest)))
        begun = Signal.like(offset.data)
        total = Signal(signed(max(len(pulled), len(begun) + 1) + 1))
        valids = Signal(TARGET)
        m.d.comb += [target.next.eq(valid_rest), offset.next.eq(valid_rest)]
        m.d.sync += [
            pulled.eq(target.data * rest),
            begun.eq(offset.data),
            total.eq(begun - pulled),
            self.state.eq(saturate(total >> pure.state_shift, pure.state)),
            valids.eq(Cat(valid_rest, valids)),
        ]
        m.d.comb += self.valid_state.eq(valids[-1])
        return m

    def _exponent(self, m: Module, preactivation: Signal, valid: Signal,
                  interval: Value | None) -> tuple[Signal, Signal]:
        """The rate joins the size; times the interval."""
        pure, fmt = self.pure, self.pure.activation.input
        m.submodules.rate = rate = SequenceRom(values=pure.rate)
        size = Signal(len(preactivation))
        speed = Signal(range((1 << len(preactivation) - 1) + max(pure.rate) + 1))
        exponent = Signal(signed(fmt.width))
        valid_exponent = Signal()
        clocks = 1
        m.d.comb += [
            rate.next.eq(valid), size.eq(Mux(preactivation[-1], -preactivation, preactivation)),
        ]
        m.d.sync += speed.eq(size + rate.data)
        if interval is None:
            m.d.sync += exponent.eq(saturate(speed, fmt))
        else:
            grown = Signal(signed(len(speed) + 1 + len(interval)))
            exact = net(m, grown + half(pure.time_shift), "exact_exponent")
            m.d.sync += [
                grown.eq(speed * interval),
                exponent.eq(saturate(exact >> pure.time_shift, fmt)),
            ]
            clocks += INTERVAL
        valids = Signal(clocks)
        m.d.sync += [valids.eq(Cat(valid, valids)), valid_exponent.eq(valids[-1])]
        return exponent, valid_exponent
