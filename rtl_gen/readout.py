"""The output stage: exact sums of the readout become output channels."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Shape, Signal, Value, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.casting import half, saturate
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Design, Port


def payload(port: Port) -> data.ArrayLayout:
    """The payload of a stream: channel 0 in the least significant bits."""
    return data.ArrayLayout(Shape(port.width, port.signed), len(port.channels))


class OutputStage(wiring.Component):
    """y[k] = saturate(round((sum + bias[k]) / 2**shift)), cast point 5.

    Latency 2 clocks from a sum to its channel; the stream is valid with the last channel.

    Parameters
    ----------
    design : readout and output port.
    sum_width : bits of a sum.
    shared : outputs come in parts: rounds of a part of each output, then the sums of the rest.

    Members
    -------
    valid_sum, sum : In; an output's exact sum without its bias, and without its parts.
    valid_part, part : In; the sum of a part, if it is ``shared``.
    o : Out stream of all channels.
    valid_output, output, place : Out; the channel just written, if it is fed back.
    """

    latency = 2

    def __init__(self, *, design: Design, sum_width: int, shared: bool) -> None:
        self.design, self.shared = design, shared
        port = design.output
        members: dict[str, object] = {
            "valid_sum": In(1),
            "sum": In(signed(sum_width)),
            "o": Out(stream.Signature(payload(port))),
        }
        if shared:
            members |= {"valid_part": In(1), "part": In(signed(sum_width))}
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

        m.submodules.bias = bias = SequenceRom(
            values=[value + half(readout.shift) for value in readout.bias]
        )
        exact = Signal(signed(self.design.readout_acc_width))
        valid_exact = Signal()
        begun: Value = bias.data
        if self.shared:
            begun = self._parts(m, bias)
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

    def _parts(self, m: Module, bias: SequenceRom) -> Value:
        """The bias and the parts so far of the output whose turn it is."""
        count = self.design.outputs
        so_far = Signal(signed(self.design.readout_acc_width))
        first = Signal(init=1)  # the first round, with the biases
        place = Signal(range(max(2, count)))
        following = Signal.like(place)
        turn = self.valid_part | self.valid_sum
        at_last = place == count - 1
        total = Mux(first, bias.data, so_far) + self.part
        m.d.comb += [
            bias.next.eq(self.valid_part & first),
            following.eq(Mux(turn, Mux(at_last, 0, place + 1), place)),
        ]
        m.d.sync += place.eq(following)
        with m.If(turn & at_last):
            m.d.sync += first.eq(self.valid_sum)
        m.submodules.parts = parts = Memory(shape=so_far.shape(), depth=max(2, count), init=[])
        read, write = parts.read_port(), parts.write_port()
        m.d.comb += [
            read.addr.eq(following), so_far.eq(read.data),
            write.addr.eq(place), write.data.eq(total), write.en.eq(self.valid_part),
        ]
        return so_far
