"""ROM images: the schedule's words as the bits of its memories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from liquidgate.spec import Schedule
from liquidgate.spec.words import Product, new_tap


@dataclass(frozen=True)
class Image:
    """The contents of one ROM: words of ``width`` bits."""

    width: int
    words: tuple[int, ...]

    def hex(self) -> str:
        """One word a line, as $readmemh reads it."""
        digits = (self.width + 3) // 4
        return "".join(f"{word:0{digits}x}\n" for word in self.words)


def concatenate(fields: Iterable[int], width: int) -> int:
    """Fields of ``width`` bits, the first in the least significant ones; negatives wrap."""
    mask = (1 << width) - 1
    return sum((field & mask) << (width * p) for p, field in enumerate(fields))


@dataclass(frozen=True, kw_only=True)
class RomImages:
    """Lane 0 stands in the least significant bits of a word; an idle lane is all zeros.

    weights : reservoir weights, by neuron word; None for a liquid with lanes of its own.
    readout : trained weights, by word with products of the readout; alone in a memory, so that
        they can be exchanged.
    sources : addresses, by word (neuron words, then readout words); the top bit of an address
        asks for a state of this step, not of the step before.
    control : last | split << 1, by word; in a shared schedule, above them: the word after this
        one is early; this word ends a part.
    """

    schedule: Schedule

    @property
    def weight_width(self) -> int:
        """Bits of a reservoir weight on the shared lanes; 0 when there are none."""
        return self.schedule.plan.weight_width

    @property
    def readout_width(self) -> int:
        return self.schedule.design.readout.weight_width

    @property
    def place_width(self) -> int:
        return max(1, (self.schedule.sources - 1).bit_length())

    @property
    def address_width(self) -> int:
        """Bits of a source memory's address: the place, and the bank above it."""
        return self.place_width + 1

    @cached_property
    def weights(self) -> Image | None:
        if not self.schedule.neuron_words:
            return None
        own = (
            (*word.products[: word.split], *(None,) * (len(word.products) - word.split))
            if word.early else word.products for word in self.schedule.neuron_words
        )
        return self._weights(own, self.weight_width)

    @cached_property
    def readout(self) -> Image:
        return self._weights(self.schedule.trained_words, self.readout_width)

    def _weights(self, words: Iterable[tuple[Product | None, ...]], width: int) -> Image:
        return Image(width * self.schedule.lanes, tuple(
            concatenate((product[1] if product else 0 for product in products), width)
            for products in words
        ))

    @cached_property
    def sources(self) -> Image:
        n = len(self.schedule.order)
        address, new = self.schedule.address, 1 << self.place_width

        def place(product: Product | None, readout: bool) -> int:
            if product is None:
                return 0
            if product[0] < 0:
                return address[new_tap(product[0])] | new
            return address[product[0]] | (new if readout and product[0] < n else 0)

        words = [
            [place(product, word.early and p >= word.split)
             for p, product in enumerate(word.products)] for word in self.schedule.neuron_words
        ]
        words += [[place(product, True) for product in word.products]
                  for word in self.schedule.readout_words]
        width = self.address_width
        return Image(width * self.schedule.lanes, tuple(concatenate(w, width) for w in words))

    @cached_property
    def all(self) -> dict[str, Image]:
        """Every image by its name."""
        own = {"weights": self.weights} if self.weights else {}
        return {**own, "readout": self.readout, "sources": self.sources, "control": self.control}

    @cached_property
    def control(self) -> Image:
        words = (*self.schedule.neuron_words, *self.schedule.readout_words)
        width = 1 + self.schedule.lanes.bit_length()
        bits = [word.last | word.split << 1 for word in words]
        if not self.schedule.shared:
            return Image(width, tuple(bits))
        ahead = [word.early for word in (*words[1:], words[0])]
        return Image(width + 1, tuple(b | a << width for b, a in zip(bits, ahead)))
