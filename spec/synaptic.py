"""The liquid time-constant network, synapse by synapse, as integers (Lechner et al. 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from liquidgate.spec.activation import Activation, Clip, Table
from liquidgate.spec.formats import QFormat, check_int
from liquidgate.spec.liquid import Plan, Sum
from liquidgate.spec.port import Port

FETCH = 3
"""Clocks from the issue of a synapse to its operands: ROM, RAM, register."""
PREACTIVATION = 3
"""Product, sum, cast."""
WEIGH = 2
"""Products, accumulators."""
CAST = 2
"""Constants, then casts."""
INTERVAL = 2
"""Product, cast; only when the interval comes with each sample."""
SHARE = 5
SOLVE = 3
"""Product, sum, cast."""
WRITE = 1
SYNAPSE = ("slope", "offset", "weight", "pull")
MOST_SYNAPSES = 1 << 13
"""Of a neuron."""


@dataclass(frozen=True)
class Synaptic:
    """Membranes whose every synapse has a slope, a midpoint, a conductance and a potential.

    cm dv/dt = gleak (vleak - v) + sum_j w_j sigmoid(sigma_j (v_j - mu_j)) (erev_j - v), as the LTC
    cell of ncps has it. A step is ``substeps`` fused semi-implicit ones: with load
    e = h (gleak + sum w sigmoid) and current p = h (gleak vleak + sum w erev sigmoid), h their
    length over cm, v' = (v + p) / (1 + e). In each sub-step, with the old value y_j of a synapse's
    source (a state, or an input), all raw, for each synapse j and each neuron i:

    1. preactivation: z_j = sat(round((offset_j + slope_j y_j) / 2**acc_shift))
    2. activation:    g_j = f(z_j)
    3. load:          q_i = sat(round((leak_i + sum weight g) / 2**load_shift))
    4. current:       p_i = sat(round((rest_i + sum pull g) / 2**current_shift))
    5. dose (intervals only): e_i = sat(round(q_i t / 2**time_shift)), t the last input; else q_i
    6. share:         w_i = share(e_i), a table of e / (1 + e)
    7. drive:         d_i = sat(round((s_i 2**lift + p_i t) / 2**drive_shift)), t = 1 without
    8. membrane:      s_i' = sat(round((2**f_bits - w_i) d_i / 2**state_shift)), f_bits the share's

    Then the states are those of the last sub-step. Since sigmoid(z) = (1 + tanh(z/2)) / 2, ``leak``
    and ``rest`` hold the weights' halves too. They, ``offset`` and ``pull`` know of means: the
    first state is s = 0.

    Parameters
    ----------
    weight_width : signed bits of slope, weight and pull.
    sources : for each neuron, those of its synapses, ascending, at least one: states, then inputs.
    slope, offset, weight, pull : a number a synapse, beside ``sources``.
    acc_shift : right shift to the activation's input format.
    activation : table or clip, odd.
    leak, rest : per neuron, constants of the two sums.
    load_shift, load : right shift and signed format of the load.
    current_shift, current : of the current.
    timed : the interval comes with each sample, as the last input channel.
    time_bits : fraction bits of its raw value; 0 when there is none.
    share : a table of line segments. Without intervals, ``load`` is its input format.
    drive, state : signed formats.
    substeps : in a step.
    """

    kind: ClassVar[str] = "synaptic"
    title: ClassVar[str] = "a liquid time-constant network of synapses"
    weight_width: int
    sources: tuple[tuple[int, ...], ...]
    slope: tuple[tuple[int, ...], ...]
    offset: tuple[tuple[int, ...], ...]
    weight: tuple[tuple[int, ...], ...]
    pull: tuple[tuple[int, ...], ...]
    acc_shift: int
    activation: Activation
    leak: tuple[int, ...]
    rest: tuple[int, ...]
    load_shift: int
    load: QFormat
    current_shift: int
    current: QFormat
    timed: bool
    time_bits: int
    share: Table
    drive: QFormat
    state: QFormat
    substeps: int

    def __post_init__(self) -> None:
        check_int(self.neurons, 1, 4096, "the number of neurons")
        check_int(self.weight_width, 2, 18, "synaptic.weight_width")
        check_int(self.substeps, 1, 15, "synaptic.substeps")
        for name in ("acc_shift", "load_shift", "current_shift"):
            check_int(getattr(self, name), 0, 40, f"synaptic.{name}")
        check_int(self.time_bits, 0, 40 if self.timed else 0, "synaptic.time_bits")
        self._check_formats()
        self._check_synapses()
        for i in range(self.neurons):
            least = sum(map(abs, self.weight[i])) * self.activation.limit
            check_int(self.leak[i], least, 1 << 53, f"synaptic.leak[{i}]")
            check_int(self.rest[i], -(1 << 53), 1 << 53, f"synaptic.rest[{i}]")

    def _check_formats(self) -> None:
        for name in ("load", "current", "drive", "state"):
            fmt = getattr(self, name)
            if not fmt.signed or not 2 <= fmt.width <= 24:
                raise ValueError(f"synaptic.{name} must be a signed format of 2..24 bits, "
                                 f"not {fmt}")
        for name in ("activation", "share"):
            unit = getattr(self, name)
            if max(unit.input.width, unit.output.width) > 24:
                raise ValueError(f"synaptic.{name} formats must have at most 24 bits")
        check_int(self.share.output.f_bits, 0, 24, "synaptic.share.output.f_bits")
        if not self.timed and self.share.input != self.load:
            raise ValueError("synaptic.share.input must be the format of synaptic.load: "
                             f"{self.load}, not {self.share.input}")
        moment = "synaptic.current.f_bits + synaptic.time_bits - synaptic."
        check_int(self.time_shift, 0, 40, "synaptic.load.f_bits + synaptic.time_bits - "
                  "synaptic.share.input.f_bits")
        check_int(self.lift, 0, 28, f"{moment}state.f_bits")
        check_int(self.drive_shift, 0, 40, f"{moment}drive.f_bits")
        check_int(self.state_shift, 0, 40, "synaptic.share.output.f_bits + "
                  "synaptic.drive.f_bits - synaptic.state.f_bits")

    def _check_synapses(self) -> None:
        n, narrow = self.neurons, 1 << (self.weight_width - 1)
        for name in (*SYNAPSE, "leak", "rest"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"synaptic.{name} must have one entry a neuron: {n}, "
                                 f"not {len(getattr(self, name))}")
        for i, sources in enumerate(self.sources):
            check_int(len(sources), 1, MOST_SYNAPSES, f"the number of synapses of neuron {i}")
            last = -1
            for j in sources:
                check_int(j, last + 1, n + 4095, f"synaptic.sources[{i}], ascending,")
                last = j
            for name in SYNAPSE:
                values = getattr(self, name)[i]
                if len(values) != len(sources):
                    raise ValueError(f"synaptic.{name}[{i}] must have one entry a synapse: "
                                     f"{len(sources)}, not {len(values)}")
                most = 1 << 50 if name == "offset" else narrow - 1
                for k, value in enumerate(values):
                    check_int(value, -most - (name != "offset"), most, f"synaptic.{name}[{i}][{k}]")

    @property
    def neurons(self) -> int:
        return len(self.sources)

    @cached_property
    def synapses(self) -> int:
        return sum(map(len, self.sources))

    @property
    def time_shift(self) -> int:
        return self.load.f_bits + self.time_bits - self.share.input.f_bits

    @property
    def lift(self) -> int:
        """Left shift of a state where it meets the current."""
        return self.current.f_bits + self.time_bits - self.state.f_bits

    @property
    def drive_shift(self) -> int:
        return self.current.f_bits + self.time_bits - self.drive.f_bits

    @property
    def state_shift(self) -> int:
        return self.share.output.f_bits + self.drive.f_bits - self.state.f_bits

    @property
    def taps(self) -> tuple[QFormat, ...]:
        return (QFormat(self.state.width, 0),) * self.neurons

    @property
    def points(self) -> dict[str, QFormat]:
        """Of all sub-steps of a step, one after the other; the state of the last."""
        dose = {"dose": self.share.input} if self.timed else {}
        return {"preactivation": self.activation.input, "activation": self.activation.output,
                "load": self.load, "current": self.current, **dose, "share": self.share.output,
                "drive": self.drive, "membrane": self.state, "state": self.state}

    @property
    def fed_back(self) -> int:
        return 0

    def check_ports(self, input: Port, output: Port) -> None:
        sources = self.neurons + len(input.channels)
        for i, row in enumerate(self.sources):
            if row[-1] >= sources:
                raise ValueError(f"synaptic.sources[{i}] must be neurons or input channels, "
                                 f"0..{sources - 1}, not {row[-1]}")
        if self.timed and input.width > 24:
            raise ValueError(f"an interval must have at most 24 bits, not {input.width}")

    def sums(self) -> list[Sum]:
        """None on the shared lanes."""
        return []

    @property
    def latency(self) -> int:
        """Clocks from the issue of a neuron's last synapse until its new state can be addressed."""
        activation = 2 if isinstance(self.activation, Clip) else 5
        return (FETCH + PREACTIVATION + activation + WEIGH + CAST + INTERVAL * self.timed + SHARE
                + SOLVE + WRITE)

    def plan(self, lanes: int) -> Plan:
        """A synapse a clock; each sub-step begins when all states of the one before are there."""
        ends: list[int] = []
        for row in self.sources:
            ends.append((ends[-1] if ends else -1) + len(row))
        # an issue addresses the memory of states one clock later
        begin = (self.substeps - 1) * (ends[-1] + self.latency - 1)
        ready = tuple(begin + end + self.latency for end in ends)
        return Plan(order=tuple(range(self.neurons)), ready=ready, busy=ready[-1],
                    products=3 * self.synapses * self.substeps, clear=self.neurons)
