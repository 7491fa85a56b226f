"""The network of synapses as a circuit."""

from __future__ import annotations

from itertools import chain

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib.memory import Memory

from liquidgate.rtl_gen.activation_clip import ClipActivation
from liquidgate.rtl_gen.activation_table import TableActivation
from liquidgate.rtl_gen.casting import equals, half, saturate
from liquidgate.rtl_gen.liquid import Engine
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.rtl_gen.synaptic_solver import solve, sums
from liquidgate.spec import Schedule, Synaptic, Table
from liquidgate.spec.liquid import expect


class SynapticEngine(Engine):
    """A synapse a clock; a neuron's sums become its new state, sub-step after sub-step.

    States stand in two banks, which change places after every sub-step; inputs, in the first one.
    A sub-step begins in the clock in which the last state of the one before is written. Cast
    points 1 to 8. Latency: ``Synaptic.latency``. Parameters and members: ``Liquid``.
    """

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        super().__init__(schedule=schedule, sum_width=sum_width)
        self.synaptic = synaptic = expect(Synaptic, self.design.liquid)
        activation = synaptic.activation
        self.activation: TableActivation | ClipActivation = (
            TableActivation(table=activation) if isinstance(activation, Table)
            else ClipActivation(clip=activation)
        )
        port = self.design.input
        self.interval_shape = signed(port.width + (not port.signed))
        self.word_shape = signed(max(synaptic.state.width, port.width + (not port.signed)))

    def elaborate(self, platform: object) -> Module:
        m = Module()
        synaptic, n = self.synaptic, self.synaptic.neurons
        membrane = Signal(signed(synaptic.state.width))
        valid_membrane = Signal()

        # Sub-steps: the last state of one is the first clock of the next.
        place = Signal(range(max(2, n)))
        turn = Signal(range(max(2, synaptic.substeps)))
        bank = Signal()
        last, final = Signal(), Signal()
        m.d.comb += [
            last.eq(valid_membrane & equals(place, n - 1)),
            final.eq(equals(turn, synaptic.substeps - 1)),
            self.state.eq(membrane),
            self.valid_state.eq(valid_membrane & final),
        ]
        with m.If(valid_membrane):
            m.d.sync += place.eq(place + 1)
        with m.If(last):
            m.d.sync += [place.eq(0), bank.eq(~bank), turn.eq(Mux(final, 0, turn + 1))]

        # Fetch: a synapse, then what it hears.
        issue = Signal()
        slope, source = self._synapse(m, self.start | (last & ~final), issue)
        sources_bits = len(source) - 1
        m.submodules.states = states = Memory(
            shape=self.word_shape, depth=2 << sources_bits, init=[]
        )
        heard, old = states.read_port(), states.read_port()
        heard_value = Signal(self.word_shape)
        slope_late = Signal.like(slope)
        slope_later = Signal.like(slope)
        m.d.comb += heard.addr.eq(Cat(source[:-1], bank & ~source[-1]))
        m.d.sync += [
            slope_late.eq(slope), slope_later.eq(slope_late), heard_value.eq(heard.data),
        ]

        write = states.write_port()
        channel = Signal(sources_bits)
        m.d.comb += [
            channel.eq(n + self.channel),
            write.en.eq(self.zero | self.take | valid_membrane),
            write.addr.eq(Mux(valid_membrane, Cat(_wide(place, sources_bits), ~bank), Mux(
                self.take, channel, Cat(_wide(self.place, sources_bits), bank)))),
            write.data.eq(Mux(valid_membrane, membrane, Mux(self.take, self.input, 0))),
        ]

        # Cast points 1 and 2, preactivation, activation.
        fetched = Signal(3)
        m.d.sync += fetched.eq(Cat(issue, fetched))
        valid_activation, activation = self._activation(m, fetched[-1], slope_later, heard_value)

        # Cast points 3 and 4, load and current.
        valid_load, load, current = sums(m, synaptic, valid_activation, activation)

        # Cast points 5 to 8, dose, share, drive, membrane: the old state meets its current.
        used = Signal()
        turn_old = Signal.like(place)
        following = Signal.like(place)
        m.d.comb += [
            following.eq(Mux(used, Mux(equals(turn_old, n - 1), 0, turn_old + 1), turn_old)),
            old.addr.eq(Cat(_wide(following, sources_bits), bank)),
        ]
        m.d.sync += turn_old.eq(following)
        interval = None
        if synaptic.timed:
            interval = Signal(self.interval_shape)
            with m.If(self.take & equals(self.channel, self.design.inputs - 1)):
                m.d.sync += interval.eq(self.input)
        solve(m, synaptic, valid_load, load, current, interval,
              old.data[: synaptic.state.width].as_signed(), used, membrane, valid_membrane)
        return m

    def _synapse(self, m: Module, begin: Value, issue: Signal) -> tuple[Value, Value]:
        """From ``begin`` on a synapse a clock: its slope and source, an input marked on top."""
        synaptic, n = self.synaptic, self.synaptic.neurons
        width, count = synaptic.weight_width, synaptic.synapses
        bits = max(1, (n + self.design.inputs - 1).bit_length())
        rows = zip(chain.from_iterable(synaptic.sources), chain.from_iterable(synaptic.slope))
        m.submodules.synapses = rom = Memory(
            shape=unsigned(width + bits + 1), depth=max(2, count),
            init=[(slope & (1 << width) - 1) | source << width | (source >= n) << width + bits
                  for source, slope in rows],
        )
        word = Signal(range(max(2, count)))
        active, end = Signal(), Signal()
        read = rom.read_port()
        m.d.comb += [
            issue.eq(begin | active), end.eq(equals(word, count - 1)), read.addr.eq(word),
        ]
        with m.If(issue):
            m.d.sync += [word.eq(Mux(end, 0, word + 1)), active.eq(~end)]
        return read.data[:width].as_signed(), read.data[width:]

    def _activation(self, m: Module, valid: Value, slope: Signal,
                    heard: Signal) -> tuple[Signal, Signal]:
        synaptic = self.synaptic
        fmt = synaptic.activation.input
        product = Signal(signed(len(slope) + len(heard)))
        valid_product, valid_exact = Signal(), Signal()
        m.submodules.offset = offset = SequenceRom(
            values=[value + half(synaptic.acc_shift) for row in synaptic.offset for value in row]
        )
        exact = Signal(signed(max(len(product), len(offset.data) + 1) + 1))
        preactivation = Signal(signed(fmt.width))
        valid_preactivation = Signal()
        m.d.comb += offset.next.eq(valid_product)
        m.d.sync += [
            product.eq(slope * heard),
            valid_product.eq(valid),
            exact.eq(product + offset.data),
            valid_exact.eq(valid_product),
            preactivation.eq(saturate(exact >> synaptic.acc_shift, fmt)),
            valid_preactivation.eq(valid_exact),
        ]

        m.submodules.activation = f = self.activation
        activation = Signal.like(f.g)
        valid_activation = Signal()
        m.d.comb += [
            f.valid_in.eq(valid_preactivation),
            f.z.eq(preactivation),
            valid_activation.eq(f.valid_out),
            activation.eq(f.g),
        ]
        return valid_activation, activation

def _wide(value: Value, bits: int) -> Value:
    """``value`` in so many bits."""
    return Cat(value, Const(0, bits))[:bits]
