"""The neuron pipeline of the closed-form continuous-time network."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal, Value, signed

from liquidgate.rtl_gen.activation_clip import ClipActivation
from liquidgate.rtl_gen.activation_table import TableActivation
from liquidgate.rtl_gen.casting import half, saturate
from liquidgate.rtl_gen.interval import Interval
from liquidgate.rtl_gen.liquid import Pipeline
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Cfc, Schedule, Table
from liquidgate.spec.liquid import expect


class CfcNeuron(Pipeline):
    """s' = ((1 - c) a + (1 + c) b) / 2: the heads of a neuron, a row each, become its state.

    Or, of mode "no_gate", s' = a + (1 + c) b / 2.

    Latency ``PREACTIVATION + EXPONENT (with intervals) + activation + GATE`` clocks from the last
    head's sum. With intervals, the first row of a step is the interval itself. Cast points 1 to 4.
    Parameters and members: ``Pipeline``.
    """

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        super().__init__(schedule=schedule, sum_width=sum_width)
        activation = expect(Cfc, self.design.liquid).activation
        self.activation: TableActivation | ClipActivation = (
            TableActivation(table=activation) if isinstance(activation, Table)
            else ClipActivation(clip=activation)
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        cfc = expect(Cfc, self.design.liquid)
        source, out = cfc.activation.input, cfc.activation.output

        row, interval = self.valid_sum, None
        if cfc.timed:
            m.submodules.interval = interval = Interval(
                port=self.design.input, sum_width=len(self.sum), rows=4 * cfc.neurons
            )
            m.d.comb += [interval.valid_sum.eq(self.valid_sum), interval.sum.eq(self.sum)]
            row = interval.row

        # Cast point 1, preactivation: the bias carries the rounding half.
        m.submodules.bias = bias = SequenceRom(
            values=[total.bias + total.half for total in cfc.sums()][cfc.timed :]
        )
        exact = Signal(signed(self.design.acc_width))
        preactivation = Signal(signed(source.width))
        valid_exact = Signal()
        valid_preactivation = Signal()
        m.d.comb += bias.next.eq(row)
        m.d.sync += [
            exact.eq(self.sum + bias.data),
            preactivation.eq(saturate(exact >> cfc.acc_shift, source)),
            valid_exact.eq(row),
            valid_preactivation.eq(valid_exact),
        ]

        # Cast point 2, exponent.
        argument, valid_argument = preactivation, valid_preactivation
        if interval is not None:
            argument, valid_argument = self._exponent(m, interval.interval, preactivation,
                                                      valid_preactivation)

        # Cast point 3, activation.
        m.submodules.activation = f = self.activation
        activation = Signal.like(f.g)
        valid_activation = Signal()
        m.d.comb += [
            f.valid_in.eq(valid_argument),
            f.z.eq(argument),
            valid_activation.eq(f.valid_out),
            activation.eq(f.g),
        ]

        # Cast point 4, state: a and b wait for c.
        m.submodules.mean = mean = SequenceRom(
            values=[half(cfc.state_shift) - value for value in cfc.mean]
        )
        head = Signal(3, init=1)
        first = Signal(signed(out.width))
        total = Signal(signed(out.width + 2))
        difference = Signal(signed(out.width + 1))
        third = Signal()
        product = Signal(signed(2 * out.width + 1))
        kept = Signal(signed(max(len(total) + out.f_bits, len(mean.data) + 1) + 1))
        centred = Signal(signed(max(len(kept), len(product)) + 1))
        m.d.comb += [
            third.eq(valid_activation & head[2]),
            mean.next.eq(third),
            self.old_next.eq(third),  # no need of it, but the next liquid of a chain has one
        ]
        # whatever comes while a head is awaited is overwritten by its value, which ends the wait
        with m.If(head[0]):
            m.d.sync += first.eq(activation)
        with m.If(head[1]):
            m.d.sync += ([total.eq((first << 1) + activation), difference.eq(activation)]
                         if cfc.mode == "no_gate" else
                         [total.eq(first + activation), difference.eq(activation - first)])
        with m.If(valid_activation):
            m.d.sync += head.eq(Cat(head[2], head[:2]))
        m.d.sync += [
            product.eq(activation * difference),
            kept.eq((total << out.f_bits) + mean.data),
            centred.eq(product + kept),
            self.state.eq(saturate(centred >> cfc.state_shift, cfc.state)),
        ]
        valids = Signal(3)
        m.d.sync += valids.eq(Cat(third, valids))
        m.d.comb += self.valid_state.eq(valids[-1])
        return m

    def _exponent(self, m: Module, interval: Value, preactivation: Signal,
                  valid: Signal) -> tuple[Signal, Signal]:
        """Times the interval, time_a and time_b become the exponent between heads."""
        cfc = expect(Cfc, self.design.liquid)
        head = Signal(4, init=1)
        grown = Signal(signed(len(preactivation) + len(interval)))
        exact = Signal(signed(max(len(grown), len(preactivation) + cfc.time_shift) + 2))
        exponent = Signal.like(preactivation)
        valid_exponent = Signal()
        passed = Signal()
        is_exponent = Signal()
        # only time_b meets a product; the half below the other heads' binary point is no harm
        with m.If(head[2]):
            m.d.sync += grown.eq(preactivation * interval)
        with m.Elif(valid):
            m.d.sync += grown.eq(0)
        with m.If(valid):
            m.d.sync += head.eq(Cat(head[3], head[:3]))
        raised = Signal.like(exact)
        m.d.comb += raised.eq((preactivation << cfc.time_shift) | half(cfc.time_shift))
        m.d.sync += [
            exact.eq(raised + grown),
            passed.eq(valid & ~head[2]),
            is_exponent.eq(valid & head[3]),
            exponent.eq(saturate(exact >> cfc.time_shift, cfc.activation.input)),
            valid_exponent.eq(is_exponent),
        ]
        valid_argument = Signal()
        m.d.sync += valid_argument.eq(passed)
        return exponent, valid_argument
