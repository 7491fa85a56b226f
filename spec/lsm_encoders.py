"""Encoders of a liquid state machine: samples become spikes, as integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from liquidgate.spec.formats import QFormat, check_int, check_raws, signed_width
from liquidgate.spec.port import Port

LFSR_TAPS = 0x80200003
"""x^32 + x^22 + x^2 + x + 1, in Galois form and shifting right."""
LFSR_SHIFTS = 16
"""Shifts from one random number to the next: as many bits as a number has at most."""


@dataclass(frozen=True)
class Direct:
    """The samples are spikes: channel k spikes when its raw value is not 0."""

    kind: ClassVar[str] = "direct"

    def channels(self, inputs: int) -> int:
        """Spike channels made of so many sample channels."""
        return inputs

    def check_port(self, port: Port) -> None:
        """Raises ValueError when the samples do not fit the encoder."""


@dataclass(frozen=True)
class Delta:
    """Send on delta: sample channel k has an up channel 2k and a down channel 2k + 1.

    With a reference r, 0 at the start of a sequence: up when u >= r + threshold, then
    r' = r + threshold; down when u <= r - threshold, then r' = r - threshold. So a jump of many
    thresholds gives a spike in each of as many steps.

    Parameters
    ----------
    threshold : per sample channel, raw, at least 1.
    """

    kind: ClassVar[str] = "delta"
    threshold: tuple[int, ...]

    def channels(self, inputs: int) -> int:
        return 2 * inputs

    def check_port(self, port: Port) -> None:
        _check_count(self.threshold, port, "lsm.encoder.threshold")
        for k, value in enumerate(self.threshold):
            check_int(value, 1, (1 << port.width) - 1, f"lsm.encoder.threshold[{k}]")


@dataclass(frozen=True)
class Rate:
    """Channel k spikes when u - raw_min > random, random in 0..2**(port.width + shift) - 1.

    So the probability is (u - raw_min) / 2**(port.width + shift). Random numbers: ``lfsr``.

    Parameters
    ----------
    seed : first state of the shift register, 1..2**32 - 1.
    shift : halvings of the largest rate.
    """

    kind: ClassVar[str] = "rate"
    seed: int
    shift: int

    def __post_init__(self) -> None:
        check_int(self.seed, 1, (1 << 32) - 1, "lsm.encoder.seed")
        check_int(self.shift, 0, 15, "lsm.encoder.shift")

    def bits(self, port: Port) -> int:
        """Bits of a random number."""
        return port.width + self.shift

    def channels(self, inputs: int) -> int:
        return inputs

    def check_port(self, port: Port) -> None:
        check_int(self.bits(port), 1, LFSR_SHIFTS,
                  "the width of an input of a rate encoder + lsm.encoder.shift")


@dataclass(frozen=True)
class Population:
    """Receptive fields: each sample channel has spike channels of its own, a centre each.

    A field spikes when 2**reach - |u - centre| > random, random in 0..2**(reach + shift) - 1: its
    probability is a triangle over the samples, 2**-shift at its centre and 0 from a distance of
    2**reach on.

    Parameters
    ----------
    seed : first state of the shift register, 0..2**32 - 1; from 0 all random numbers are 0, so that
        a field spikes whenever a sample is nearer than 2**reach.
    centres : for each sample channel, the raw centres of its fields; its spike channels in this
        order, channel after channel.
    reach : log2 of half a field's width, in raw units of the samples.
    shift : halvings of the largest rate.
    """

    kind: ClassVar[str] = "population"
    seed: int
    centres: tuple[tuple[int, ...], ...]
    reach: int
    shift: int

    def __post_init__(self) -> None:
        check_int(self.seed, 0, (1 << 32) - 1, "lsm.encoder.seed")
        check_int(self.reach, 0, LFSR_SHIFTS, "lsm.encoder.reach")
        check_int(self.shift, 0, LFSR_SHIFTS - self.reach, "lsm.encoder.shift")

    @property
    def bits(self) -> int:
        """Bits of a random number."""
        return self.reach + self.shift

    def channels(self, inputs: int) -> int:
        return sum(map(len, self.centres))

    def check_port(self, port: Port) -> None:
        _check_count(self.centres, port, "lsm.encoder.centres")
        for k, centres in enumerate(self.centres):
            if not centres:
                raise ValueError(f"lsm.encoder.centres[{k}] must have at least one entry")
            check_raws(centres, port.format, f"lsm.encoder.centres[{k}]")


@dataclass(frozen=True)
class Bsa:
    """Ben's spiker algorithm (Schrauwen, Van Campenhout 2003), made causal by a delay line.

    The line of a sample channel holds the last samples, as u - raw_min, oldest first; all 0 at the
    start of a sequence. When sum |line| - sum |line - filter| >= margin the channel spikes, and
    the filter is taken away from the line. A spike so comes len(filter) - 1 steps after what it
    stands for, and the spikes through the filter are the samples again.

    Parameters
    ----------
    filter : raw, each 1..2**width - 1; 2 to 16 of them, oldest first.
    margin : raw, 1..sum of the filter.
    """

    kind: ClassVar[str] = "bsa"
    filter: tuple[int, ...]
    margin: int

    def __post_init__(self) -> None:
        check_int(len(self.filter), 2, 16, "the length of lsm.encoder.filter")
        for k, value in enumerate(self.filter):
            check_int(value, 1, (1 << 32) - 1, f"lsm.encoder.filter[{k}]")
        check_int(self.margin, 1, sum(self.filter), "lsm.encoder.margin")

    def channels(self, inputs: int) -> int:
        return inputs

    def check_port(self, port: Port) -> None:
        for k, value in enumerate(self.filter):
            check_int(value, 1, (1 << port.width) - 1, f"lsm.encoder.filter[{k}]")

    def line(self, port: Port) -> QFormat:
        """Range of an entry: it loses each entry of the filter at most once."""
        return QFormat(signed_width(-sum(self.filter), (1 << port.width) - 1), 0)


Encoder = Bsa | Delta | Direct | Population | Rate


def encoded_range(port: Port) -> QFormat:
    """A signed format of every sample, and of a reference that started at 0."""
    return QFormat(port.width + (not port.signed), 0)


def _check_count(values: tuple[object, ...], port: Port, what: str) -> None:
    if len(values) != len(port.channels):
        raise ValueError(f"{what} must have one entry an input channel: {len(port.channels)}, "
                         f"not {len(values)}")
