"""The core: a reservoir with its readout, from stream to stream."""

from __future__ import annotations

from collections.abc import Callable

from amaranth.hdl import Array, Cat, Module, Mux, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.cfc import CfcNeuron
from liquidgate.rtl_gen.chain import Chain
from liquidgate.rtl_gen.esn import EsnNeuron
from liquidgate.rtl_gen.fluid import FluidNetwork
from liquidgate.rtl_gen.lanes import Lanes
from liquidgate.rtl_gen.liquid import Liquid
from liquidgate.rtl_gen.lsm import LsmEngine
from liquidgate.rtl_gen.ltc import LtcNeuron
from liquidgate.rtl_gen.readout import OutputStage, payload
from liquidgate.rtl_gen.sequencer import Sequencer
from liquidgate.spec import Design, Schedule

LIQUIDS: dict[str, Callable[..., Liquid]] = {
    "cfc": CfcNeuron,
    "chain": lambda **parameters: Chain(**parameters, liquid=liquid_of),
    "esn": EsnNeuron,
    "fluid": FluidNetwork,
    "lsm": LsmEngine,
    "ltc": LtcNeuron,
}
"""By kind."""


def liquid_of(*, schedule: Schedule, sum_width: int) -> Liquid:
    """The circuit of the liquid of a schedule's design."""
    return LIQUIDS[schedule.design.liquid.kind](schedule=schedule, sum_width=sum_width)


class Core(wiring.Component):
    """One time step of a design for each input transfer.

    A step takes ``schedule.interval`` clocks; its output is valid ``schedule.latency`` clocks
    after the transfer of its input (docs/timing.md).

    Parameters
    ----------
    design : the design.
    lanes : multiply-accumulates a clock, a power of two.

    Members
    -------
    i, o : streams of all channels, raw. clear : In(1), a pulse: the next inputs begin a new
    sequence.

    Raises
    ------
    TypeError, ValueError : when lanes is no power of two in 1..64.
    """

    def __init__(self, *, design: Design, lanes: int) -> None:
        self.design = design
        self.schedule = Schedule(design, lanes)
        super().__init__({
            "i": In(stream.Signature(payload(design.input))),
            "o": Out(stream.Signature(payload(design.output))),
            "clear": In(1),
        })
        sum_width = max(design.acc_width, design.readout_acc_width)
        self.sequencer = Sequencer(schedule=self.schedule)
        self.lanes = Lanes(
            schedule=self.schedule, sequencer=self.sequencer, sum_width=sum_width
        )
        self.liquid = liquid_of(schedule=self.schedule, sum_width=sum_width)
        self.output_stage = OutputStage(
            design=design, sum_width=sum_width, shared=self.schedule.shared
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        design, schedule = self.design, self.schedule
        m.submodules.sequencer = sequencer = self.sequencer
        m.submodules.lanes = lanes = self.lanes
        m.submodules.neuron = liquid = self.liquid
        m.submodules.output_stage = output = self.output_stage

        # Streams.
        m.d.comb += [
            sequencer.clear.eq(self.clear),
            sequencer.i_valid.eq(self.i.valid),
            self.i.ready.eq(sequencer.i_ready),
            sequencer.transfer.eq(self.o.valid & self.o.ready),
        ]
        wiring.connect(m, wiring.flipped(self.o), output.o)

        # Lanes, output stage.
        m.d.comb += [
            lanes.readout_word.eq(sequencer.readout_word),
            lanes.word.eq(sequencer.word),
            lanes.tap.eq(sequencer.tap),
            lanes.bank.eq(sequencer.bank),
            output.valid_sum.eq(lanes.valid_output),
            output.sum.eq(lanes.sum),
        ]

        # Source memory: two banks of taps, inputs and fed-back outputs; a read port a lane.
        m.submodules.sources = sources = Memory(
            shape=signed(schedule.source_width), depth=1 << lanes.images.address_width, init=[]
        )
        for p in range(schedule.lanes):
            port = sources.read_port()
            m.d.comb += [
                port.addr.eq(getattr(lanes, f"address{p}")),
                getattr(lanes, f"source{p}").eq(port.data),
            ]
        n = len(schedule.order)
        places = range(max(2, n))  # a signal of no bits is no legal Verilog
        inputs = Array(self.i.payload[k] for k in range(design.inputs))
        place_width = lanes.images.place_width
        if schedule.neuron_words:
            m.d.comb += lanes.neuron_word.eq(sequencer.neuron_word)
        if schedule.shared:
            m.d.comb += [
                sequencer.early_word.eq(lanes.early_word),
                output.valid_part.eq(lanes.valid_part),
                output.part.eq(lanes.part),
            ]
        old_bank = sequencer.bank ^ liquid.swapped if liquid.swaps else sequencer.bank
        if liquid.on_lanes:
            # One more read port, for the old state of the row that is on its way.
            old = Signal(places)
            old_following = Signal(places)
            port = sources.read_port()
            m.d.comb += [
                liquid.valid_sum.eq(lanes.valid_neuron),
                liquid.sum.eq(lanes.sum),
                old_following.eq(Mux(liquid.old_next, Mux(old == n - 1, 0, old + 1), old)),
                port.addr.eq(old_following | old_bank << place_width),
                liquid.old.eq(port.data),
            ]
            m.d.sync += old.eq(old_following)
        if liquid.apart:
            m.d.comb += [
                liquid.zero.eq(sequencer.zero),
                liquid.place.eq(sequencer.place),
                liquid.take.eq(sequencer.take),
                liquid.channel.eq(sequencer.channel),
                liquid.input.eq(inputs[sequencer.channel]),
                liquid.start.eq(sequencer.start),
                sequencer.done.eq(liquid.done),
            ]

        # Its one write port: zeroes while clearing, inputs while loading, then what was computed.
        write = sources.write_port()
        new = Signal(places)
        place = Signal(place_width)
        bank = Signal()
        m.d.comb += write.addr.eq(Cat(place, bank))
        if liquid.on_lanes:
            filled = sequencer.zero | sequencer.take
            filling = Mux(sequencer.zero, sequencer.place, n + sequencer.channel)
            filler = Mux(sequencer.zero, 0, inputs[sequencer.channel])
        else:  # nobody reads an old state here
            filled, filling = sequencer.take, n + sequencer.channel
            filler = inputs[sequencer.channel]
        with m.If(filled):
            m.d.comb += [
                write.en.eq(1), bank.eq(sequencer.bank), place.eq(filling), write.data.eq(filler),
            ]
        with m.Elif(liquid.valid_state):
            m.d.comb += [
                write.en.eq(1),
                bank.eq(~old_bank),
                place.eq(new),
                write.data.eq(liquid.state),
            ]
            m.d.sync += new.eq(Mux(new == n - 1, 0, new + 1))
        if design.has_feedback:
            with m.Elif(output.valid_output):
                m.d.comb += [
                    write.en.eq(1),
                    bank.eq(~sequencer.bank),
                    place.eq(n + design.inputs + output.place),
                    write.data.eq(output.output),
                ]
        return m
