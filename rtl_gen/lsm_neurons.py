"""The neurons of a liquid state machine, one a clock."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, Value, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half, net, saturate, with_half
from liquidgate.rtl_gen.lsm_dynamics import LsmDynamics
from liquidgate.rtl_gen.lsm_trace import LsmTrace
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.rtl_gen.walk_ram import WalkRam
from liquidgate.spec import Lsm, Schedule
from liquidgate.spec.liquid import expect
from liquidgate.spec.lsm_dynamics import Dynamics
from liquidgate.spec.lsm_taps import SpikeCount, SpikeTrace


class LsmNeurons(wiring.Component):
    """Leaky integration, threshold, reset, and what follows a spike; from sums of weights.

    Latency 9 clocks from a sum to its tap: current (product, leak, cast), membrane (product, leak,
    cast), threshold, reset, tap. Cast points 2 to 6. What comes in is added to a leak that is
    rounded already: no long carry follows another one in a clock.

    Parameters
    ----------
    schedule : of the liquid.

    Members
    -------
    ahead : In(1), a clock before valid_sum.
    valid_sum, sum : In; the weights that came in, neuron after neuron.
    valid_current, current, ..., valid_state, state : Out; the cast points.
    zero, place : In; CLEAR.
    """

    def __init__(self, *, schedule: Schedule) -> None:
        self.schedule = schedule
        self.lsm = lsm = expect(Lsm, schedule.design.liquid)
        self.places = max(2, schedule.clear)
        members: dict[str, object] = {
            "ahead": In(1), "valid_sum": In(1), "sum": In(signed(lsm.drive_width)),
            "zero": In(1), "place": In(range(self.places)),
        }
        for point, fmt in lsm.points.items():
            if point != "encoded":
                members |= {f"valid_{point}": Out(1), point: Out(Shape(fmt.width, fmt.signed))}
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        lsm, n = self.lsm, self.lsm.leak_shift

        # Cast point 2, current.
        currents = self._ram(m, "currents", signed(lsm.current.width))
        m.submodules.current_decay = decay = SequenceRom(values=lsm.current_decay, lazy=True)
        kept = Signal(signed(lsm.current.width + len(decay.data)))
        leaked = Signal(with_half(len(kept), n))  # decays may be small beside 1
        waiting = Signal.like(self.sum)
        arrived: Value = waiting
        if lsm.dynamics:
            arrived = ((waiting << lsm.weight_shift) + half(lsm.efficacy_bits)) >> lsm.efficacy_bits
        drive = Signal.like(arrived)
        driven = drive if lsm.dynamics else drive << lsm.weight_shift
        exact = net(m, (leaked >> n) + driven, "exact_current")
        valids = Signal(3)
        m.d.comb += [
            currents.next.eq(self.valid_sum),
            decay.next.eq(self.ahead),
            self.valid_current.eq(valids[-1]),
            currents.write.eq(self.valid_current),
            currents.value.eq(self.current),
        ]
        m.d.sync += [
            valids.eq(Cat(self.valid_sum, valids)),
            kept.eq(currents.data * decay.data),
            waiting.eq(self.sum),
            leaked.eq(kept + half(n)),
            drive.eq(arrived),
            self.current.eq(saturate(exact, lsm.current)),
        ]

        # Cast point 3, membrane: to a refractory neuron nothing leaks and nothing comes.
        membranes = self._ram(m, "membranes", signed(lsm.membrane.width))
        m.submodules.membrane_decay = leak = SequenceRom(values=lsm.membrane_decay, lazy=True)
        m.submodules.bias = bias = SequenceRom(values=lsm.bias, lazy=True)
        left = Signal(max(1, max(lsm.refractory).bit_length()))
        resting = Signal()
        coming = Signal(signed(max(lsm.current.width, lsm.membrane.width) + 1))
        come = Signal.like(coming)
        factor = Signal(n + 1)
        held = Signal(signed(lsm.membrane.width + n + 1))
        charge = Signal(signed(len(held) + 1))
        exact_membrane = net(m, (charge >> n) + come, "exact_membrane")
        charging = Signal(3)
        m.d.comb += [
            membranes.next.eq(self.valid_current),
            leak.next.eq(valids[-2]),
            bias.next.eq(valids[-2]),
            resting.eq(left.any()),
            factor.eq(Mux(resting, 1 << n, leak.data)),
            self.valid_membrane.eq(charging[-1]),
        ]
        m.d.sync += [
            charging.eq(Cat(self.valid_current, charging)),
            coming.eq(Mux(resting, 0, self.current + bias.data)),
            held.eq(membranes.data * factor),
            charge.eq(held + half(n)),
            come.eq(coming),
            self.membrane.eq(saturate(exact_membrane, lsm.membrane)),
        ]

        # Cast point 4, spike and reset.
        m.submodules.threshold = threshold = SequenceRom(values=lsm.threshold, lazy=True)
        height: Value = threshold.data
        spiking = Signal()
        if lsm.adaptation:
            adaptation = self._trace(m, "adaptation", lsm.adaptation, charging[-2])
            height = height + adaptation.old
            m.d.comb += [self.valid_adaptation.eq(adaptation.valid),
                         self.adaptation.eq(adaptation.value)]
        over = Signal(signed(max(lsm.membrane.width, len(height) + 1) + 1))
        charged = Signal.like(self.membrane)
        after = Signal.like(self.membrane)
        tested = Signal()
        m.d.comb += [
            threshold.next.eq(charging[-2]),
            spiking.eq(~over[-1]),
            membranes.write.eq(self.valid_spike),
            membranes.value.eq(after),
        ]
        m.d.sync += [
            tested.eq(self.valid_membrane),
            over.eq(self.membrane - height),
            charged.eq(self.membrane),
            self.valid_spike.eq(tested),
            self.spike.eq(spiking),
            after.eq(Mux(spiking, over if lsm.reset == "subtract" else 0, charged)),
        ]
        if any(lsm.refractory):
            self._refractory(m, left, resting, over, spiking)

        if lsm.dynamics:
            self._dynamics(m, lsm.dynamics, tested)

        # Cast point 6, state.
        m.d.sync += self.valid_state.eq(self.valid_spike)
        if isinstance(lsm.seen, SpikeTrace):
            trace = self._trace(m, "trace", lsm.seen, charging[-2])
            m.d.comb += self.state.eq(trace.value)
        elif isinstance(lsm.seen, SpikeCount):
            self._count(m, lsm.seen)
        else:
            m.d.sync += self.state.eq(after)
        return m

    def _ram(self, m: Module, name: str, shape: Shape) -> WalkRam:
        m.submodules[name] = ram = WalkRam(
            depth=self.lsm.neurons, shape=shape, places=self.places
        )
        m.d.comb += [ram.zero.eq(self.zero), ram.place.eq(self.place)]
        return ram

    def _trace(self, m: Module, name: str, constants: SpikeTrace,
               ahead: Value) -> LsmTrace:
        m.submodules[name] = trace = LsmTrace(
            trace=constants, leak_shift=self.lsm.leak_shift, places=self.places
        )
        m.d.comb += [
            trace.ahead.eq(ahead),
            trace.next.eq(self.valid_membrane),
            trace.spike.eq(self.spike),
            trace.zero.eq(self.zero),
            trace.place.eq(self.place),
        ]
        return trace

    def _dynamics(self, m: Module, constants: Dynamics, ahead: Value) -> None:
        m.submodules.dynamics = dynamics = LsmDynamics(
            dynamics=constants, leak_shift=self.lsm.leak_shift, places=self.places
        )
        m.d.comb += [
            dynamics.ahead.eq(ahead),
            dynamics.next.eq(self.valid_spike),
            dynamics.spike.eq(self.spike),
            dynamics.zero.eq(self.zero),
            dynamics.place.eq(self.place),
        ]
        for point in ("utilisation", "efficacy", "spent"):
            m.d.comb += [getattr(self, name).eq(getattr(dynamics, name))
                         for name in (point, f"valid_{point}")]

    def _refractory(self, m: Module, left: Signal, resting: Signal, over: Signal,
                    spiking: Signal) -> None:
        """Steps left, counted down from a spike on."""
        m.submodules.refractory = refractory = SequenceRom(
            values=self.lsm.refractory, lazy=True)
        lefts = self._ram(m, "lefts", left.shape())
        fewer = [Signal.like(left, name=f"fewer{k}") for k in range(4)]
        rests = Signal(4)
        tested = Signal()
        m.d.comb += [
            lefts.next.eq(self.valid_current),
            left.eq(lefts.data),
            spiking.eq(~over[-1] & ~rests[-1]),
            refractory.next.eq(self.valid_membrane),
            lefts.write.eq(self.valid_spike),
        ]
        m.d.sync += [
            tested.eq(self.valid_membrane),
            rests.eq(Cat(resting, rests)),
            fewer[0].eq(left - resting),
            lefts.value.eq(Mux(spiking, refractory.data, fewer[3])),
            *(after.eq(before) for before, after in zip(fewer, fewer[1:])),
        ]

    def _count(self, m: Module, seen: SpikeCount) -> None:
        """Spikes since the window began."""
        neurons = self.lsm.neurons
        counts = self._ram(m, "counts", unsigned(seen.format.width))
        begins = Signal(init=seen.window == 1)  # of the first window CLEAR takes care
        if seen.window > 1:
            step = Signal(range(seen.window))
            neuron = Signal(range(max(2, neurons)))
            last = Signal()
            m.d.comb += last.eq(step == seen.window - 1)
            with m.If(self.valid_spike):
                m.d.sync += neuron.eq(Mux(neuron == neurons - 1, 0, neuron + 1))
                with m.If(neuron == neurons - 1):
                    m.d.sync += [step.eq(Mux(last, 0, step + 1)), begins.eq(last)]
            with m.If(self.zero):
                m.d.sync += [step.eq(0), begins.eq(0)]
        m.d.sync += self.state.eq(Mux(begins, 0, counts.data) + self.spike)
        m.d.comb += [
            counts.next.eq(self.valid_spike),
            counts.write.eq(self.valid_state),
            counts.value.eq(self.state),
        ]
