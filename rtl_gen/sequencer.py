"""The sequencer: clear, load, run; docs/timing.md as a state machine."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from liquidgate.spec import Schedule


class Sequencer(wiring.Component):
    """Walks through the words of a step, and owns the bank of the source memory.

    One step takes ``schedule.load + schedule.run`` clocks when nothing waits. RUN is some
    phases here: work (until the liquid is done), segments of neuron words with idle clocks before
    them, gap, readout (its first clock is the gate) and tail. One flip-flop a phase, counters that
    count down and an end known a clock ahead keep the paths short.

    Parameters
    ----------
    schedule : the folded schedule.

    Members
    -------
    clear : In(1), begin a new sequence. i_valid, i_ready : the input stream's handshake.
    transfer : In(1), the output transfers.
    zero, take : Out(1), write a zero to ``place``, or input ``channel``, to the source memory now.
    place : Out, the source to be zeroed. channel : Out, the input channel of LOAD.
    bank : Out(1), the half that holds the old states.
    start : Out(1), the first clock of RUN. done : In(1), the last clock of WORK.
    neuron_word, readout_word : Out(1), a word issues now. word : Out, its index in the ROMs.
    early_word : In(1), there is a word of the readout in this neuron word; in a shared schedule.
    tap : Out, the index of a word of the readout in its ROM.
    """

    def __init__(self, *, schedule: Schedule) -> None:
        self.schedule = schedule
        walk, taps = schedule.walk, len(schedule.readout_words)
        lengths = {"work": int(schedule.plan.waits)}  # as long as the liquid wants
        for k, (idle, count) in enumerate(walk.segments):
            number = str(k) if k else ""
            lengths |= {f"idle{number}": idle, f"neurons{number}": count}
        lengths |= {
            "gap": schedule.gate - walk.issued,
            "readout": taps,
            "tail": schedule.run - schedule.gate - taps,
        }
        self.lengths = {phase: length for phase, length in lengths.items() if length}
        members: dict[str, object] = {
            "clear": In(1),
            "i_valid": In(1),
            "i_ready": Out(1),
            "transfer": In(1),
            "zero": Out(1),
            "take": Out(1),
            "place": Out(range(max(2, schedule.clear, *self.lengths.values()))),
            "channel": Out(range(max(2, schedule.load))),
            "bank": Out(1),
            "start": Out(1),
            "done": In(1),
            "neuron_word": Out(1),
            "readout_word": Out(1),
            "word": Out(range(len(walk.neuron_words) + taps + 1)),
            "tap": Out(range(len(schedule.trained_words) + 1)),
        }
        if schedule.shared:
            members["early_word"] = In(1)
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        schedule = self.schedule
        phase = {name: Signal(name=f"in_{name}") for name in ("load", *self.lengths)}
        phase["clear"] = Signal(init=1, name="in_clear")
        pending = Signal()
        outstanding = Signal()
        at_gate = Signal()
        left = Signal(self.place.shape(), init=schedule.clear - 1)
        last = Signal(init=schedule.clear == 1)
        last_channel = self.channel == schedule.load - 1
        words = [signal for name, signal in phase.items() if name.startswith("neurons")]
        gated = Signal()
        stalled = Signal()

        # CLEAR, and what LOAD does.
        load = phase["load"] & ~pending
        m.d.comb += [
            self.zero.eq(phase["clear"]),
            self.place.eq(left),
            self.take.eq(load & self.i_valid),
            self.i_ready.eq(load & last_channel),
        ]
        with m.If(self.take):
            m.d.sync += self.channel.eq(self.channel + 1)
        with m.If(phase["load"]):
            m.d.sync += [self.word.eq(0), self.tap.eq(0), at_gate.eq(1)]
        with m.If(phase["clear"] | (self.take & last_channel)):
            m.d.sync += self.channel.eq(0)

        # RUN.
        m.d.comb += [
            gated.eq(phase["readout"] & at_gate & outstanding),
            stalled.eq(gated | (phase["work"] & ~self.done) if "work" in phase else gated),
            self.neuron_word.eq(Cat(*words).any() if len(words) > 1 else Cat(*words)),
            self.readout_word.eq(phase["readout"] & ~gated),
        ]
        with m.If(self.neuron_word | self.readout_word):
            m.d.sync += self.word.eq(self.word + 1)
        with m.If(self.readout_word | self.early_word if schedule.shared else self.readout_word):
            m.d.sync += self.tap.eq(self.tap + 1)
        with m.If(self.readout_word):
            m.d.sync += at_gate.eq(0)
        with m.If(self.transfer):
            m.d.sync += outstanding.eq(0)
        with m.If(self.readout_word & at_gate):
            m.d.sync += outstanding.eq(1)

        # The end of a phase: the counter of the next one, and its flip-flop.
        names = list(self.lengths)
        begin = self.take & last_channel
        following = dict(zip(names, names[1:]))
        reload, reload_last = 0, 0
        for here, there in following.items():
            reload |= Mux(phase[here], self.lengths[there] - 1, 0)
            reload_last |= phase[here] & (self.lengths[there] == 1)
        start = Mux(pending, schedule.clear, self.lengths[names[0]])
        with m.If(phase["load"]):
            m.d.sync += [left.eq(start - 1), last.eq(start == 1)]
        with m.Elif(~stalled):
            m.d.sync += [
                left.eq(Mux(last, reload, left - 1)),
                last.eq(Mux(last, reload_last, left == 1)),
            ]
        end = last & ~stalled
        done = (phase["clear"] & last) | (phase[names[-1]] & end)
        m.d.sync += [
            phase["clear"].eq(Mux(phase["clear"], ~last, phase["load"] & pending)),
            phase["load"].eq(Mux(phase["load"], ~(pending | begin), done)),
            phase[names[0]].eq(Mux(phase[names[0]], ~end, begin)),
            self.start.eq(begin),
            self.bank.eq(self.bank ^ (phase[names[-1]] & end)),
        ]
        for here, there in following.items():
            m.d.sync += phase[there].eq(Mux(phase[there], ~end, phase[here] & end))

        # Sequences.
        with m.If(phase["load"]):
            m.d.sync += pending.eq(0)
        with m.If(self.clear):
            m.d.sync += pending.eq(1)
        return m
