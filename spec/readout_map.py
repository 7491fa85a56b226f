"""The addresses of a readout in RAM, and the widths that every readout of its formats needs.

docs/timing.md, "A readout in RAM".
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cached_property

from liquidgate.spec.design import Design
from liquidgate.spec.formats import QFormat, check_int, signed_width
from liquidgate.spec.schedule import Schedule

READOUTS = ("rom", "ram")
"""Where a circuit keeps its readout."""
DIGEST_BYTES = 32
"""Of a design; they follow its readout."""


def check_readout(name: str) -> None:
    """Raises ValueError unless it is a place of the readout."""
    if name not in READOUTS:
        raise ValueError(f"readout must be rom or ram, not {name!r}")


def circuit_digest(design: Design) -> str:
    """Digest of what a circuit with its readout in RAM is built for: the same for two designs that
    differ in their names and in the weights and biases of their readouts alone."""
    silent = replace(
        design.readout, bias=(0,) * design.outputs,
        weights=((0,) * design.readout.taps,) * design.outputs,
    )
    return replace(design, name="circuit", readout=silent).digest


@dataclass(frozen=True)
class ReadoutMap:
    """Of a schedule's design. An *entry* is a weight, or a bias with the half of its rounding.

    Raises
    ------
    ValueError : when a bias of the design does not fit an entry.
    """

    schedule: Schedule

    def __post_init__(self) -> None:
        limit = 1 << (self.bias_width - 1)
        for k, value in enumerate(self.offsets):
            check_int(value, -limit, limit - 1, f"readout.bias[{k}] with its rounding")

    # -- widths -----------------------------------------------------------------------------

    @cached_property
    def _sums(self) -> tuple[int, int]:
        """(least, greatest) sum without its bias that weights of this width can make."""
        design = self.schedule.design
        w = QFormat(design.readout.weight_width, 0)
        low = high = 0
        for tap in range(design.readout.taps):
            fmt = design.source_format(tap)
            ends = [a * b for a in (w.raw_min, w.raw_max) for b in (fmt.raw_min, fmt.raw_max)]
            low, high = low + min(ends), high + max(ends)
        return low, high

    @property
    def sum_width(self) -> int:
        """Signed bits of any sum without its bias."""
        return signed_width(*self._sums)

    @property
    def bias_width(self) -> int:
        """Signed bits of a bias: those of any sum, and of any value of the port."""
        design = self.schedule.design
        return max(self.sum_width, design.output.width + design.readout.shift) + 1

    @property
    def acc_width(self) -> int:
        """Signed bits of any sum, its bias included."""
        low, high = self._sums
        limit = 1 << (self.bias_width - 1)
        return signed_width(low - limit, high + limit - 1)

    @property
    def entry_width(self) -> int:
        """Bits of an entry on the pins; a weight stands in the least significant ones."""
        return max(self.bias_width, self.schedule.design.readout.weight_width)

    @property
    def entry_bytes(self) -> int:
        """Bytes of an entry on its way into a circuit."""
        return -(-self.entry_width // 8)

    # -- addresses --------------------------------------------------------------------------

    @property
    def weights(self) -> int:
        """Entries of weights: those of the lanes of all words, idle ones too."""
        return len(self.schedule.trained_words) * self.schedule.lanes

    @property
    def biases(self) -> int:
        return self.schedule.design.outputs

    @property
    def index_width(self) -> int:
        return max(1, (max(self.weights, self.biases) - 1).bit_length())

    @property
    def address_width(self) -> int:
        """The index, above it 1 for a bias, and above that the bank."""
        return self.index_width + 2

    def address(self, bank: int, bias: int, index: int) -> int:
        return (bank << 1 | bias) << self.index_width | index

    # -- contents ---------------------------------------------------------------------------

    @property
    def offsets(self) -> tuple[int, ...]:
        """Biases with the half of the rounding: what is added to the sums."""
        readout = self.schedule.design.readout
        return tuple(value + (1 << readout.shift >> 1) for value in readout.bias)

    @cached_property
    def entries(self) -> tuple[tuple[int, int], ...]:
        """(address in bank 0, raw value) of every entry, weights before biases."""
        weights = [product[1] if product else 0
                   for word in self.schedule.trained_words for product in word]
        return (
            *((self.address(0, 0, k), raw) for k, raw in enumerate(weights)),
            *((self.address(0, 1, k), raw) for k, raw in enumerate(self.offsets)),
        )

    @cached_property
    def load(self) -> tuple[bytes, ...]:
        """What goes into a circuit that runs, in ``entry_bytes`` each, little endian: all entries,
        then the bytes of the design's digest."""
        size = self.entry_bytes
        raws = [raw for _, raw in self.entries] + [*bytes.fromhex(self.schedule.design.digest)]
        return tuple((raw % (1 << 8 * size)).to_bytes(size, "little") for raw in raws)

    @property
    def checksum(self) -> int:
        """CRC-32 (ISO-HDLC) of ``load``."""
        return zlib.crc32(b"".join(self.load))
