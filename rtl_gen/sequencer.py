"""The sequencer: clear, load, run; docs/timing.md as a state machine."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib import enum, wiring
from amaranth.lib.wiring import In, Out

from liquidgate.spec import Schedule


class Phase(enum.Enum, shape=2):
    CLEAR = 0
    LOAD = 1
    RUN = 2


class Sequencer(wiring.Component):
    """Walks through the words of a step, and owns the bank of the source memory.

    One step takes ``schedule.load + schedule.run`` clocks when nothing waits.

    Parameters
    ----------
    schedule : the folded schedule.

    Members
    -------
    clear : In(1), begin a new sequence. i_valid, i_ready : the input stream's handshake.
    transfer : In(1), the output transfers.
    zero, take : Out(1), write a zero or input channel ``count`` to the source memory now.
    count : Out, the counter of the phase. bank : Out(1), the half that holds the old states.
    neuron_word, readout_word : Out(1), a word issues now. word : Out, its index in the ROMs.
    tap : Out, the index of a readout word.
    """

    def __init__(self, *, schedule: Schedule) -> None:
        self.schedule = schedule
        self.neuron_words = len(schedule.neuron_words)
        self.words = self.neuron_words + len(schedule.readout_words)
        super().__init__({
            "clear": In(1),
            "i_valid": In(1),
            "i_ready": Out(1),
            "transfer": In(1),
            "zero": Out(1),
            "take": Out(1),
            "count": Out(range(max(schedule.clear, schedule.load, schedule.run))),
            "bank": Out(1),
            "neuron_word": Out(1),
            "readout_word": Out(1),
            "word": Out(range(self.words + 1)),
            "tap": Out(range(len(schedule.readout_words) + 1)),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        schedule, count = self.schedule, self.count
        phase = Signal(Phase)
        pending = Signal()
        outstanding = Signal()
        gate, stop = schedule.gate, schedule.gate + len(schedule.readout_words)

        with m.If(self.transfer):
            m.d.sync += outstanding.eq(0)

        with m.Switch(phase):
            with m.Case(Phase.CLEAR):
                m.d.comb += self.zero.eq(1)
                m.d.sync += count.eq(count + 1)
                with m.If(count == schedule.clear - 1):
                    m.d.sync += [phase.eq(Phase.LOAD), count.eq(0)]

            with m.Case(Phase.LOAD):
                with m.If(pending):
                    m.d.sync += [phase.eq(Phase.CLEAR), count.eq(0), pending.eq(0)]
                with m.Else():
                    m.d.comb += [
                        self.take.eq(self.i_valid),
                        self.i_ready.eq(count == schedule.load - 1),
                    ]
                    with m.If(self.i_valid):
                        m.d.sync += count.eq(count + 1)
                        with m.If(self.i_ready):
                            m.d.sync += [
                                phase.eq(Phase.RUN), count.eq(0), self.word.eq(0), self.tap.eq(0),
                            ]

            with m.Case(Phase.RUN):
                at_gate = count == gate
                with m.If(~(at_gate & outstanding)):
                    m.d.comb += [
                        self.neuron_word.eq(count < self.neuron_words),
                        self.readout_word.eq((count >= gate) & (count < stop)),
                    ]
                    m.d.sync += [
                        count.eq(count + 1),
                        self.word.eq(self.word + (self.neuron_word | self.readout_word)),
                        self.tap.eq(self.tap + self.readout_word),
                    ]
                    with m.If(at_gate):
                        m.d.sync += outstanding.eq(1)
                    with m.If(count == schedule.run - 1):
                        m.d.sync += [
                            phase.eq(Phase.LOAD), count.eq(0), self.bank.eq(~self.bank),
                        ]

        with m.If(self.clear):
            m.d.sync += pending.eq(1)
        return m
