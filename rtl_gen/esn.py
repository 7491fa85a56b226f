"""The neuron pipeline of the echo state network."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Signal, signed

from liquidgate.rtl_gen.activation_clip import ClipActivation
from liquidgate.rtl_gen.activation_table import TableActivation
from liquidgate.rtl_gen.casting import half, saturate, with_half
from liquidgate.rtl_gen.liquid import Pipeline
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Esn, Schedule, Table
from liquidgate.spec.liquid import expect


def factors_after(esn: Esn) -> int:
    """Clocks from a sum to the factors of cast point 4."""
    activation = TableActivation if isinstance(esn.activation, Table) else ClipActivation
    return 2 + activation.latency + 1


class EsnNeuron(Pipeline):
    """s' = decay * s + gain * (f(sum + bias) - mean): every neuron's update, one a clock.

    Latency ``PREACTIVATION + activation + DEVIATION + LEAK`` clocks. Rows arrive in the order of
    the schedule, so each constant comes from a ROM that walks by itself. Cast points 1 to 4.
    Parameters and members: ``Pipeline``; ``lends``: both products of cast point 4 are made outside.
    """

    def __init__(self, *, schedule: Schedule, sum_width: int, lends: bool = False) -> None:
        esn = expect(Esn, schedule.design.liquid)
        order, self.block = schedule.order, lends
        self.decay = SequenceRom(values=[esn.decay[i] for i in order], block=self.block)
        self.gain = SequenceRom(values=[esn.gain[i] for i in order], block=self.block)
        if lends:
            self.lent = (
                (signed(esn.state.width), self.decay.data.shape()),
                (signed(esn.deviation.width), self.gain.data.shape()),
            )
        super().__init__(schedule=schedule, sum_width=sum_width)
        activation = esn.activation
        self.activation: TableActivation | ClipActivation = (
            TableActivation(table=activation) if isinstance(activation, Table)
            else ClipActivation(clip=activation)
        )

    @property
    def latency(self) -> int:
        return factors_after(expect(Esn, self.design.liquid)) + 3

    def elaborate(self, platform: object) -> Module:
        m = Module()
        esn = expect(Esn, self.design.liquid)
        order = self.schedule.order

        # Cast point 1, preactivation: the bias carries the rounding half.
        m.submodules.bias = bias = SequenceRom(
            values=[esn.bias[i] + half(esn.acc_shift) for i in order], block=self.block
        )
        exact = Signal(signed(self.design.acc_width))
        preactivation = Signal(signed(esn.activation.input.width))
        valid_exact = Signal()
        valid_preactivation = Signal()
        m.d.comb += bias.next.eq(self.valid_sum)
        m.d.sync += [
            exact.eq(self.sum + bias.data),
            preactivation.eq(saturate(exact >> esn.acc_shift, esn.activation.input)),
            valid_exact.eq(self.valid_sum),
            valid_preactivation.eq(valid_exact),
        ]

        # Cast point 2, activation.
        m.submodules.activation = f = self.activation
        activation = Signal.like(f.g)
        valid_activation = Signal()
        m.d.comb += [
            f.valid_in.eq(valid_preactivation),
            f.z.eq(preactivation),
            valid_activation.eq(f.valid_out),
            activation.eq(f.g),
        ]

        # Cast point 3, deviation.
        m.submodules.mean = mean = SequenceRom(
            values=[esn.mean[i] - half(esn.deviation_shift) for i in order],
            block=self.block,
        )
        deviation = Signal(signed(esn.deviation.width))
        valid_deviation = Signal()
        m.d.comb += mean.next.eq(valid_activation)
        m.d.sync += [
            deviation.eq(saturate((activation - mean.data) >> esn.deviation_shift, esn.deviation)),
            valid_deviation.eq(valid_activation),
        ]

        # Cast point 4, state. The old one is fetched a clock ahead, as all that is multiplied comes
        # from registers.
        m.submodules.decay = decay = self.decay
        m.submodules.gain = gain = self.gain
        kept = Signal(signed(len(decay.data) + esn.state.width))
        fresh = Signal(signed(len(gain.data) + esn.deviation.width))
        leaky = Signal(with_half(max(len(kept), len(fresh)) + 1, esn.leak_shift))
        old = Signal.like(self.old)
        m.d.comb += [
            decay.next.eq(valid_deviation),
            gain.next.eq(valid_deviation),
            self.old_next.eq(valid_activation),
        ]
        m.d.sync += old.eq(self.old)
        if self.lent:
            m.d.comb += [
                self.valid_factors.eq(valid_deviation),
                self.left0.eq(old), self.right0.eq(decay.data), kept.eq(self.product0),
                self.left1.eq(deviation), self.right1.eq(gain.data), fresh.eq(self.product1),
            ]
        else:
            m.d.sync += [kept.eq(old * decay.data), fresh.eq(deviation * gain.data)]
        m.d.sync += [
            leaky.eq(kept + fresh + half(esn.leak_shift)),
            self.state.eq(saturate(leaky >> esn.leak_shift, esn.state)),
        ]
        valids = Signal(3)
        m.d.sync += valids.eq(Cat(valid_deviation, valids))
        m.d.comb += self.valid_state.eq(valids[-1])
        return m
