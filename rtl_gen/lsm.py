"""The liquid state machine as a circuit."""

from __future__ import annotations

from amaranth.hdl import Module, Shape, Signal

from liquidgate.rtl_gen.liquid import Engine
from liquidgate.rtl_gen.lsm_encoders import LsmEncoder
from liquidgate.rtl_gen.lsm_event import LsmEvents
from liquidgate.rtl_gen.lsm_neurons import LsmNeurons
from liquidgate.rtl_gen.lsm_static import LsmRows
from liquidgate.spec import Lsm, Schedule
from liquidgate.spec.liquid import expect


class LsmEngine(Engine):
    """Encoder, synapses by either schedule, neurons: in a step one after the other.

    Parameters and members: ``Liquid``.
    """

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        super().__init__(schedule=schedule, sum_width=sum_width)
        lsm = expect(Lsm, self.design.liquid)
        self.encoder = LsmEncoder(schedule=schedule)
        self.synapses: LsmRows | LsmEvents = (
            LsmRows(schedule=schedule) if lsm.schedule == "static"
            else LsmEvents(schedule=schedule)
        )
        self.neurons = LsmNeurons(schedule=schedule)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        lsm = expect(Lsm, self.design.liquid)
        m.submodules.encoder = encoder = self.encoder
        m.submodules.synapses = synapses = self.synapses
        m.submodules.neurons = neurons = self.neurons

        for part in (encoder, synapses, neurons):
            m.d.comb += [part.zero.eq(self.zero), part.place.eq(self.place)]
        m.d.comb += [
            encoder.take.eq(self.take),
            encoder.channel.eq(self.channel),
            encoder.input.eq(self.input),
            encoder.start.eq(self.start),
            synapses.valid_encoded.eq(encoder.valid_encoded),
            synapses.encoded.eq(encoder.encoded),
            synapses.last.eq(encoder.last),
            neurons.ahead.eq(synapses.ahead),
            neurons.valid_sum.eq(synapses.valid_sum),
            neurons.sum.eq(synapses.sum),
        ]
        if isinstance(synapses, LsmEvents):
            m.d.comb += self.done.eq(synapses.done)

        # The cast points under their names: of them, spikes are heard, and states seen.
        heard = "efficacy" if lsm.dynamics else "spike"
        for point, fmt in lsm.points.items():
            core = encoder if point == "encoded" else neurons
            valid, value = getattr(core, f"valid_{point}"), getattr(core, point)
            if point == "state":
                m.d.comb += [self.valid_state.eq(valid), self.state.eq(value)]
                continue
            shown = Signal(Shape(fmt.width, fmt.signed), name=point)
            flag = Signal(name=f"valid_{point}")
            m.d.comb += [flag.eq(valid), shown.eq(value)]
            if point == heard:
                m.d.comb += [synapses.valid_spike.eq(flag), synapses.spike.eq(shown)]
        return m
