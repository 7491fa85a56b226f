"""The pure form of the closed-form continuous-time network as integers (Hasani et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.activation import Table
from liquidgate.spec.formats import QFormat, check_int
from liquidgate.spec.liquid import Plan, Sum
from liquidgate.spec.matrix import SparseMatrix
from liquidgate.spec.port import Port
from liquidgate.spec.words import Product, mac_latency, pack

PREACTIVATION = 2
"""Clocks: bias, then cast."""
EXPONENT = 2
"""Sum, then cast."""
INTERVAL = 1
"""Its product; only when the interval comes with each sample."""
ACTIVATION = 5
REST = 3
"""Product, sum, cast."""
TARGET = 3
"""Product, sum, cast."""
WRITE = 1


@dataclass(frozen=True)
class CfcPure:
    """A closed-form network whose solution itself is the neuron: one head, one exponential.

    As ncps has it (mode "pure"), with z the head's weighted sum of states and inputs, and t the
    elapsed time: x' = A - A exp(-t (tau + |z|)) z. With states s and inputs u, all raw, for each
    neuron i:

    1. preactivation: z_i = sat(round((bias_i + sum head (s, u)) / 2**acc_shift))
    2. exponent:      e_i = sat(|z_i| + rate_i); with intervals e_i =
       sat(round((|z_i| + rate_i) t / 2**time_shift)), t the last input
    3. activation:    c_i = f(e_i), a table of 1 - exp(-e)
    4. rest:          y_i = sat(round((2**f_bits - c_i) z_i / 2**rest_shift))
    5. state:         s_i' = sat(round((offset_i - target_i y_i) / 2**state_shift))

    with f_bits of the activation's output. The first state is s = 0: every neuron rests at its
    mean, which ``offset`` (A less the mean) and ``bias`` know of.

    Parameters
    ----------
    weight_width : signed bits of a weight.
    head : N x (N + inputs).
    bias : per neuron, raw, in units of the exact sum.
    acc_shift : right shift from the exact sum to a pre-activation.
    preactivation : signed format.
    rate : per neuron, tau in units of a pre-activation.
    timed : the interval comes with each sample, as the last input channel.
    time_shift : right shift of the exponent times the interval; 0 when there is none.
    activation : table; without intervals its input has the fraction bits of ``preactivation``.
    rest : signed format.
    target : per neuron, A, of at most 18 signed bits.
    offset : per neuron, in units of target times rest.
    state_shift : right shift from there to the state.
    state : signed format.
    """

    kind: ClassVar[str] = "cfc_pure"
    title: ClassVar[str] = "a pure closed-form continuous-time network"
    weight_width: int
    head: SparseMatrix
    bias: tuple[int, ...]
    acc_shift: int
    preactivation: QFormat
    rate: tuple[int, ...]
    timed: bool
    time_shift: int
    activation: Table
    rest: QFormat
    target: tuple[int, ...]
    offset: tuple[int, ...]
    state_shift: int
    state: QFormat

    def __post_init__(self) -> None:
        n = self.neurons
        check_int(n, 1, 4096, "the number of neurons")
        check_int(self.weight_width, 2, 18, "cfc_pure.weight_width")
        check_int(self.acc_shift, 0, 40, "cfc_pure.acc_shift")
        check_int(self.time_shift, 0, 40 if self.timed else 0, "cfc_pure.time_shift")
        check_int(self.state_shift, 0, 40, "cfc_pure.state_shift")
        self.head.check(n, self.head.columns, self.weight_width, "cfc_pure.head")
        for name in ("preactivation", "rest", "state"):
            fmt = getattr(self, name)
            if not fmt.signed or not 2 <= fmt.width <= 24:
                raise ValueError(f"cfc_pure.{name} must be a signed format of 2..24 bits, "
                                 f"not {fmt}")
        if max(self.activation.input.width, self.activation.output.width) > 24:
            raise ValueError("cfc_pure.activation formats must have at most 24 bits")
        check_int(self.activation.output.f_bits, 0, 24, "cfc_pure.activation.output.f_bits")
        if not self.timed and self.activation.input.f_bits != self.preactivation.f_bits:
            raise ValueError("cfc_pure.activation.input must have the fraction bits of "
                             f"cfc_pure.preactivation: {self.preactivation.f_bits}, "
                             f"not {self.activation.input.f_bits}")
        check_int(self.rest_shift, 0, 48, "cfc_pure.activation.output.f_bits + "
                  "cfc_pure.preactivation.f_bits - cfc_pure.rest.f_bits")
        for name, low, high in (("bias", -(1 << 55), 1 << 55), ("rate", 0, 1 << 23),
                                ("target", -(1 << 17), (1 << 17) - 1),
                                ("offset", -(1 << 50), 1 << 50)):
            values = getattr(self, name)
            if len(values) != n:
                raise ValueError(f"cfc_pure.{name} must have one entry a neuron: {n}, "
                                 f"not {len(values)}")
            for i, value in enumerate(values):
                check_int(value, low, high, f"cfc_pure.{name}[{i}]")

    @property
    def neurons(self) -> int:
        return len(self.bias)

    @property
    def rest_shift(self) -> int:
        return self.activation.output.f_bits + self.preactivation.f_bits - self.rest.f_bits

    @property
    def taps(self) -> tuple[QFormat, ...]:
        return (QFormat(self.state.width, 0),) * self.neurons

    @property
    def points(self) -> dict[str, QFormat]:
        return {"preactivation": self.preactivation, "exponent": self.activation.input,
                "activation": self.activation.output, "rest": self.rest, "state": self.state}

    @property
    def fed_back(self) -> int:
        return 0

    def check_ports(self, input: Port, output: Port) -> None:
        columns = self.neurons + len(input.channels)
        if self.head.columns != columns:
            raise ValueError("cfc_pure.head must have a column a neuron and an input channel: "
                             f"{columns}, not {self.head.columns}")
        if self.timed and input.width > 24:
            raise ValueError(f"an interval must have at most 24 bits, not {input.width}")

    def row(self, i: int) -> list[Product]:
        """(source, weight) of neuron i; sources count states, then inputs."""
        return list(zip(self.head.indices[i], self.head.data[i]))

    def sums(self) -> list[Sum]:
        """With intervals, their own way to the neurons is a row too, and the first one."""
        half = (1 << self.acc_shift) >> 1
        interval = [Sum(bias=0, row=[(self.head.columns - 1, 1)], half=0)]
        return interval * self.timed + [Sum(bias=bias, row=self.row(i), half=half)
                                        for i, bias in enumerate(self.bias)]

    def plan(self, lanes: int) -> Plan:
        """A row a neuron, through one pipeline."""
        rows = [total.row for total in self.sums()]
        words = pack(rows, lanes)
        latency = (mac_latency(lanes) + PREACTIVATION + EXPONENT + INTERVAL * self.timed
                   + ACTIVATION + REST + TARGET + WRITE)
        ends = [t for t, word in enumerate(words) if word.last][self.timed :]
        ready = tuple(t + latency for t in ends)
        return Plan(order=tuple(range(self.neurons)), ready=ready, busy=ready[-1],
                    products=sum(map(len, rows)), words=tuple(words),
                    weight_width=self.weight_width)
