"""The liquid state machine as integers (Maass, Natschlaeger, Markram 2002)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from liquidgate.spec.formats import QFormat, check_int, check_raws, signed_width
from liquidgate.spec.liquid import Plan, Sum
from liquidgate.spec.lsm_dynamics import Dynamics
from liquidgate.spec.lsm_encoders import Encoder
from liquidgate.spec.lsm_plan import event_plan, static_plan
from liquidgate.spec.lsm_taps import Membranes, SpikeTrace, Taps
from liquidgate.spec.matrix import SparseMatrix
from liquidgate.spec.port import Port

BIT = QFormat(1, 0, signed=False)
MAX_DELAY = 15


@dataclass(frozen=True)
class Lsm:
    """Leaky integrate-and-fire neurons with synaptic currents, driven by encoded samples.

    In a step, with the spike channels e of the encoder, for each neuron i (docs/arithmetic.md,
    "Liquid state machine"; n = leak_shift):

    - current:  c' = sat(round(current_decay * c / 2**n) + 2**weight_shift * sum of weights whose
      source spiked), a neuron d + 1 and an encoder's channel d steps ago for a delay d
    - membrane: v* = sat(round(membrane_decay * v / 2**n) + c' + bias); v* = v while refractory
    - spike:    z = v* >= threshold + a, and not refractory; then v' = 0 (reset "zero") or
      v* - threshold - a ("subtract"), else v' = v*
    - adaptation a (optional) and the taps follow the spike.

    With ``dynamics`` the current takes weights times efficacies, rounded once.

    Parameters
    ----------
    encoder : how samples become spikes.
    weight_width : signed bits of a weight; inhibitory weights are negative.
    recurrent : N x N, from neurons.  input : N x spike channels of the encoder.
    recurrent_delay, input_delay : steps, 0..15, for each row beside ``data`` of the matrix; ()
        when all are 0.
    weight_shift : a weight's unit is 2**weight_shift raw units of a current.
    current, membrane : signed formats with the same f_bits.
    current_decay, membrane_decay : per neuron, 0..2**leak_shift with leak_shift fraction bits.
    leak_shift : fraction bits of all decays.
    bias : per neuron, raw in the membrane's format, added in each step that is not refractory.
    threshold : per neuron, raw in the membrane's format, at least 1.
    reset : "zero" or "subtract".
    refractory : per neuron, steps after a spike in which the membrane stands still, 0..15.
    adaptation : raises the thresholds after spikes; None for fixed ones.
    seen : what the readout sees, one value a neuron.
    schedule : "static", all synapses in every step; or "event", those of spikes only.
    dynamics : of the synapses of each neuron that sends; None for weights that stay as they are.
        An encoder's synapses always do.
    """

    kind: ClassVar[str] = "lsm"
    title: ClassVar[str] = "a liquid state machine"
    encoder: Encoder
    weight_width: int
    recurrent: SparseMatrix
    input: SparseMatrix
    recurrent_delay: tuple[tuple[int, ...], ...]
    input_delay: tuple[tuple[int, ...], ...]
    weight_shift: int
    current: QFormat
    membrane: QFormat
    current_decay: tuple[int, ...]
    membrane_decay: tuple[int, ...]
    leak_shift: int
    bias: tuple[int, ...]
    threshold: tuple[int, ...]
    reset: str
    refractory: tuple[int, ...]
    adaptation: SpikeTrace | None
    seen: Taps
    schedule: str
    dynamics: Dynamics | None = None

    def __post_init__(self) -> None:
        n = self.neurons
        check_int(n, 1, 4096, "the number of neurons")
        check_int(self.weight_width, 2, 18, "lsm.weight_width")
        check_int(self.weight_shift, 0, 16, "lsm.weight_shift")
        check_int(self.leak_shift, 0, 16, "lsm.leak_shift")
        for name, columns in (("recurrent", n), ("input", self.input.columns)):
            getattr(self, name).check(n, columns, self.weight_width, f"lsm.{name}")
            self._check_delays(name)
        for name in ("current", "membrane"):
            fmt = getattr(self, name)
            if not fmt.signed or not 2 <= fmt.width <= 24:
                raise ValueError(f"lsm.{name} must be a signed format of 2..24 bits, not {fmt}")
        if self.current.f_bits != self.membrane.f_bits:
            raise ValueError("lsm.current must have the membrane's fraction bits: "
                             f"{self.membrane.f_bits}, not {self.current.f_bits}")
        for name in ("current_decay", "membrane_decay", "bias", "refractory"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"lsm.{name} must have one entry a neuron: {n}, "
                                 f"not {len(getattr(self, name))}")
        check_raws(self.bias, self.membrane, "lsm.bias")
        one = 1 << self.leak_shift
        for i in range(n):
            check_int(self.current_decay[i], 0, one, f"lsm.current_decay[{i}]")
            check_int(self.membrane_decay[i], 0, one, f"lsm.membrane_decay[{i}]")
            check_int(self.threshold[i], 1, self.membrane.raw_max, f"lsm.threshold[{i}]")
            check_int(self.refractory[i], 0, 15, f"lsm.refractory[{i}]")
        for name, choices in (("reset", ("zero", "subtract")), ("schedule", ("static", "event"))):
            if getattr(self, name) not in choices:
                raise ValueError(f"lsm.{name} must be {' or '.join(choices)}, "
                                 f"not {getattr(self, name)!r}")
        if self.adaptation:
            self.adaptation.check(n, one, "lsm.adaptation")
        self.seen.check(n, one, "lsm.seen")
        if self.dynamics:
            self.dynamics.check(n, one, "lsm.dynamics")
            if self.schedule != "static":
                raise ValueError("lsm.schedule must be static with dynamics, "
                                 f"not {self.schedule!r}")
        if self.drive_width + self.weight_shift + self.leak_shift > 56:
            raise ValueError("the exact sum of the lsm must fit 56 bits, "
                             f"not {self.drive_width + self.weight_shift + self.leak_shift}")

    def _check_delays(self, name: str) -> None:
        matrix, delays = getattr(self, name), getattr(self, f"{name}_delay")
        if not delays:
            return
        if len(delays) != self.neurons:
            raise ValueError(f"lsm.{name}_delay must have one row a neuron: {self.neurons}, "
                             f"not {len(delays)}")
        for i, (row, weights) in enumerate(zip(delays, matrix.data)):
            if len(row) != len(weights):
                raise ValueError(f"lsm.{name}_delay[{i}] must have one entry a synapse: "
                                 f"{len(weights)}, not {len(row)}")
            for k, value in enumerate(row):
                check_int(value, 0, MAX_DELAY, f"lsm.{name}_delay[{i}][{k}]")

    @property
    def neurons(self) -> int:
        return len(self.threshold)

    @property
    def spike_channels(self) -> int:
        """Spike channels of the encoder."""
        return self.input.columns

    @cached_property
    def max_delay(self) -> int:
        """The longest delay, in steps."""
        rows = (*self.recurrent_delay, *self.input_delay)
        return max((delay for row in rows for delay in row), default=0)

    def synapses(self, i: int) -> Iterator[tuple[int, int, int]]:
        """(source, delay, weight) of neuron i; sources count neurons, then spike channels."""
        for base, matrix, delays in ((0, self.recurrent, self.recurrent_delay),
                                     (self.neurons, self.input, self.input_delay)):
            steps = delays[i] if delays else (0,) * len(matrix.data[i])
            for j, delay, weight in zip(matrix.indices[i], steps, matrix.data[i]):
                yield base + j, delay, weight

    @property
    def efficacy_bits(self) -> int:
        """A spike of full efficacy is 2**efficacy_bits."""
        return self.dynamics.bits if self.dynamics else 0

    @cached_property
    def drive_width(self) -> int:
        """Signed bits of every sum of weights (times efficacies), in any order."""
        one = 1 << self.efficacy_bits
        rows = [[*rec, *inp] for rec, inp in zip(self.recurrent.data, self.input.data)]
        return signed_width(one * min(sum(min(w, 0) for w in row) for row in rows),
                            one * max(sum(max(w, 0) for w in row) for row in rows))

    @property
    def state(self) -> QFormat:
        """Format of a tap."""
        kind = self.seen
        return self.membrane if isinstance(kind, Membranes) else kind.format

    @property
    def taps(self) -> tuple[QFormat, ...]:
        return (QFormat(self.state.width, 0, self.state.signed),) * self.neurons

    @property
    def points(self) -> dict[str, QFormat]:
        adaptation = {"adaptation": self.adaptation.format} if self.adaptation else {}
        dynamics = dict.fromkeys(("utilisation", "efficacy", "spent"), self.dynamics.format
                                 ) if self.dynamics else {}
        return {"encoded": BIT, "current": self.current, "membrane": self.membrane,
                "spike": BIT, **adaptation, **dynamics, "state": self.state}

    @property
    def fed_back(self) -> int:
        return 0

    def check_ports(self, input: Port, output: Port) -> None:
        self.encoder.check_port(input)
        channels = self.encoder.channels(len(input.channels))
        if self.input.columns != channels:
            raise ValueError(f"lsm.input must have one column a spike channel of the encoder: "
                             f"{channels}, not {self.input.columns}")

    def sums(self) -> list[Sum]:
        """None on the shared lanes: spikes need no multipliers."""
        return []

    def plan(self, lanes: int) -> Plan:
        return (static_plan if self.schedule == "static" else event_plan)(self, lanes)
