"""The liquid time-constant network as integers (Hasani, Lechner, Amini, Rus, Grosu 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.activation import Activation, Clip
from liquidgate.spec.formats import QFormat, at_most, check_int
from liquidgate.spec.liquid import Plan, Sum
from liquidgate.spec.ltc_solver import Explicit, Fused, Solver
from liquidgate.spec.matrix import SparseMatrix
from liquidgate.spec.port import Port
from liquidgate.spec.words import Product, Word, mac_latency, new_tap, pack

PREACTIVATION = 2
"""Clocks: bias, then cast."""
RATE = 1
INTERVAL = 3
"""Products, casts, sum; only when the interval comes with each sample."""
WRITE = 1


@dataclass(frozen=True)
class Ltc:
    """A liquid time-constant network: the state sets its own time constant.

    dx/dt = -(1/tau + f) x + f A, with f = sigmoid(z) of weighted states and inputs. A step of
    length h is ``substeps`` of length h / substeps, and f is computed anew in each. With states s
    and inputs u, all raw, for each neuron i and in each sub-step:

    1. preactivation: z = sat(round((bias + sum W s + sum Win u) / 2**acc_shift))
    2. activation:    g = f(z); then q = middle + g is the rate h f (of a sub-step), r = leak is
       h / tau, e = q + r
    3. dose (intervals only): q and r are sat(round(. * t / 2**time_shift)), with t the last input
    4. share, drive (fused only): w = share(e); v' = sat(round(v / 2**drive_shift)), with
       v = s 2**f_bits + (q target - r mean) 2**target_shift
    5. state:         explicit: s' = sat(round((v - e s) / 2**f_bits))
                      fused: s' = sat(round((v - w v' 2**(drive_shift - share's)) / 2**f_bits))

    Since sigmoid(z) = (1 + tanh(z/2)) / 2, the activation is h/2 tanh and ``middle`` h/2. Real
    value of a state: x_i = (mean_i 2**target_shift + s_i) * state.lsb; target is A - mean. The
    first state is s = 0: every neuron rests at its mean.

    Parameters
    ----------
    weight_width : signed bits of an entry of the two matrices.
    recurrent : N x N.  input : N x inputs.
    bias : per neuron, raw, in units of the exact sum.
    acc_shift : right shift from the exact sum to the activation's input format.
    activation : table or clip, odd; at least -middle.
    middle : q of z = 0.
    leak : per neuron, r, in units of q.
    target, mean : per neuron, raw, in units of 2**target_shift raw states.
    target_shift : see there.
    timed : the interval comes with each sample, as the last input channel; for the fused solver,
        which is stable for each of them.
    time_shift : right shift of q and r times the interval; 0 when there is none.
    substeps : in a step; odd, as the states go to and fro between the two banks of their memory.
    solver : explicit or fused.
    state : signed format.

    Raises
    ------
    ValueError : among others when the explicit solver is not stable (|1 - h (1/tau + f)| > 1); the
        message says what the step must be.
    """

    kind: ClassVar[str] = "ltc"
    title: ClassVar[str] = "a liquid time-constant network"
    weight_width: int
    recurrent: SparseMatrix
    input: SparseMatrix
    bias: tuple[int, ...]
    acc_shift: int
    activation: Activation
    middle: int
    leak: tuple[int, ...]
    target: tuple[int, ...]
    mean: tuple[int, ...]
    target_shift: int
    timed: bool
    time_shift: int
    substeps: int
    solver: Solver
    state: QFormat

    def __post_init__(self) -> None:
        n = self.neurons
        check_int(n, 1, 4096, "the number of neurons")
        check_int(self.weight_width, 2, 18, "ltc.weight_width")
        check_int(self.acc_shift, 0, 40, "ltc.acc_shift")
        check_int(self.target_shift, 0, 6, "ltc.target_shift")
        check_int(self.time_shift, 0, 40 if self.timed else 0, "ltc.time_shift")
        check_int(self.substeps, 1, 15, "ltc.substeps")
        if self.substeps % 2 == 0:
            raise ValueError(f"ltc.substeps must be odd, not {self.substeps}")
        self.recurrent.check(n, n, self.weight_width, "ltc.recurrent")
        self.input.check(n, self.input.columns, self.weight_width, "ltc.input")
        if self.activation.output.width > 24 or self.activation.input.width > 24:
            raise ValueError("ltc.activation formats must have at most 24 bits")
        if not self.state.signed or not 2 <= self.state.width <= 24:
            raise ValueError(f"ltc.state must be a signed format of 2..24 bits, not {self.state}")
        check_int(self.middle, self.activation.limit, 1 << 23, "ltc.middle")
        for name, low, high in (("leak", 0, 1 << 23), ("target", -(1 << 23), 1 << 23),
                                ("mean", -(1 << 23), 1 << 23), ("bias", -(1 << 55), 1 << 55)):
            values = getattr(self, name)
            if len(values) != n:
                raise ValueError(f"ltc.{name} must have one entry a neuron: {n}, "
                                 f"not {len(values)}")
            for i, value in enumerate(values):
                check_int(value, low, high, f"ltc.{name}[{i}]")
        check_int(self.f_bits, 0, 24, "the fraction bits of ltc's rates")
        self._check_solver()

    def _check_solver(self) -> None:
        fastest = self.middle + self.activation.limit + max(self.leak)
        where = f"ltc.leak[{self.leak.index(max(self.leak))}]"
        if isinstance(self.solver, Explicit):
            if self.timed:
                raise ValueError("ltc.solver must be fused when the interval comes with each "
                                 "sample: no explicit step is stable for all of them")
            if fastest > 2 << self.f_bits:
                raise ValueError(
                    f"{where}: the explicit solver must have |1 - h (1/tau + f)| <= 1: the step h "
                    f"must be at most {at_most((2 << self.f_bits) / fastest)} of this one"
                )
            return
        share, drive = self.solver.share, self.solver.drive
        if max(share.input.width, share.output.width) > 24:
            raise ValueError("ltc.solver.share formats must have at most 24 bits")
        check_int(share.output.f_bits, 0, 24, "ltc.solver.share.output.f_bits")
        if not drive.signed or not 2 <= drive.width <= 24:
            raise ValueError("ltc.solver.drive must be a signed format of 2..24 bits, "
                             f"not {drive}")
        check_int(self.drive_shift, share.output.f_bits, share.output.f_bits + 12,
                  "ltc.solver.share.input.f_bits + ltc.state.f_bits - ltc.solver.drive.f_bits")
        if not self.timed:
            if share.input.f_bits != self.activation.output.f_bits:
                raise ValueError("ltc.solver.share.input must have the fraction bits of "
                                 f"ltc.activation.output: {self.activation.output.f_bits}, "
                                 f"not {share.input.f_bits}")
            check_int(fastest, 0, share.input.raw_max, f"{where} + middle + activation")

    @property
    def neurons(self) -> int:
        return len(self.bias)

    @property
    def f_bits(self) -> int:
        """Fraction bits of e."""
        if isinstance(self.solver, Fused):
            return self.solver.share.input.f_bits
        return self.activation.output.f_bits

    @property
    def drive_shift(self) -> int:
        """Right shift from v to the fused solver's drive."""
        assert isinstance(self.solver, Fused)
        return self.f_bits + self.state.f_bits - self.solver.drive.f_bits

    @property
    def taps(self) -> tuple[QFormat, ...]:
        return (QFormat(self.state.width, 0),) * self.neurons

    @property
    def points(self) -> dict[str, QFormat]:
        """Of all sub-steps of a step, one after the other."""
        found = {"preactivation": self.activation.input, "activation": self.activation.output}
        if isinstance(self.solver, Fused):
            if self.timed:
                found |= {"dose": self.solver.share.input, "drain": self.solver.share.input}
            found |= {"share": self.solver.share.output, "drive": self.solver.drive}
        return {**found, "state": self.state}

    @property
    def fed_back(self) -> int:
        return 0

    def check_ports(self, input: Port, output: Port) -> None:
        inputs = len(input.channels)
        if self.input.columns != inputs:
            raise ValueError(f"ltc.input must have one column an input channel: {inputs}, "
                             f"not {self.input.columns}")
        if self.timed and input.width > 24:
            raise ValueError(f"an interval must have at most 24 bits, not {input.width}")

    def row(self, i: int, substep: int = 0) -> list[Product]:
        """(source, weight) of neuron i; sources count states, then inputs.

        Sub-steps 0, 2, .. find the states in the bank of the step before, the others in this
        step's.
        """
        n = self.neurons
        states = zip(self.recurrent.indices[i], self.recurrent.data[i])
        return [(new_tap(j) if substep % 2 else j, w) for j, w in states] + [
            (n + j, w) for j, w in zip(self.input.indices[i], self.input.data[i])]

    def sums(self) -> list[Sum]:
        """With intervals, their own way to the neurons is a row too, and the first one."""
        half = (1 << self.acc_shift) >> 1
        interval = [Sum(bias=0, row=[(self.neurons + self.input.columns - 1, 1)], half=0)]
        return interval * self.timed + [
            Sum(bias=bias, row=self.row(i, k), half=half)
            for k in range(self.substeps) for i, bias in enumerate(self.bias)
        ]

    def plan(self, lanes: int) -> Plan:
        """Sub-step after sub-step: each begins when all states of the one before are there."""
        sums, n = self.sums(), self.neurons
        rows = [total.row for total in sums]
        activation = 2 if isinstance(self.activation, Clip) else 5
        latency = (mac_latency(lanes) + PREACTIVATION + activation + RATE + INTERVAL * self.timed
                   + self.solver.clocks + WRITE)
        words: list[Word] = []
        segments: list[tuple[int, int]] = []
        begin = idle_from = start = 0
        ready: tuple[int, ...] = ()
        for k in range(self.substeps):
            stop = len(rows) - (self.substeps - 1 - k) * n
            own = pack(rows[start:stop], lanes)
            words += own
            segments.append((begin - idle_from, len(own)))
            ends = [t for t, word in enumerate(own) if word.last][-n:]
            ready = tuple(begin + t + latency for t in ends)
            idle_from, start = begin + len(own), stop
            begin = ready[-1] - 1  # a word addresses the memory one clock after its issue
        return Plan(order=tuple(range(n)), ready=ready, busy=ready[-1],
                    products=sum(map(len, rows)), words=tuple(words),
                    weight_width=self.weight_width, segments=tuple(segments),
                    rounds=self.substeps)
