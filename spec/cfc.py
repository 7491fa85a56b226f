"""The closed-form continuous-time network as integers (Hasani, Lechner et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.activation import Activation, Clip
from liquidgate.spec.formats import QFormat, check_int
from liquidgate.spec.liquid import Plan, Sum
from liquidgate.spec.matrix import SparseMatrix
from liquidgate.spec.port import Port
from liquidgate.spec.words import Product, mac_latency, pack

PREACTIVATION = 2
"""Clocks: bias, then cast."""
EXPONENT = 2
"""Sum, then cast."""
GATE = 3
"""Product, sum, cast."""
WRITE = 1
MODES = ("default", "no_gate")


@dataclass(frozen=True)
class Cfc:
    """A closed-form continuous-time (CfC) network: gates, and no solver.

    In the paper's form, with the heads f, g, h of the states and inputs and the elapsed time t,
    x' = sigmoid(-f t) * g + (1 - sigmoid(-f t)) * h. As ncps has it (mode "default"), the heads
    are ff1, ff2 (tanh) and the exponent time_a * t + time_b. Since sigmoid(z) = (1 + tanh(z/2))/2,
    one odd activation does for all heads, when the exponent's rows hold halves. With states s and
    inputs u, all raw, for each neuron i and each of its heads k:

    1. preactivation: z_ik = sat(round((bias_ik + sum heads_k (s, u)) / 2**acc_shift))
    2. exponent (of four heads): e_i = sat(z_i3 + round(z_i2 * t / 2**time_shift)), with t the
       last input; of three heads: e_i = z_i2
    3. activation:    a, b, c = f(z_i0), f(z_i1), f(e_i)
    4. state:         s_i' = sat(round(((a + b) 2**f_bits + c (b - a) - mean_i) / 2**state_shift))
       or, "no_gate": s_i' = sat(round(((2a + b) 2**f_bits + c b - mean_i) / 2**state_shift))

    with f_bits of the activation's output. Real value of a state: x_i = mean_i * 2**-(2 f_bits + 1)
    + s_i * state.lsb. The first state is s = 0: every neuron rests at its mean.

    Parameters
    ----------
    weight_width : signed bits of a weight.
    heads : ff1, ff2, exponent for samples at equal intervals; ff1, ff2, time_a, time_b when the
        interval comes with each sample, as the last input channel. Each N x (N + inputs).
    bias : by head, then neuron; raw, in units of the exact sum.
    acc_shift : right shift from the exact sum to the activation's input format.
    time_shift : right shift of time_a's pre-activation times the interval; 0 of three heads.
    activation : table or clip; odd, 1.0 at its upper end.
    mean : per neuron, raw, with 2 * activation.output.f_bits + 1 fraction bits.
    state : signed format.
    mode : "default": x' = (1 - sigmoid) ff1 + sigmoid ff2; "no_gate": x' = ff1 + sigmoid ff2.
    """

    kind: ClassVar[str] = "cfc"
    title: ClassVar[str] = "a closed-form continuous-time network"
    weight_width: int
    heads: tuple[SparseMatrix, ...]
    bias: tuple[tuple[int, ...], ...]
    acc_shift: int
    time_shift: int
    activation: Activation
    mean: tuple[int, ...]
    state: QFormat
    mode: str = "default"

    def __post_init__(self) -> None:
        n = self.neurons
        check_int(n, 1, 4096, "the number of neurons")
        check_int(self.weight_width, 2, 18, "cfc.weight_width")
        check_int(self.acc_shift, 0, 40, "cfc.acc_shift")
        check_int(self.time_shift, 0, 40 if self.timed else 0, "cfc.time_shift")
        if len(self.heads) not in (3, 4):
            raise ValueError(f"cfc.heads must be 3, or 4 with intervals, not {len(self.heads)}")
        if len(self.bias) != len(self.heads):
            raise ValueError(f"cfc.bias must have one row a head: {len(self.heads)}, "
                             f"not {len(self.bias)}")
        for k, (head, bias) in enumerate(zip(self.heads, self.bias)):
            head.check(n, self.heads[0].columns, self.weight_width, f"cfc.heads[{k}]")
            if len(bias) != n:
                raise ValueError(f"cfc.bias[{k}] must have one entry a neuron: {n}, "
                                 f"not {len(bias)}")
            for i, value in enumerate(bias):
                check_int(value, -(1 << 55), 1 << 55, f"cfc.bias[{k}][{i}]")
        if self.activation.output.width > 24 or self.activation.input.width > 24:
            raise ValueError("cfc.activation formats must have at most 24 bits")
        check_int(self.activation.output.f_bits, 0, 24, "cfc.activation.output.f_bits")
        if not self.state.signed or not 2 <= self.state.width <= 24:
            raise ValueError(f"cfc.state must be a signed format of 2..24 bits, not {self.state}")
        if self.mode not in MODES:
            raise ValueError(f"cfc.mode must be one of {', '.join(MODES)}, not {self.mode!r}")
        check_int(self.state_shift, 0, 50,
                  "2 * cfc.activation.output.f_bits + 1 - cfc.state.f_bits")
        for i, mean in enumerate(self.mean):
            check_int(mean, -(1 << 50), 1 << 50, f"cfc.mean[{i}]")

    @property
    def neurons(self) -> int:
        return len(self.mean)

    @property
    def timed(self) -> bool:
        """Whether the interval comes with each sample, as the last input channel."""
        return len(self.heads) == 4

    @property
    def state_shift(self) -> int:
        return 2 * self.activation.output.f_bits + 1 - self.state.f_bits

    @property
    def taps(self) -> tuple[QFormat, ...]:
        return (QFormat(self.state.width, 0),) * self.neurons

    @property
    def points(self) -> dict[str, QFormat]:
        exponent = {"exponent": self.activation.input} if self.timed else {}
        return {"preactivation": self.activation.input, **exponent,
                "activation": self.activation.output, "state": self.state}

    @property
    def fed_back(self) -> int:
        return 0

    def check_ports(self, input: Port, output: Port) -> None:
        inputs = len(input.channels)
        columns = self.neurons + inputs
        if self.heads[0].columns != columns:
            raise ValueError(f"cfc.heads must have a column a neuron and an input channel: "
                             f"{columns}, not {self.heads[0].columns}")
        if self.timed and input.width > 24:
            raise ValueError(f"an interval must have at most 24 bits, not {input.width}")

    def row(self, head: int, i: int) -> list[Product]:
        """(source, weight) of neuron i's row in a head; sources count states, then inputs."""
        matrix = self.heads[head]
        return list(zip(matrix.indices[i], matrix.data[i]))

    def sums(self) -> list[Sum]:
        """With intervals, their own way to the neurons is a row too, and the first one."""
        half = (1 << self.acc_shift) >> 1
        interval = [Sum(bias=0, row=[(self.heads[0].columns - 1, 1)], half=0)]
        return interval * self.timed + [
            Sum(bias=self.bias[k][i], row=self.row(k, i), half=half)
            for i in range(self.neurons) for k in range(len(self.heads))
        ]

    def plan(self, lanes: int) -> Plan:
        """The heads of a neuron behind each other, through one pipeline."""
        rows = [total.row for total in self.sums()]
        words = pack(rows, lanes)
        activation = 2 if isinstance(self.activation, Clip) else 5
        latency = (mac_latency(lanes) + PREACTIVATION + EXPONENT * self.timed + activation + GATE
                   + WRITE)
        ends = [t for t, word in enumerate(words) if word.last][self.timed :]
        ready = tuple(t + latency for t in ends[len(self.heads) - 1 :: len(self.heads)])
        return Plan(order=tuple(range(self.neurons)), ready=ready, busy=ready[-1],
                    products=sum(map(len, rows)), words=tuple(words),
                    weight_width=self.weight_width)
