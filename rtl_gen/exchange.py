"""Memories of a readout that can be exchanged in a finished bitstream."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from liquidgate.rtl_gen.images import Image, RomImages, concatenate
from liquidgate.spec import Schedule
from liquidgate.spec.readout_map import ReadoutMap

ROWS = 256
"""Depths are multiples of it: what icebram can tell apart."""
WORD = 16
"""Bits of a word of the bias memory that are aimed at: a block of the smallest family."""
SETTLED = 3
"""Clocks from an output's sum to the next value's place in the registers, beside its reads."""


@dataclass(frozen=True)
class Exchange:
    """What depends on a readout's weights and bias alone, in memories of their own.

    Widths and depths follow from shapes: two designs that differ in nothing else have the same
    circuit around the same memories.

    Parameters
    ----------
    schedule : of the circuit.
    """

    schedule: Schedule

    @cached_property
    def map(self) -> ReadoutMap:
        """Widths that suffice for every readout of the design's formats."""
        return ReadoutMap(self.schedule)

    @property
    def sum_width(self) -> int:
        """Signed bits of a sum of any weights."""
        return self.map.sum_width

    @cached_property
    def reads(self) -> int:
        """Words of a bias, read one after the other; 0 when outputs follow each other too fast
        for that: then a word is a whole bias."""
        if self.schedule.shared:
            return 0
        ends = [t for t, word in enumerate(self.schedule.readout_words) if word.last]
        gap = min([ends[0] + 2, *(b - a for a, b in zip(ends, ends[1:]))])
        return max(0, min(-(-self.map.bias_width // WORD), gap - SETTLED))

    @property
    def word(self) -> int:
        """Bits of a word of the bias memory."""
        return -(-self.map.bias_width // max(1, self.reads))

    @property
    def exact_width(self) -> int:
        """Signed bits of a sum with its bias."""
        return self.word * max(1, self.reads) + 1

    @cached_property
    def images(self) -> dict[str, Image]:
        """The contents, by the memory's name."""
        readout = RomImages(schedule=self.schedule).readout
        count, mask = max(1, self.reads), (1 << self.word) - 1
        bias = [(value >> self.word * k) & mask for value in self.map.offsets for k in range(count)]
        return {"readout": padded(readout), "bias": padded(Image(self.word, tuple(bias)))}


def padded(image: Image) -> Image:
    """Zeros up to a multiple of ROWS."""
    count = -len(image.words) % ROWS
    return Image(image.width, image.words + (0,) * count)


def placeholder(images: Mapping[str, Image]) -> dict[str, Image]:
    """Random bits in every place: synthesis finds nothing to simplify, and tools find them again,
    for no two columns are alike."""
    return {
        name: Image(image.width, tuple(
            _random(f"{name} {row}", image.width) for row in range(len(image.words))
        )) for name, image in images.items()
    }


def _random(seed: str, bits: int) -> int:
    parts = [hashlib.sha256(f"{seed} {k}".encode()).digest() for k in range(-(-bits // 256))]
    return concatenate((int.from_bytes(part) for part in parts), 256) & ((1 << bits) - 1)
