"""The link: requests in, answers out, with the core between."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, unsigned
from amaranth.lib import stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.boards.deframer import Deframer
from liquidgate.boards.framer import Framer
from liquidgate.boards.frames import (
    BEGIN,
    CLEAR,
    COMMIT,
    DAMAGED,
    HISTORY,
    LOAD,
    REFUSED,
    SAMPLE,
    SEQUENCE,
    UNEXPECTED,
    channel_bytes,
    payload_bytes,
)
from liquidgate.boards.numbered import Numbered
from liquidgate.boards.uart import UartReceiver, UartTransmitter
from liquidgate.rtl_gen.loader import Loader
from liquidgate.rtl_gen.readout import payload
from liquidgate.rtl_gen.readout_ram import write_signature
from liquidgate.spec import Design
from liquidgate.spec.readout_map import ReadoutMap


class Link(wiring.Component):
    """The protocol of docs/link.md, on the board's side.

    One request waits in a register while the next one is received; answers leave in the order of
    their requests. The last answers stay in a memory, so that each can be sent again.

    Parameters
    ----------
    design : ports of the core.
    identity : bytes of the answer to IDENTIFY.
    divisor : clocks a bit.
    timeout : clocks of silence that end a begun frame.
    readout : of a readout in RAM, which can then be loaded.

    Members
    -------
    rx : In(1), tx : Out(1), the lines.
    i : Out stream, o : In stream, clear : Out(1), to the core.
    bank : Out(1), write : Out, to the core with its readout in RAM.
    frame : Out(1), a pulse: a frame has come, good or damaged.
    """

    def __init__(self, *, design: Design, identity: bytes, divisor: int, timeout: int,
                 readout: ReadoutMap | None = None) -> None:
        self.design = design
        self.loader = None if readout is None else Loader(readout=readout)
        self.receiver = UartReceiver(divisor=divisor)
        self.transmitter = UartTransmitter(divisor=divisor)
        self.deframer = Deframer(
            design=design, timeout=timeout, readout="rom" if readout is None else "ram"
        )
        self.framer = Framer(design=design, identity=identity, loadable=readout is not None)
        own: dict[str, object] = {}
        if readout is not None:
            own = {"bank": Out(1), "write": Out(write_signature(readout))}
        super().__init__(own | {
            "rx": In(1, init=1), "tx": Out(1, init=1),
            "i": Out(stream.Signature(payload(design.input))),
            "o": In(stream.Signature(payload(design.output))),
            "clear": Out(1), "frame": Out(1),
        })

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.receiver = receiver = self.receiver
        m.submodules.deframer = deframer = self.deframer
        m.submodules.framer = framer = self.framer
        m.submodules.transmitter = transmitter = self.transmitter
        m.d.comb += [
            receiver.rx.eq(self.rx), self.tx.eq(transmitter.tx), self.frame.eq(deframer.done),
            deframer.data.eq(receiver.data), deframer.valid.eq(receiver.valid),
            deframer.error.eq(receiver.error),
            transmitter.data.eq(framer.data), transmitter.valid.eq(framer.valid),
            framer.ready.eq(transmitter.ready),
        ]

        # One request waits here. A frame that comes while it still does is lost; the number of
        # the one that follows tells.
        waiting = Signal()
        good = Signal()
        kind = Signal(3)
        number = Signal(8)
        payload = Signal(8 * max(deframer.sizes.values()))
        with m.If(deframer.done & ~waiting):
            m.d.sync += [
                waiting.eq(1), good.eq(deframer.good), kind.eq(deframer.kind),
                number.eq(deframer.number), payload.eq(deframer.payload),
            ]
        sample = payload[-8 * payload_bytes(self.design.input):]
        size = 8 * channel_bytes(self.design.input)
        width = self.design.input.width
        for k in range(self.design.inputs):
            m.d.comb += self.i.payload[k].eq(sample[size * k:size * k + width])

        # Numbers: of the sample that must come next, and of the next answer; whether there has
        # been a clear; how many of the last answers are kept; how many samples the core holds.
        expected = Signal(8)
        answered = Signal(8)
        begun = Signal()
        kept = Signal(range(HISTORY + 1))
        inside = Signal(range(4))
        sent, answer = self.i.valid & self.i.ready, self.o.valid & self.o.ready
        m.d.sync += inside.eq(inside + sent - answer)

        # An answer of the core goes out when the framer is free, ahead of any other.
        size = 8 * channel_bytes(self.design.output)
        values = []
        for k in range(self.design.outputs):
            value = Signal(self.o.payload[k].shape(), name=f"value{k}")
            extended = Signal(Shape(size, self.design.output.signed), name=f"extended{k}")
            m.d.comb += [value.eq(self.o.payload[k]), extended.eq(value)]
            values.append(extended)
        m.submodules.history = history = Memory(
            shape=unsigned(len(framer.payload)), depth=HISTORY, init=[]
        )
        write, old = history.write_port(), history.read_port()
        width = len(write.addr)
        m.d.comb += [
            write.addr.eq(answered[:width]), write.data.eq(Cat(values)), write.en.eq(answer),
            old.addr.eq(number[:width]),
            self.o.ready.eq(framer.idle), framer.payload.eq(Mux(answer, Cat(values), old.data)),
            framer.start.eq(answer), framer.kind.eq(SAMPLE), framer.number.eq(answered),
        ]
        with m.If(answer):
            m.d.sync += [answered.eq(answered + 1), kept.eq(kept + (kept != HISTORY))]

        # What becomes of the request: a sample in its turn goes to the core, everything else is
        # answered at once when nothing is on its way.
        in_turn = Signal()
        again = Signal()
        age = Signal(8)
        free = Signal()
        clearing = Signal()
        m.d.comb += free.eq((inside == 0) & framer.idle)
        m.d.sync += [
            self.clear.eq(clearing),
            age.eq(expected - number),
            in_turn.eq(begun & (age == 0)),
            again.eq((age != 0) & (age <= kept)),
        ]

        # The frames of a new readout.
        accepted = Signal()
        unexpected = Signal()
        refused = Signal()
        next_entry = Signal(8)
        if self.loader is not None:
            m.submodules.loader = loader = self.loader
            m.submodules.numbered = numbered = Numbered()
            m.d.comb += [
                numbered.begun.eq(loader.begun), numbered.ready.eq(loader.ready),
                numbered.stored.eq(loader.stored), numbered.begin.eq(loader.begin),
                numbered.number.eq(number), next_entry.eq(numbered.expected),
                unexpected.eq((kind == LOAD) & numbered.unexpected),
                loader.entry.eq(payload[-len(loader.entry):]), loader.checksum.eq(payload[-32:]),
                refused.eq((kind == COMMIT) & loader.refused),
                loader.begin.eq(accepted & (kind == BEGIN)),
                loader.start.eq(accepted & (kind == LOAD) & numbered.in_turn),
                loader.switch.eq(accepted & (kind == COMMIT)),
                self.bank.eq(loader.bank), framer.bank.eq(loader.bank),
                framer.digest_en.eq(loader.digest_en),
                framer.digest_place.eq(loader.digest_place),
                framer.digest_data.eq(loader.digest_data),
            ]
            wiring.connect(m, loader.write, wiring.flipped(self.write))

        with m.FSM():
            with m.State("WAIT"):
                with m.If(waiting):
                    m.next = "AGE"
            with m.State("AGE"):  # the request's number is a clock old
                m.next = "DECIDE"
            with m.State("DECIDE"):
                with m.If(good & (kind == SAMPLE) & in_turn):
                    m.next = "OFFER"
                with m.Elif(free):
                    m.d.comb += framer.start.eq(1)
                    m.d.sync += waiting.eq(0)
                    m.next = "WAIT"
                    with m.If(~good):
                        m.d.comb += self._error(framer, DAMAGED, expected)
                    with m.Elif(unexpected):
                        m.d.comb += self._error(framer, UNEXPECTED, next_entry)
                    with m.Elif(refused):
                        m.d.comb += self._error(framer, REFUSED, next_entry)
                    with m.Elif(kind != SAMPLE):
                        m.d.comb += accepted.eq(1)
                        m.d.comb += [framer.kind.eq(kind), framer.number.eq(number)]
                        with m.If(kind == CLEAR):
                            m.d.comb += clearing.eq(1)
                            m.d.sync += [
                                expected.eq(0), answered.eq(0), begun.eq(1), kept.eq(0),
                            ]
                    with m.Elif(again):
                        m.d.comb += framer.number.eq(number)
                    with m.Else():
                        m.d.comb += self._error(framer, SEQUENCE, expected)
            with m.State("OFFER"):
                m.d.comb += self.i.valid.eq(1)
                with m.If(self.i.ready):
                    m.d.sync += [waiting.eq(0), expected.eq(expected + 1)]
                    m.next = "WAIT"
        return m

    @staticmethod
    def _error(framer: Framer, code: int, expected: Signal) -> list:
        return [framer.kind.eq(0), framer.code.eq(code), framer.number.eq(expected)]
