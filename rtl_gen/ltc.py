"""The neuron pipeline of the liquid time-constant network."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed

from liquidgate.rtl_gen.activation_clip import ClipActivation
from liquidgate.rtl_gen.activation_table import TableActivation
from liquidgate.rtl_gen.casting import half, net, saturate
from liquidgate.rtl_gen.delay import later
from liquidgate.rtl_gen.interval import Interval
from liquidgate.rtl_gen.liquid import Pipeline
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Fused, Ltc, Schedule, Table
from liquidgate.spec.formats import signed_width
from liquidgate.spec.liquid import expect


class LtcNeuron(Pipeline):
    """s' = s + h (f A - (1/tau + f) x), explicit or over 1 + h (1/tau + f), a neuron a clock.

    Latency ``PREACTIVATION + activation + RATE (+ INTERVAL) + solver.clocks`` clocks. With
    intervals, the first row of a step is the interval itself. Cast points 1 to 5. Parameters and
    members: ``Pipeline``.
    """

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        self.swaps = schedule.plan.rounds > 1
        super().__init__(schedule=schedule, sum_width=sum_width)
        self.ltc = expect(Ltc, self.design.liquid)
        activation = self.ltc.activation
        self.activation: TableActivation | ClipActivation = (
            TableActivation(table=activation) if isinstance(activation, Table)
            else ClipActivation(clip=activation)
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        ltc = self.ltc
        row, interval = self.valid_sum, None
        if ltc.timed:
            m.submodules.interval = interval = Interval(
                port=self.design.input, sum_width=len(self.sum),
                rows=ltc.neurons * ltc.substeps,
            )
            m.d.comb += [interval.valid_sum.eq(self.valid_sum), interval.sum.eq(self.sum)]
            row = interval.row

        # Cast point 1, preactivation: the bias carries the rounding half.
        m.submodules.bias = bias = SequenceRom(
            values=[value + half(ltc.acc_shift) for value in ltc.bias]
        )
        exact = Signal(signed(self.design.acc_width))
        preactivation = Signal(signed(ltc.activation.input.width))
        valid_exact = Signal()
        valid_preactivation = Signal()
        m.d.comb += bias.next.eq(row)
        m.d.sync += [
            exact.eq(self.sum + bias.data),
            preactivation.eq(saturate(exact >> ltc.acc_shift, ltc.activation.input)),
            valid_exact.eq(row),
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

        # The rate q, and e = q + r.
        m.submodules.leak = leak = SequenceRom(values=ltc.leak)
        fastest = ltc.middle + ltc.activation.limit
        rate = Signal(range(max(2, fastest + 1)))  # no signal may have no bits
        load = Signal(range(max(2, fastest + max(ltc.leak) + 1)))
        valid_rate = Signal()
        m.d.comb += leak.next.eq(valid_activation)
        m.d.sync += [rate.eq(activation + ltc.middle), valid_rate.eq(valid_activation)]
        if interval is None:
            m.d.sync += load.eq(activation + leak.data + ltc.middle)
            self._solve(m, rate, None, load, valid_rate)
        else:
            self._timed(m, rate, leak.data, valid_rate, interval.interval)
        self._rounds(m)
        return m

    def _timed(self, m: Module, rate: Signal, leak: Value, valid_rate: Signal,
               interval: Value) -> None:
        """Cast point 3, dose and drain: rate and leak times the interval."""
        ltc = self.ltc
        assert isinstance(ltc.solver, Fused)
        fmt = ltc.solver.share.input
        drained = Signal.like(leak)
        grown = Signal(signed(len(rate) + 1 + len(interval)))
        lost = Signal(signed(len(leak) + 1 + len(interval)))
        exact_dose = net(m, grown + half(ltc.time_shift), "exact_dose")
        exact_drain = net(m, lost + half(ltc.time_shift), "exact_drain")
        dose = Signal(signed(fmt.width))
        drain = Signal(signed(fmt.width))
        valid_product = Signal()
        valid_dose = Signal()
        valid_drain = Signal()
        m.d.comb += valid_drain.eq(valid_dose)
        m.d.sync += [
            drained.eq(leak),
            grown.eq(rate * interval),
            lost.eq(drained * interval),
            valid_product.eq(valid_rate),
            dose.eq(saturate(exact_dose >> ltc.time_shift, fmt)),
            drain.eq(saturate(exact_drain >> ltc.time_shift, fmt)),
            valid_dose.eq(valid_product),
        ]

        load = Signal(signed(fmt.width))
        dosed = Signal.like(dose)
        gone = Signal.like(drain)
        valid_load = Signal()
        m.d.sync += [
            load.eq(saturate(net(m, dose + drain, "exact_load"), fmt)),
            dosed.eq(dose),
            gone.eq(drain),
            valid_load.eq(valid_dose),
        ]
        self._solve(m, dosed, gone, load, valid_load)

    def _solve(self, m: Module, rate: Signal, drain: Signal | None, load: Signal,
               valid: Signal) -> None:
        """Cast points 4 and 5: share, drive, state. Without intervals, drain is a constant."""
        ltc, solver = self.ltc, self.ltc.solver
        ready, w, valid_w = valid, None, None
        if isinstance(solver, Fused):
            # the drive meets the share when it leaves its table: v comes 2 clocks later
            share = Signal(signed(solver.share.output.width))
            valid_share = Signal()
            # only an interval can be negative
            table = TableActivation(table=solver.share, odd=ltc.timed)
            m.submodules.reciprocal = table
            m.d.comb += [
                table.valid_in.eq(valid),
                table.z.eq(load),
                share.eq(table.g),
                valid_share.eq(table.valid_out),
            ]
            rate, ready = later(m, rate, 2, "rate"), later(m, valid, 2, "valid")
            drain = drain if drain is None else later(m, drain, 2, "drain")
            w, valid_w = share, valid_share

        # v = s 2**f_bits + (q target - r mean) 2**target_shift, its products first. A factor
        # 2**common of it and of the share is left out; e s has none.
        common, raised = 0, 0
        if isinstance(solver, Fused):
            raised = ltc.drive_shift - solver.share.output.f_bits
            common = min(ltc.target_shift, ltc.f_bits, raised)
        f_bits, shift = ltc.f_bits - common, ltc.target_shift - common
        m.submodules.target = target = SequenceRom(values=ltc.target)
        rest = [-r * mean << shift for r, mean in zip(ltc.leak, ltc.mean)]
        m.submodules.mean = mean = SequenceRom(values=rest if drain is None else ltc.mean)
        top = 1 << (ltc.state.width - 1)
        fastest = ltc.middle + ltc.activation.limit if drain is None else 1 << (len(rate) - 1)
        slowest = max(map(abs, rest)) if drain is None else (
            fastest * max(map(abs, ltc.mean)) << shift)
        reach = (top << f_bits) + (fastest * max(map(abs, ltc.target)) << shift) + slowest
        width = signed_width(-reach, reach)
        pulled = Signal(signed(len(rate) + len(target.data) + 1))
        kept = Signal(signed(width))
        m.d.comb += [target.next.eq(ready), mean.next.eq(ready), self.old_next.eq(ready)]
        m.d.sync += pulled.eq(rate * target.data)
        if drain is None:
            m.d.sync += kept.eq((self.old << f_bits) + mean.data)
        else:
            fallen = Signal(signed(len(drain) + len(mean.data) + 1))
            held = Signal.like(self.old)
            m.d.sync += [fallen.eq(drain * mean.data), held.eq(self.old)]
            m.d.comb += kept.eq((held << f_bits) - (fallen << shift))
        v = Signal(signed(width))
        m.d.sync += v.eq(kept + (pulled << shift))

        # What is taken back: e s, or the share of the drive.
        if w is None or valid_w is None:
            taken = Signal(signed(len(load) + 1 + len(self.old)))
            back = Signal.like(taken)
            m.d.sync += [taken.eq(load * self.old), back.eq(taken)]
            most, late, clocks = (fastest + max(ltc.leak)) * top, v, 4
        else:
            assert isinstance(solver, Fused)
            drive = Signal(signed(solver.drive.width))
            valid_drive = Signal()
            product = Signal(signed(len(w) + len(drive)))
            drive_shift = ltc.drive_shift - common
            exact_drive = net(m, v + half(drive_shift), "exact_drive")
            m.d.comb += valid_drive.eq(valid_w)
            m.d.sync += [
                drive.eq(saturate(exact_drive >> drive_shift, solver.drive)),
                product.eq(w * drive),
            ]
            late = later(m, v, 2, "v")
            back = product << (raised - common)
            # a share may be above 1; a drive is never further from v than by its rounding
            most = solver.share.limit * (reach + half(drive_shift)) >> solver.share.output.f_bits
            clocks = 6
        reach += most + half(f_bits)
        total = Signal(signed(signed_width(-reach - 1, reach + 1)))
        m.d.sync += total.eq(late + half(f_bits) - back)
        m.d.sync += self.state.eq(saturate(total >> f_bits, ltc.state))
        valids = Signal(clocks)
        m.d.sync += valids.eq(Cat(ready, valids))
        m.d.comb += self.valid_state.eq(valids[-1])

    def _rounds(self, m: Module) -> None:
        """In every second sub-step the banks of the source memory are exchanged."""
        n, rounds = self.ltc.neurons, self.ltc.substeps
        if rounds == 1:
            return
        place = Signal(range(max(2, n)))
        turn = Signal(range(rounds))
        m.d.comb += self.swapped.eq(turn[0])
        with m.If(self.valid_state):
            m.d.sync += place.eq(Mux(place == n - 1, 0, place + 1))
            with m.If(place == n - 1):
                m.d.sync += turn.eq(Mux(turn == rounds - 1, 0, turn + 1))
