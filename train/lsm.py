"""The liquid state machine in floats (Maass, Natschlaeger, Markram 2002)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import scipy.sparse as sp

from liquidgate.train.arrays import Floats, floats
from liquidgate.train.lsm_encoders import Encoder, encoder_from
from liquidgate.train.reservoir import FloatReservoir

RESETS = ("zero", "subtract")
TAPS = ("trace", "count", "membrane")
MOST_STEPS = 15
"""The longest delay and refractory time of a circuit."""
DENSE_SOURCES = 400
"""Up to so many sources (delays apart) a dense product is faster than a sparse one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Spiking(FloatReservoir):
    """Leaky integrate-and-fire neurons behind an encoder of the inputs.

    A step of neuron i, in this order; z are the spikes of the step before, e the encoder's of
    this one, and a delay of d steps takes each from d steps earlier:

    1. current:    c' = current_decay_i c + sum_j W_ij z_j + sum_k Win_ik e_k
    2. membrane:   v* = membrane_decay_i v + c' + bias_i; v* = v while refractory
    3. spike:      z' = v* >= threshold_i + a, and not refractory
    4. reset:      after a spike v' = 0, or v' = v* - threshold_i - a; else v' = v*
    5. refractory: the membrane stands still in the next refractory_i steps after a spike
    6. adaptation: a' = adaptation_decay_i a + adaptation_i z'
    7. tap:        the trace x' = trace_decay_i x + z', the count of spikes since the last window
       of ``window`` steps ended, or v'

    With a ``utilisation`` U above 0, synapses of neurons tire and warm up (Markram, Wang, Tsodyks
    1998), all of a sender alike: in 1. stands the efficacy of its spike in place of z. With y, what
    is above U, and q, what is spent of the resources, u = U + facilitation_decay_i y, which a spike
    raises by U (1 - u), q* = recovery_decay_i q, the efficacy u (1 - q*) z', then y' = u - U and
    q' = q* and the efficacy.

    All is 0 at first. Time constants are in steps: a decay is exp(-1 / tau).

    Parameters
    ----------
    encoder : from scaled inputs to spikes.
    W : (N, N), a column a neuron that sends.  Win : (N, E).  delay : (N, N).
    input_delay : (N, E), steps.
    bias, threshold, current_decay, membrane_decay, trace_decay, adaptation_decay, adaptation,
    refractory, utilisation, facilitation_decay, recovery_decay : (N,), or a number for all.
    reset : "zero" or "subtract".  tap : "trace", "count" or "membrane".  window : steps.

    Raises
    ------
    ValueError : naming the array or setting that is wrong.
    """

    VECTORS: ClassVar[tuple[str, ...]] = (
        "bias", "threshold", "current_decay", "membrane_decay", "trace_decay",
        "adaptation_decay", "adaptation", "refractory", "utilisation", "facilitation_decay",
        "recovery_decay")
    encoder: Encoder
    W: Floats
    Win: Floats
    delay: Floats
    input_delay: Floats
    bias: Floats
    threshold: Floats
    current_decay: Floats
    membrane_decay: Floats
    trace_decay: Floats
    adaptation_decay: Floats
    adaptation: Floats
    refractory: Floats
    utilisation: Floats = field(default_factory=lambda: np.zeros(1))
    facilitation_decay: Floats = field(default_factory=lambda: np.zeros(1))
    recovery_decay: Floats = field(default_factory=lambda: np.zeros(1))
    reset: str = "zero"
    tap: str = "trace"
    window: int = 1

    def __post_init__(self) -> None:
        n, channels = len(self.W), self.encoder.channels
        for name, columns in (("W", n), ("Win", channels), ("delay", n),
                              ("input_delay", channels)):
            value = floats(getattr(self, name), 2, name)
            if value.shape != (n, columns):
                raise ValueError(f"{name} must be of shape {(n, columns)}, not {value.shape}")
            object.__setattr__(self, name, value)
        for name in self.VECTORS:
            value = floats(np.atleast_1d(getattr(self, name)), 1, name)
            if value.shape not in ((1,), (n,)):
                raise ValueError(f"{name} must have one value a neuron: {n}, not {len(value)}")
            object.__setattr__(self, name, np.broadcast_to(value, (n,)).copy())
            if name.endswith("decay") and not ((value >= 0) & (value <= 1)).all():
                raise ValueError(f"{name} must be in 0..1, not {value.min():g}..{value.max():g}")
        if not (self.threshold > 0).all():
            raise ValueError(f"threshold must be above 0, not {self.threshold.min():g}")
        used = np.asarray(self.utilisation)
        if not (used <= 1).all() or ((used <= 0).any() and used.any()):
            raise ValueError("utilisation must be above 0 to 1, or 0 for all neurons, not "
                             f"{used.min():g}..{used.max():g}")
        for name in ("delay", "input_delay", "refractory"):
            value = getattr(self, name)
            wrong = value[(value != np.round(value)) | (value < 0) | (value > MOST_STEPS)]
            if wrong.size:
                raise ValueError(f"{name} must be whole steps in 0..{MOST_STEPS}, "
                                 f"not {wrong[0]:g}")
        for name, known in (("reset", RESETS), ("tap", TAPS)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}, "
                                 f"not {getattr(self, name)!r}")
        object.__setattr__(self, "_weights", self._by_delay())
        sizes = [n] * 5 + [1, self.delays * n, (self.delays - 1) * channels,
                           *[n * self.dynamic] * 2]
        object.__setattr__(self, "_cuts", np.cumsum(sizes).tolist())

    @property
    def units(self) -> int:
        return len(self.W)

    @property
    def inputs(self) -> int:
        return self.encoder.inputs

    @property
    def delays(self) -> int:
        """Past steps whose spikes may still be heard, the last one included."""
        used = [(self.delay * (self.W != 0)).max(initial=0),
                (self.input_delay * (self.Win != 0)).max(initial=0)]
        return int(max(used)) + 1

    @property
    def dynamic(self) -> bool:
        """Whether synapses of neurons tire and warm up."""
        return bool(np.any(self.utilisation))

    @property
    def width(self) -> int:
        return int(self._cuts[-1]) + self.encoder.width  # type: ignore[attr-defined]

    def start(self) -> Floats:
        return np.concatenate([np.zeros(self.width - self.encoder.width), self.encoder.start()])

    def step(self, x: Floats, u: Floats) -> Floats:
        c, v, rest, a, seen, place, own, sent, raised, spent, memory = self._parts(x)
        memory, encoded = self.encoder.step(memory, u)
        sent = np.concatenate([encoded, sent], axis=-1)
        lead = x.shape[:-1]
        sources = np.concatenate([own.reshape(*lead, -1, self.units),
                                  sent.reshape(*lead, -1, self.encoder.channels)], axis=-1)
        drive = (self._weights @ sources.reshape(*lead, -1).T).T  # type: ignore[attr-defined]

        c = self.current_decay * c + drive
        charged = np.where(rest == 0, self.membrane_decay * v + c + self.bias, v)
        level = self.threshold + a
        fired = (rest == 0) & (charged >= level)
        spike = fired.astype(float)
        v = np.where(fired, charged - level if self.reset == "subtract" else 0.0, charged)
        rest = np.where(fired, self.refractory, np.maximum(rest - 1, 0))
        a = self.adaptation_decay * a + self.adaptation * spike
        if self.tap == "count":
            seen = np.where(place == 0, 0, seen) + spike
            place = (place + 1) % self.window
        else:
            seen = self.trace_decay * seen + spike
        sending = spike
        if self.dynamic:
            used = self.utilisation + self.facilitation_decay * raised
            used = used + spike * self.utilisation * (1 - used)
            tired = self.recovery_decay * spent
            sending = spike * used * (1 - tired)
            raised, spent = used - self.utilisation, tired + sending
        own = np.concatenate([sending, own[..., : own.shape[-1] - self.units]], axis=-1)
        sent = sent[..., : sent.shape[-1] - self.encoder.channels]
        return np.concatenate([c, v, rest, a, seen, place, own, sent, raised, spent, memory],
                              axis=-1)

    def seen(self, x: Floats) -> Floats:
        """(.., N) what the readout sees of states (.., S)."""
        return self._parts(x)[1 if self.tap == "membrane" else 4]

    def encoded(self, U: Floats) -> Floats:
        """(T, E) spikes of the encoder over scaled inputs U (T, K)."""
        memory, found = self.encoder.start(), np.empty((len(U), self.encoder.channels))
        for n, u in enumerate(U):
            memory, found[n] = self.encoder.step(memory, u)
        return found

    def currents(self, x: Floats) -> Floats:
        """(.., N) of states (.., S); as ``raised``, the adaptations, and ``traces``."""
        return self._parts(x)[0]

    def raised(self, x: Floats) -> Floats:
        return self._parts(x)[3]

    def traces(self, x: Floats) -> Floats:
        return self._parts(x)[4]

    def charged(self, before: Floats, after: Floats) -> Floats:
        """(.., N) membranes before the reset, in the step between two states (.., S)."""
        _, v, rest, *_ = self._parts(before)
        moved = self.membrane_decay * v + self.currents(after) + self.bias
        return np.where(rest == 0, moved, v)

    def spikes(self, x: Floats) -> Floats:
        """(.., N) ones for the neurons that fired in the step that led to states (.., S)."""
        return (self.efficacies(x) > 0).astype(float)

    def efficacies(self, x: Floats) -> Floats:
        """(.., N) what these spikes are worth: ones without a ``utilisation``."""
        return self._parts(x)[6][..., : self.units]

    def _parts(self, x: Floats) -> list[Floats]:
        cuts = [0, *self._cuts, x.shape[-1]]  # type: ignore[attr-defined]
        return [x[..., a:b] for a, b in zip(cuts, cuts[1:])]

    def _by_delay(self) -> Floats | sp.csr_array:
        """(N, D (N + E)) weights of the spikes of each step still heard, the newest first."""
        every = np.hstack([self.W, self.Win])
        late = np.hstack([self.delay, self.input_delay])
        matrix = np.hstack([np.where(late == d, every, 0.0) for d in range(self.delays)])
        return matrix if matrix.shape[1] <= DENSE_SOURCES else sp.csr_array(matrix)

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        nnz = int(np.count_nonzero(self.W)) + int(np.count_nonzero(self.Win))
        return nnz * weight_bits + 3 * self.units * state_bits

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        settings = {"encoder": self.encoder.plain(), "reset": self.reset, "tap": self.tap,
                    "window": self.window}
        names = ("W", "Win", "delay", "input_delay", *self.VECTORS)
        return settings, {name: getattr(self, name) for name in names}

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Spiking:
        given: dict[str, Any] = {**settings, "encoder": encoder_from(settings["encoder"])}
        names = ("W", "Win", "delay", "input_delay", *cls.VECTORS)
        return cls(**given | {name: arrays[name] for name in names if name in arrays})
