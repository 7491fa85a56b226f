"""The lanes: P multiply-accumulates a clock over the words of the schedule."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from liquidgate.rtl_gen.blocks import BLOCK, late_in_logic
from liquidgate.rtl_gen.images import Image, RomImages
from liquidgate.rtl_gen.readout_ram import WeightRam, write_signature
from liquidgate.rtl_gen.sequencer import Sequencer
from liquidgate.spec import Schedule
from liquidgate.spec.readout_map import ReadoutMap


class Lanes(wiring.Component):
    """Sums of products: one word of ``lanes`` products a clock, at most one row's end a word.

    Latency ``schedule.mac_latency`` = 5 + log2(lanes) clocks from the issue of a row's last word to
    its sum. Sums are exact: they wrap on the way, and fit at the end.

    Parameters
    ----------
    schedule : the folded schedule.
    sequencer : gives the shapes of the word counters.
    readout : of a readout in RAM.
    exchange : contents of the readout's memory when another one may stand there later.

    Members
    -------
    neuron_word, readout_word, word, tap, bank : In, from the sequencer. neuron_word and
        valid_neuron are there when there are neuron words.
    address{p} : Out, the source that lane p wants. source{p} : In, its value a clock later.
    readout_bank, write : In, of a readout in RAM.
    valid_neuron, valid_output : Out(1), a row has ended. sum : Out, its sum without the bias.
    early_word : Out(1), the neuron word that issues now has products of the readout. valid_part :
        Out(1), there is the sum of a part of an output. part : Out, this sum. In a shared schedule.
    begin_rest : Out(1), the next sum is no part's, and a clock away at least. When the last turn
        of parts is ``cut``.
    """

    def __init__(
        self, *, schedule: Schedule, sequencer: Sequencer, sum_width: int,
        readout: ReadoutMap | None = None, exchange: Image | None = None,
    ) -> None:
        self.schedule, self.readout, self.exchange = schedule, readout, exchange
        self.images = RomImages(schedule=schedule)
        source = signed(schedule.source_width)
        members: dict[str, object] = {
            "readout_word": In(1),
            "word": In(sequencer.word.shape()),
            "tap": In(sequencer.tap.shape()),
            "bank": In(1),
            "valid_output": Out(1),
            "sum": Out(signed(sum_width)),
        }
        if schedule.neuron_words:
            members |= {"neuron_word": In(1), "valid_neuron": Out(1)}
        if schedule.shared:
            members |= {
                "early_word": Out(1), "valid_part": Out(1), "part": Out(signed(sum_width)),
            }
        if schedule.cut:
            members["begin_rest"] = Out(1)
        if readout is not None:
            members |= {"readout_bank": In(1), "write": In(write_signature(readout))}
        for p in range(schedule.lanes):
            members[f"address{p}"] = Out(self.images.address_width)
            members[f"source{p}"] = In(source)
        super().__init__(members)

    @property
    def latency(self) -> int:
        return 3 + 1 + (self.schedule.lanes - 1).bit_length() + 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        images, lanes = self.images, range(self.schedule.lanes)

        # Fetch: weights, addresses and control of a word; then the sources; then the operands.
        words = {}
        own = {"readout": self.exchange} if self.exchange else {}
        for rom, image in (images.all | own).items():
            if rom == "readout" and self.readout is not None:
                m.submodules.readout = ram = WeightRam(
                    readout=self.readout, image=image, lanes=len(lanes)
                )
                m.d.comb += [ram.tap.eq(self.tap), ram.bank.eq(self.readout_bank)]
                wiring.connect(m, wiring.flipped(self.write), ram.write)
                words[rom] = ram.data
                continue
            attributes = BLOCK if rom in own else (
                late_in_logic(len(image.words)) if self.schedule.neuron_words else {}
            )
            m.submodules[rom] = memory = Memory(
                shape=unsigned(image.width), depth=max(2, len(image.words)), init=image.words,
                attrs=attributes,
            )
            port = memory.read_port()
            m.d.comb += port.addr.eq(self.tap if rom == "readout" else self.word)
            words[rom] = port.data

        bank = Signal()
        output = Signal(self.latency)
        m.d.sync += [bank.eq(self.bank), output.eq(Cat(self.readout_word, output))]
        if self.schedule.neuron_words:
            neuron = Signal(self.latency)
            m.d.sync += neuron.eq(Cat(self.neuron_word, neuron))
        if self.schedule.shared:
            early = Signal(self.latency)
            m.d.comb += self.early_word.eq(neuron[0] & words["control"][-1])
            m.d.sync += early.eq(Cat(self.early_word, early))
        operand_width = max(images.weight_width, images.readout_width)
        products = []
        for p in lanes:
            place = words["sources"].word_select(p, images.address_width)
            m.d.comb += getattr(self, f"address{p}").eq(
                Cat(place[:-1], place[-1] ^ bank)
            )
            weight = Signal(signed(operand_width), name=f"weight{p}")
            weight_operand = Signal.like(weight, name=f"weight_operand{p}")
            source_operand = Signal(signed(self.schedule.source_width), name=f"source_operand{p}")
            product = Signal(
                signed(operand_width + self.schedule.source_width), name=f"product{p}"
            )
            chosen = words["readout"].word_select(p, images.readout_width).as_signed()
            if "weights" in words:
                own = words["weights"].word_select(p, images.weight_width).as_signed()
                if self.schedule.shared:  # in an early word, a lane that is not theirs has zeros
                    chosen = Mux(output[0], 0, own) | Mux(output[0] | early[0], chosen, 0)
                else:
                    chosen = Mux(output[0], chosen, own)
            m.d.sync += [
                weight.eq(chosen),
                weight_operand.eq(weight),
                source_operand.eq(getattr(self, f"source{p}")),
                product.eq(weight_operand * source_operand),
            ]
            products.append(product)

        # Control of a word, delayed to its products.
        last = Signal(self.latency - 1)
        m.d.comb += last[0].eq(words["control"][0])
        m.d.sync += last[1:].eq(last[:-1])
        split = words["control"][1 : 1 + len(lanes).bit_length()]
        tail, head = self._sums(m, split, products)

        # Accumulate.
        accumulator = Signal.like(self.sum)
        valid: Value = output[-2]
        begun: Value = head
        m.d.sync += self.valid_output.eq(output[-2] & last[-1])
        if self.schedule.neuron_words:
            m.d.sync += self.valid_neuron.eq(neuron[-2] & last[-1])
            valid = neuron[-2] | output[-2]
        if self.schedule.shared:
            shared = [word for word in self.schedule.neuron_words if word.early]
            m.d.sync += [self.valid_part.eq(early[-2]), self.part.eq(head)]
            if self.schedule.cut:
                m.d.comb += self.begin_rest.eq(output[-2] & ~output[-1])
            if any(word.last for word in shared):
                begun = Mux(early[-2], 0, head)
        with m.If(valid):
            m.d.sync += [
                self.sum.eq(accumulator + tail),
                accumulator.eq(Mux(last[-1], begun, accumulator + tail)),
            ]
        return m

    def _sums(self, m: Module, split: Value, products: list[Signal]) -> tuple[Value, Value]:
        """The sums of a word's tail (the row that ends or goes on) and of its head (the next row).

        A lane is asked for its side where it works on both, in one word or another.
        """
        words = (*self.schedule.neuron_words, *self.schedule.readout_words)
        sides = [{p < word.split for word in words if word.products[p]}
                 for p in range(len(products))]
        asked = [p for p, known in enumerate(sides) if len(known) == 2]
        tail: list[Value | None] = [
            product if True in known or not known else None
            for product, known in zip(products, sides)
        ]
        head: list[Value | None] = [
            product if False in known else None for product, known in zip(products, sides)
        ]
        if asked:
            stages = [Signal(len(asked), name=f"tail_lanes{k}") for k in range(3)]
            m.d.sync += stages[0].eq(Cat(p < split for p in asked))
            m.d.sync += [later.eq(stage) for stage, later in zip(stages, stages[1:])]
            for p, in_tail in zip(asked, stages[2]):
                tail[p], head[p] = Mux(in_tail, products[p], 0), Mux(in_tail, 0, products[p])
        return self._tree(m, "tail", tail), self._tree(m, "head", head)

    def _tree(self, m: Module, name: str, terms: list[Value | None]) -> Value:
        """A pipelined adder tree: one register level for each halving. None is no term."""
        level = 0
        while len(terms) > 1:
            level += 1
            sums: list[Value | None] = []
            for k, (a, b) in enumerate(zip(terms[::2], terms[1::2])):
                node = None
                if a is not None or b is not None:
                    node = Signal(signed(len(self.sum)), name=f"{name}{level}_{k}")
                    m.d.sync += node.eq(a if b is None else b if a is None else a + b)
                sums.append(node)
            terms = sums
        return terms[0] if terms[0] is not None else Const(0)
