"""The echo state network as integers (Jaeger 2001; leaky neurons, Jaeger et al. 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.activation import Activation
from liquidgate.spec.formats import QFormat, check_int, check_raws
from liquidgate.spec.matrix import SparseMatrix


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

    def row(self, i: int) -> list[tuple[int, int]]:
        """(source, weight) of neuron i; sources count states, then inputs, then outputs."""
        n, k = self.neurons, self.input.columns
        return [
            (base + j, w)
            for base, matrix in ((0, self.recurrent), (n, self.input), (n + k, self.feedback))
            for j, w in zip(matrix.indices[i], matrix.data[i])
        ]
