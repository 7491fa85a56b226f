"""The fluid network: edges, then vessels."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed, unsigned
from amaranth.lib.memory import Memory

from liquidgate.rtl_gen.casting import equals, half, saturate
from liquidgate.rtl_gen.fluid_adaptation import Adaptation
from liquidgate.rtl_gen.fluid_flow import FlowLane
from liquidgate.rtl_gen.fluid_vessel import Vessel
from liquidgate.rtl_gen.liquid import Liquid
from liquidgate.rtl_gen.sequence_rom import SequenceRom
from liquidgate.spec import Fluid, Schedule
from liquidgate.spec.fluid_plan import FETCH, FLOW, begin, flow_latency
from liquidgate.spec.formats import signed_width
from liquidgate.spec.liquid import expect


class FluidNetwork(Liquid):
    """Flows between vessels, an edge a clock; then their masses and pressures, a vessel a clock.

    The drive comes from the shared lanes, meanwhile. What a vessel has is in two memories: the
    mass it began the step with, less what left at the tails of edges; and what came at the heads.
    An edge subtracts its flow in one and adds it in the other, so each needs one port to read and
    one to write. Of two edges in a row with one end, the second takes the sum from a register.

    The nets of the cast points are those of ``lane``, ``vessel`` and ``adaptation``.
    Latencies: ``fluid_plan``. Parameters and members: ``Liquid``.
    """

    on_lanes = True
    apart = True
    recalls = False

    def __init__(self, *, schedule: Schedule, sum_width: int) -> None:
        super().__init__(schedule=schedule, sum_width=sum_width)
        self.fluid = fluid = expect(Fluid, self.design.liquid)
        most = max(fluid.inflow_limit)
        self.inflow_width = min(fluid.mass_width, signed_width(-most, most))
        self.lane = FlowLane(fluid=fluid)
        self.vessel = Vessel(fluid=fluid, inflow_width=self.inflow_width)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        fluid, n = self.fluid, self.fluid.neurons
        m.submodules.lane = lane = self.lane
        m.submodules.vessel = vessel = self.vessel

        # Turns: an edge a clock from ``start`` on; a vessel a clock from the plan's ``begin`` on.
        wait = begin(fluid, self.schedule.lanes) - 2
        left = Signal(range(wait + 1), init=wait)
        waiting = Signal()
        first_vessel = Signal()
        m.d.sync += [
            left.eq(Mux(waiting, left - 1, wait)),
            waiting.eq(self.start | (waiting & (left != 0))),
            first_vessel.eq(waiting & equals(left, 0)),
        ]
        edge, valid_edge = _turns(m, "edge", self.start, len(fluid.tails))
        turn, valid_turn = _turns(m, "turn", first_vessel, n)

        # Fetch: the ends of an edge, then the pressures there. The vessels use one of the ports.
        word = self._ends(m, edge)
        valids = Signal(flow_latency(fluid) - FLOW)
        m.submodules.pressures = pressures = Memory(
            shape=signed(fluid.pressure.width), depth=n, init=[]
        )
        at_tail, at_head = pressures.read_port(), pressures.read_port()
        tail, head, _, _ = _parts(word, len(turn))
        m.d.sync += valids.eq(Cat(valid_edge, valids))
        m.d.comb += [
            at_tail.addr.eq(Mux(valid_turn, turn, tail)),
            at_head.addr.eq(head),
            lane.valid.eq(valids[FETCH - 1]),
            lane.tail.eq(at_tail.data),
            lane.head.eq(at_head.data),
        ]

        # Cast points 2 to 5, gradient, activation, flow, conductivity.
        g = Signal(unsigned(fluid.conductivity.width))
        conductivity, valid_conductivity = self._conductivity(m, valids[-2], g)

        # One multiplier for flows and, when they are done, losses.
        product = Signal(signed(max(len(lane.product), len(vessel.product))))
        m.d.sync += product.eq(Mux(vessel.losing, vessel.viscosity, g)
                               * Mux(vessel.losing, vessel.old, lane.activation))
        m.d.comb += [lane.product.eq(product), vessel.product.eq(product)]

        # Masses: flows leave and enter.
        for _ in range(flow_latency(fluid) - 2):
            word = _delayed(m, word)
        flow_tail, flow_head, _, _ = _parts(word, len(turn))
        tail, head, again_tail, again_head = _parts(_delayed(m, word), len(turn))
        done = _place(m, "done", vessel.valid_mass, n)
        for name, flow, address, reading, again, width, start in (
            ("kept", -lane.flow, tail, flow_tail, again_tail, fluid.mass_width, vessel.mass),
            ("arrived", lane.flow, head, flow_head, again_head, self.inflow_width, 0),
        ):
            m.submodules[name] = memory = Memory(shape=signed(width), depth=n, init=[])
            read, write = memory.read_port(), memory.write_port()
            sum_ = Signal(signed(width), name=f"{name}_sum")
            last = Signal(signed(width), name=f"{name}_last")
            m.d.comb += [
                read.addr.eq(Mux(valid_turn, turn, reading)),
                sum_.eq(Mux(again, last, read.data) + flow),
                write.en.eq(self.zero | lane.valid_flow | vessel.valid_mass),
                write.addr.eq(Mux(self.zero, self.place, Mux(vessel.valid_mass, done, address))),
                write.data.eq(Mux(self.zero, 0, Mux(vessel.valid_mass, start, sum_))),
                (vessel.left if name == "kept" else vessel.inflow).eq(read.data),
            ]
            m.d.sync += last.eq(sum_)

        # Cast point 1, drive.
        m.d.comb += vessel.driven.eq(self._drive(m, turn))

        # Cast points 6 and 7, loss, pressure.
        m.d.comb += [vessel.valid.eq(valid_turn), vessel.old.eq(at_tail.data)]
        ready = _place(m, "ready", vessel.valid_pressure, n)
        write = pressures.write_port()
        m.d.comb += [
            write.en.eq(self.zero | vessel.valid_pressure),
            write.addr.eq(Mux(self.zero, self.place, ready)),
            write.data.eq(Mux(self.zero, 0, vessel.pressure)),
        ]

        # Cast point 8, state.
        taps = {"pressure": [(vessel.valid_pressure, vessel.pressure)],
                "conductivity": [(valid_conductivity, conductivity)]}
        shown = taps.get(fluid.watch, taps["pressure"] + taps["conductivity"])
        m.d.comb += [
            self.state.eq(shown[0][1]),
            self.valid_state.eq(Cat(valid for valid, _ in shown).any()),
        ]
        for valid, value in shown[1:]:
            with m.If(valid):
                m.d.comb += self.state.eq(value)
        return m

    def _ends(self, m: Module, edge: Signal) -> Value:
        """The ends of an edge, and whether each is that of the edge before; a clock later."""
        tails, heads = self.fluid.tails, self.fluid.heads
        bits = (self.fluid.neurons - 1).bit_length()
        m.submodules.ends = ends = Memory(
            shape=unsigned(2 * bits + 2), depth=max(2, len(tails)),
            init=[
                tail | head << bits
                | (e > 0 and tails[e - 1] == tail) << 2 * bits
                | (e > 0 and heads[e - 1] == head) << 2 * bits + 1
                for e, (tail, head) in enumerate(zip(tails, heads))
            ],
        )
        port = ends.read_port()
        m.d.comb += port.addr.eq(edge)
        return port.data

    def _drive(self, m: Module, turn: Signal) -> Value:
        """Sums from the lanes wait in a memory; gives that of ``turn`` a clock later."""
        fluid = self.fluid
        m.submodules.bias = bias = SequenceRom(
            values=[value + half(fluid.acc_shift) for value in fluid.bias]
        )
        exact = Signal(signed(self.design.acc_width))
        drive = Signal(signed(fluid.flow.width))
        valid_exact = Signal()
        valid_drive = Signal()
        m.d.comb += bias.next.eq(self.valid_sum)
        m.d.sync += [
            exact.eq(self.sum + bias.data),
            valid_exact.eq(self.valid_sum),
            drive.eq(saturate(exact >> fluid.acc_shift, fluid.flow)),
            valid_drive.eq(valid_exact),
        ]
        row = _place(m, "row", valid_drive, fluid.neurons)
        m.submodules.drives = drives = Memory(
            shape=signed(fluid.flow.width), depth=fluid.neurons, init=[]
        )
        write, read = drives.write_port(), drives.read_port()
        m.d.comb += [
            write.en.eq(valid_drive),
            write.addr.eq(row),
            write.data.eq(drive),
            read.addr.eq(turn),
        ]
        return read.data

    def _conductivity(self, m: Module, due: Value, g: Signal) -> tuple[Value, Value]:
        """Gives each edge's conductivity as ``g``, a clock after it is ``due``; returns the new
        ones and when they come."""
        fluid, lane = self.fluid, self.lane
        edges = len(fluid.tails)
        m.submodules.initial = initial = SequenceRom(values=fluid.initial, lazy=True)
        m.d.comb += initial.next.eq(due)
        if not fluid.adaptive:
            m.d.comb += g.eq(initial.data)
            return initial.data, Signal()

        # Until the end of a sequence's first step the initial ones are valid.
        m.submodules.conductivities = memory = Memory(
            shape=unsigned(fluid.conductivity.width), depth=max(2, edges), init=[]
        )
        read, write = memory.read_port(), memory.write_port()
        place = _place(m, "used", due, edges)
        fresh = Signal()
        m.d.comb += [
            read.addr.eq(place),
            g.eq(Mux(fresh, initial.data, read.data)),
        ]

        m.submodules.adaptation = rule = Adaptation(fluid=fluid)
        old: Value = g
        for _ in range(3):
            old = _delayed(m, old)
        m.d.comb += [
            rule.valid.eq(lane.valid_flow),
            rule.flow.eq(lane.flow),
            rule.old.eq(old),
        ]
        grown = _place(m, "grown", rule.valid_conductivity, edges)
        m.d.comb += [
            write.en.eq(rule.valid_conductivity),
            write.addr.eq(grown),
            write.data.eq(rule.conductivity),
        ]
        with m.If(self.zero):
            m.d.sync += fresh.eq(1)
        with m.Elif(rule.valid_conductivity & (grown == edges - 1)):
            m.d.sync += fresh.eq(0)
        return rule.conductivity, rule.valid_conductivity


def _place(m: Module, name: str, event: Value, count: int) -> Signal:
    """0..count - 1 in a circle, one further after each event."""
    place = Signal(range(max(2, count)), name=name)
    with m.If(event):
        m.d.sync += place.eq(Mux(place == count - 1, 0, place + 1))
    return place


def _turns(m: Module, name: str, start: Value, count: int) -> tuple[Signal, Signal]:
    """0..count - 1, one a clock from ``start`` on; and whether it goes."""
    going = Signal(name=f"{name}_going")
    valid = Signal(name=f"valid_{name}")
    place = _place(m, name, valid, count)
    m.d.comb += valid.eq(start | going)
    m.d.sync += going.eq(valid & (place != count - 1))
    return place, valid


def _parts(word: Value, bits: int) -> tuple[Value, Value, Value, Value]:
    """Tail, head, and whether each is that of the edge before."""
    return word[:bits], word[bits : 2 * bits], word[-2], word[-1]


def _delayed(m: Module, value: Value) -> Signal:
    result = Signal.like(value, name="delayed")
    m.d.sync += result.eq(value)
    return result
