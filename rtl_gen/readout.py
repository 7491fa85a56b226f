"""The output stage: exact sums of the readout become output channels."""

from __future__ import annotations

from collections.abc import Mapping

from amaranth.hdl import Module, Mux, Shape, Signal, Value, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.bias_rom import BiasRom
from liquidgate.rtl_gen.casting import half, saturate
from liquidgate.rtl_gen.exchange import Exchange
from liquidgate.rtl_gen.images import Image
from liquidgate.rtl_gen.readout_ram import BiasRam, write_signature
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Port, Schedule
from liquidgate.spec.readout_map import ReadoutMap


def payload(port: Port) -> data.ArrayLayout:
    """The payload of a stream: channel 0 in the least significant bits."""
    return data.ArrayLayout(Shape(port.width, port.signed), len(port.channels))


class OutputStage(wiring.Component):
    """y[k] = saturate(round((sum + bias[k]) / 2**shift)), cast point 5.

    Latency 2 clocks from a sum to its channel; the stream is valid with the last channel.

    Parameters
    ----------
    schedule : of the circuit. sum_width : bits of a sum.
    readout : of a readout in RAM.
    exchange : of one that another may replace later, with the contents of its memories.

    Members
    -------
    valid_sum, sum : In; an output's exact sum without its bias, and without its parts.
    valid_part, part : In; the sum of a part of the output whose turn it is, if it is ``shared``.
    begin_rest : In; the next one is output 0's sum, if the last turn of parts is ``cut``.
    o : Out stream of all channels.
    begin, readout_bank, write : In; of a readout in RAM: the first sum or part of a step is some
        clocks away.
    valid_output, output, place : Out; the channel just written, if it is fed back.
    """

    latency = 2

    def __init__(
        self, *, schedule: Schedule, sum_width: int, readout: ReadoutMap | None = None,
        exchange: tuple[Exchange, Mapping[str, Image]] | None = None,
    ) -> None:
        self.schedule = schedule
        self.design = design = schedule.design
        self.readout, self.exchange = readout, exchange
        port = design.output
        members: dict[str, object] = {
            "valid_sum": In(1),
            "sum": In(signed(sum_width)),
            "o": Out(stream.Signature(payload(port))),
        }
        if schedule.shared:
            members |= {"valid_part": In(1), "part": In(signed(sum_width))}
        if schedule.cut:
            members["begin_rest"] = In(1)
        if readout is not None:
            members |= {
                "begin": In(1), "readout_bank": In(1), "write": In(write_signature(readout)),
            }
        if design.has_feedback:
            members |= {
                "valid_output": Out(1),
                "output": Out(Shape(port.width, port.signed)),
                "place": Out(range(max(2, design.outputs))),
            }
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        readout, count = self.design.readout, self.design.outputs
        bias: SequenceRom | BiasRom | BiasRam
        if self.readout is not None:
            width = self.readout.acc_width
            bias = ram = BiasRam(readout=self.readout)
            m.d.comb += [ram.begin.eq(self.begin), ram.bank.eq(self.readout_bank)]
            wiring.connect(m, wiring.flipped(self.write), ram.write)
        elif self.exchange is not None:
            exchange, contents = self.exchange
            width = exchange.exact_width
            bias = BiasRom(exchange=exchange, contents=contents["bias"])
        else:
            width = self.design.readout_acc_width
            bias = SequenceRom(values=[value + half(readout.shift) for value in readout.bias])
        m.submodules.bias = bias
        exact = Signal(signed(width))
        valid_exact = Signal()
        begun: Value = bias.data
        if self.schedule.shared:
            begun = self._parts(m, bias, width)
        else:
            m.d.comb += bias.next.eq(self.valid_sum)
        m.d.sync += [exact.eq(self.sum + begun), valid_exact.eq(self.valid_sum)]

        port = self.design.output
        cast = Signal(Shape(port.width, port.signed))
        channel = Signal(range(max(2, count)))
        m.d.comb += cast.eq(saturate(exact >> readout.shift, port.format))
        if self.design.has_feedback:
            m.d.sync += [
                self.valid_output.eq(valid_exact),
                self.output.eq(cast),
                self.place.eq(channel),
            ]
        with m.If(self.o.valid & self.o.ready):
            m.d.sync += self.o.valid.eq(0)
        with m.If(valid_exact):
            m.d.sync += [
                self.o.payload[channel].eq(cast),
                channel.eq(Mux(channel == count - 1, 0, channel + 1)),
                self.o.valid.eq(channel == count - 1),
            ]
        return m

    def _parts(self, m: Module, bias: SequenceRom | BiasRom | BiasRam, width: int) -> Value:
        """The bias and the parts so far of the output whose turn it is."""
        count = self.design.outputs
        so_far = Signal(signed(width))
        first = Signal(init=1)  # the first part of each output, with its bias
        total = Mux(first, bias.data, so_far) + self.part
        m.d.comb += bias.next.eq(self.valid_part & first)
        if count == 1:
            with m.If(self.valid_part):
                m.d.sync += so_far.eq(total)
            with m.If(self.valid_part | self.valid_sum):
                m.d.sync += first.eq(self.valid_sum)
            return so_far
        place = Signal(range(count))
        following = Signal.like(place)
        turn = self.valid_part | self.valid_sum
        at_last = place == count - 1
        m.d.comb += following.eq(Mux(turn, Mux(at_last, 0, place + 1), place))
        if self.schedule.cut:
            with m.If(self.begin_rest):
                m.d.comb += following.eq(0)
        m.d.sync += place.eq(following)
        with m.If(turn & at_last):
            m.d.sync += first.eq(self.valid_sum)
        m.submodules.parts = parts = Memory(shape=so_far.shape(), depth=count, init=[])
        read, write = parts.read_port(), parts.write_port()
        m.d.comb += [
            read.addr.eq(following), so_far.eq(read.data),
            write.addr.eq(place), write.data.eq(total), write.en.eq(self.valid_part),
        ]
        return so_far
