"""The echo state network as integers (Jaeger 2001; leaky neurons, Jaeger et al. 2007)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.activation import Activation, Clip
from liquidgate.spec.formats import QFormat, check_int, check_raws
from liquidgate.spec.liquid import Plan, Sum
from liquidgate.spec.matrix import SparseMatrix
from liquidgate.spec.port import Port
from liquidgate.spec.words import Product, mac_latency, pack

PREACTIVATION = 2
"""Clocks: bias, then cast."""
DEVIATION = 1
LEAK = 3
"""Products, sum, cast."""
WRITE = 1


@dataclass(frozen=True)
class Esn:
    """A leaky echo state network whose neurons store scaled deviations from their means.

    With states s, inputs u, fed-back outputs y, all raw, for each neuron i:

    1. preactivation: z = sat(round((bias + sum W s + sum Win u + sum Wfb y) / 2**acc_shift))
    2. activation:    g = f(z)
    3. deviation:     d = sat(round((g - mean) / 2**deviation_shift))
    4. state:         s' = sat(round((decay * s + gain * d) / 2**leak_shift))

    Real value of a state: x_i = mean_i * 2**-activation.output.f_bits + scale_i * s_i. A neuron of
    plain ESN kind has mean 0. The first state is s = 0: every neuron rests at its mean.

    Parameters
    ----------
    weight_width : signed bits of an entry of the three matrices.
    recurrent : N x N.  input : N x inputs.  feedback : N x outputs (zero columns: none).
    bias : per neuron, raw, in units of the exact sum.
    acc_shift : right shift from the exact sum to the activation's input format.
    activation : table or clip.
    mean : per neuron, raw in the activation's output format.
    deviation : signed format of d; its f_bits is at most the activation output's.
    decay, gain : per neuron, unsigned raw with leak_shift fraction bits; decay at most 1.
    leak_shift : right shift of the leaky sum.
    state : signed format of s; f_bits = width - 1, so that s is in -1..1 of the neuron's scale.
    """

    kind: ClassVar[str] = "esn"
    title: ClassVar[str] = "an echo state network"
    weight_width: int
    recurrent: SparseMatrix
    input: SparseMatrix
    feedback: SparseMatrix
    bias: tuple[int, ...]
    acc_shift: int
    activation: Activation
    mean: tuple[int, ...]
    deviation: QFormat
    decay: tuple[int, ...]
    gain: tuple[int, ...]
    leak_shift: int
    state: QFormat

    def __post_init__(self) -> None:
        n = self.neurons
        check_int(n, 1, 4096, "the number of neurons")
        check_int(self.weight_width, 2, 18, "esn.weight_width")
        check_int(self.acc_shift, 0, 40, "esn.acc_shift")
        check_int(self.leak_shift, 0, 24, "esn.leak_shift")
        self.recurrent.check(n, n, self.weight_width, "esn.recurrent")
        self.input.check(n, self.input.columns, self.weight_width, "esn.input")
        self.feedback.check(n, self.feedback.columns, self.weight_width, "esn.feedback")
        for name in ("mean", "decay", "gain"):
            if len(getattr(self, name)) != n:
                raise ValueError(
                    f"esn.{name} must have one entry a neuron: {n}, not {len(getattr(self, name))}"
                )
        for name in ("deviation", "state"):
            fmt = getattr(self, name)
            if not fmt.signed or not 2 <= fmt.width <= 24:
                raise ValueError(f"esn.{name} must be a signed format of 2..24 bits, not {fmt}")
        if self.state.i_bits != 1:
            raise ValueError(f"esn.state must have i_bits = 1, not {self.state.i_bits}")
        if self.activation.output.width > 24 or self.activation.input.width > 24:
            raise ValueError("esn.activation formats must have at most 24 bits")
        if self.deviation.f_bits > self.activation.output.f_bits:
            raise ValueError(
                "esn.deviation must have at most the activation's fraction bits: "
                f"{self.activation.output.f_bits}, not {self.deviation.f_bits}"
            )
        check_int(self.deviation_shift, 0, 40, "activation.output.f_bits - esn.deviation.f_bits")
        for i, value in enumerate(self.bias):
            check_int(value, -(1 << 55), 1 << 55, f"esn.bias[{i}]")
        check_raws(self.mean, self.activation.output, "esn.mean")
        for i, (decay, gain) in enumerate(zip(self.decay, self.gain)):
            check_int(decay, 0, 1 << self.leak_shift, f"esn.decay[{i}]")
            check_int(gain, 0, (1 << 18) - 1, f"esn.gain[{i}]")

    @property
    def neurons(self) -> int:
        return len(self.bias)

    @property
    def deviation_shift(self) -> int:
        return self.activation.output.f_bits - self.deviation.f_bits

    def scale(self, i: int) -> float:
        """Real value of one raw unit of neuron i's state, in units of the activation."""
        a = (1 << self.leak_shift) - self.decay[i]
        return a / self.gain[i] * self.deviation.lsb if self.gain[i] else 0.0

    @property
    def taps(self) -> tuple[QFormat, ...]:
        return (QFormat(self.state.width, 0),) * self.neurons

    @property
    def points(self) -> dict[str, QFormat]:
        return {"preactivation": self.activation.input, "activation": self.activation.output,
                "deviation": self.deviation, "state": self.state}

    @property
    def fed_back(self) -> int:
        return self.feedback.columns

    def check_ports(self, input: Port, output: Port) -> None:
        inputs, outputs = len(input.channels), len(output.channels)
        if self.input.columns != inputs:
            raise ValueError(f"esn.input must have one column an input channel: {inputs}, "
                             f"not {self.input.columns}")
        if self.feedback.columns not in (0, outputs):
            raise ValueError(f"esn.feedback must have no column or one an output channel: "
                             f"{outputs}, not {self.feedback.columns}")

    def row(self, i: int) -> list[Product]:
        """(source, weight) of neuron i; sources count states, then inputs, then outputs."""
        n, k = self.neurons, self.input.columns
        return [
            (base + j, w)
            for base, matrix in ((0, self.recurrent), (n, self.input), (n + k, self.feedback))
            for j, w in zip(matrix.indices[i], matrix.data[i])
        ]

    def sums(self) -> list[Sum]:
        half = (1 << self.acc_shift) >> 1
        return [Sum(bias=b, row=self.row(i), half=half) for i, b in enumerate(self.bias)]

    def plan(self, lanes: int) -> Plan:
        """Every row leaves the lanes through the one neuron pipeline, one a clock at most."""
        order = self._order(lanes)
        rows = [self.row(i) for i in order]
        words = pack(rows, lanes)
        activation = 2 if isinstance(self.activation, Clip) else 5
        latency = mac_latency(lanes) + PREACTIVATION + activation + DEVIATION + LEAK + WRITE
        ready = tuple(t + latency for t, word in enumerate(words) if word.last)
        return Plan(order=order, ready=ready, busy=ready[-1], products=sum(map(len, rows)),
                    words=tuple(words), weight_width=self.weight_width,
                    orders=dict.fromkeys(self.points, order))

    def _order(self, lanes: int) -> tuple[int, ...]:
        """Neurons in the order of their rows.

        The longest row that its own word and the free lanes of the word before can hold comes
        next; so long rows follow short ones, and neither the lanes nor the neuron pipeline waits.
        Where the mean row is longer than a word, what is longer counts as credit for more words.
        """
        sizes = [len(self.row(i)) for i in range(self.neurons)]
        left = sorted(range(self.neurons), key=lambda i: (sizes[i], i))
        n = len(sizes)
        longer = max(0, sum(sizes) - lanes * n)  # of n rows; credit is too
        order: list[int] = []
        free = credit = 0
        while left:
            credit += longer
            most = free + lanes + max(0, credit) // n
            order.append(left.pop(max(0, bisect_right(left, most, key=sizes.__getitem__) - 1)))
            rest = max(0, sizes[order[-1]] - free)
            words = max(1, -(-rest // lanes))
            free = words * lanes - rest
            credit -= (words - 1) * lanes * n
        return tuple(order)
