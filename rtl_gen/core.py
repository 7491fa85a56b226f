"""The core: a reservoir with its readout, from stream to stream."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from amaranth.hdl import Array, Cat, Module, Mux, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.cfc import CfcNeuron
from liquidgate.rtl_gen.cfc_pure import CfcPureNeuron
from liquidgate.rtl_gen.chain import Chain
from liquidgate.rtl_gen.esn import EsnNeuron
from liquidgate.rtl_gen.exchange import Exchange
from liquidgate.rtl_gen.fluid import FluidNetwork
from liquidgate.rtl_gen.images import Image
from liquidgate.rtl_gen.lanes import Lanes
from liquidgate.rtl_gen.liquid import Liquid
from liquidgate.rtl_gen.lsm import LsmEngine
from liquidgate.rtl_gen.ltc import LtcNeuron
from liquidgate.rtl_gen.readout import OutputStage, payload
from liquidgate.rtl_gen.readout_ram import write_signature
from liquidgate.rtl_gen.sequencer import Sequencer
from liquidgate.rtl_gen.synaptic import SynapticEngine
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap, check_readout

LIQUIDS: dict[str, Callable[..., Liquid]] = {
    "cfc": CfcNeuron,
    "cfc_pure": CfcPureNeuron,
    "chain": lambda **parameters: Chain(**parameters, liquid=liquid_of),
    "esn": EsnNeuron,
    "fluid": FluidNetwork,
    "lsm": LsmEngine,
    "ltc": LtcNeuron,
    "synaptic": SynapticEngine,
}
"""By kind."""


def liquid_of(*, schedule: Schedule, **options: Any) -> Liquid:
    """The circuit of the liquid of a schedule's design."""
    return LIQUIDS[schedule.design.liquid.kind](schedule=schedule, **options)


def readout_members(readout: ReadoutMap | None) -> dict[str, wiring.Member]:
    """Of a readout in RAM: what stands before a core needs."""
    if readout is None:
        return {}
    return {"bank": In(1), "write": In(write_signature(readout))}


def core_signature(design: Design, readout: ReadoutMap | None = None) -> wiring.Signature:
    """The members of ``Core``; ``readout``: of one in RAM."""
    return wiring.Signature(readout_members(readout) | {
        "i": In(stream.Signature(payload(design.input))),
        "o": Out(stream.Signature(payload(design.output))),
        "clear": In(1),
    })


class Core(wiring.Component):
    """One time step of a design for each input transfer.

    A step takes ``schedule.interval`` clocks; its output is valid ``schedule.latency`` clocks
    after the transfer of its input (docs/timing.md).

    Parameters
    ----------
    design : the design.
    lanes : multiply-accumulates a clock, a power of two.
    readout : "rom", or "ram" for one that can be exchanged while the circuit runs.
    exchange : contents of the memories that depend on the readout, as ``Exchange`` names them: any
        of them can stand there later. The default is a smaller circuit, for this readout alone.

    Members
    -------
    i, o : streams of all channels, raw. clear : In(1), a pulse: the next inputs begin a new
    sequence. bank : In(1), the bank of the readout for the steps whose input transfers now;
    write : In, its entries; both of a readout in RAM.

    Raises
    ------
    TypeError, ValueError : when lanes is no power of two in 1..64, or readout no such place.
    """

    def __init__(
        self, *, design: Design, lanes: int, readout: str = "rom",
        exchange: Mapping[str, Image] | None = None,
    ) -> None:
        check_readout(readout)
        self.design = design
        self.schedule = Schedule(design, lanes)
        self.readout = ReadoutMap(self.schedule) if readout == "ram" else None
        super().__init__(core_signature(design, self.readout))
        any_readout = None if exchange is None else Exchange(self.schedule)
        widths = self.readout or any_readout
        sum_width = max(design.acc_width, widths.sum_width if widths else design.readout_acc_width)
        self.sequencer = Sequencer(schedule=self.schedule)
        self.lanes = Lanes(
            schedule=self.schedule, sequencer=self.sequencer, sum_width=sum_width,
            readout=self.readout, exchange=exchange["readout"] if exchange else None,
        )
        self.liquid = liquid_of(schedule=self.schedule, sum_width=sum_width)
        self.output_stage = OutputStage(
            schedule=self.schedule, sum_width=sum_width, readout=self.readout,
            exchange=(any_readout, exchange) if any_readout and exchange else None,
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

        if self.readout is not None:
            self._exchange(m)

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
        input = self.i.payload[0]
        if design.inputs > 1:
            input = Array(self.i.payload[k] for k in range(design.inputs))[sequencer.channel]
        place_width = lanes.images.place_width
        if schedule.neuron_words:
            m.d.comb += lanes.neuron_word.eq(sequencer.neuron_word)
        if schedule.shared:
            m.d.comb += [
                sequencer.early_word.eq(lanes.early_word),
                output.valid_part.eq(lanes.valid_part),
                output.part.eq(lanes.part),
            ]
        if schedule.cut:
            m.d.comb += output.begin_rest.eq(lanes.begin_rest)
        old_bank = sequencer.bank ^ liquid.swapped if liquid.swaps else sequencer.bank
        if liquid.on_lanes:
            m.d.comb += [liquid.valid_sum.eq(lanes.valid_neuron), liquid.sum.eq(lanes.sum)]
        if liquid.recalls:
            # One more read port, for the old state of the row that is on its way.
            old = Signal(places)
            old_following = Signal(places)
            port = sources.read_port()
            m.d.comb += [
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
                liquid.input.eq(input),
                liquid.start.eq(sequencer.start),
                sequencer.done.eq(liquid.done),
            ]

        # Its one write port: zeroes while clearing, inputs while loading, then what was computed.
        write = sources.write_port()
        new = Signal(places)
        place = Signal(place_width)
        bank = Signal()
        m.d.comb += write.addr.eq(Cat(place, bank))
        if liquid.recalls:
            filled = sequencer.zero | sequencer.take
            filling = Mux(sequencer.zero, sequencer.place, n + sequencer.channel)
            filler = Mux(sequencer.zero, 0, input)
        else:  # nobody reads an old state here
            filled, filling = sequencer.take, n + sequencer.channel
            filler = input
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

    def _exchange(self, m: Module) -> None:
        """A readout in RAM: the bank of a step, from its input's transfer to its outputs."""
        sequencer, lanes, output = self.sequencer, self.lanes, self.output_stage
        bank = Signal(name="step_bank")
        transfer = self.i.valid & self.i.ready
        m.d.comb += [lanes.readout_bank.eq(bank), output.readout_bank.eq(bank)]
        with m.If(transfer):
            m.d.sync += bank.eq(self.bank)
        for port in (lanes.write, output.write):
            m.d.comb += [port.en.eq(self.write.en), port.addr.eq(self.write.addr),
                         port.data.eq(self.write.data)]
        if self.schedule.shared:  # the step before has used its biases
            m.d.comb += output.begin.eq(sequencer.start)
            return
        waiting = Signal(name="readout_waits")  # the step's first readout word is yet to issue
        with m.If(sequencer.readout_word):
            m.d.sync += waiting.eq(0)
        with m.If(transfer):
            m.d.sync += waiting.eq(1)
        # A clock later, to keep the path short: the first sum is mac_latency clocks away.
        m.d.sync += output.begin.eq(waiting & sequencer.readout_word)
