"""Frames in a stream of bytes: what the host sees of the line."""

from __future__ import annotations

from collections.abc import Iterator

from liquidgate.boards.frames import OVERHEAD, SYNC, Frame, checksum


class Parser:
    """Finds frames in a stream of bytes, as the hardware does.

    Parameters
    ----------
    sizes : payload bytes of each type that may come.
    damaged : counts frames with a wrong checksum.
    """

    def __init__(self, sizes: dict[int, int]) -> None:
        self.sizes = sizes
        self.damaged = 0
        self._content: bytearray | None = None  # from the type on; None while hunting

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The good frames that end in ``data``."""
        for byte in data:
            if self._content is None:
                if byte == SYNC:
                    self._content = bytearray()
            elif not self._content and byte not in self.sizes:
                if byte != SYNC:
                    self._content = None
            else:
                self._content.append(byte)
                content = bytes(self._content)
                if len(content) == self.sizes[content[0]] + OVERHEAD - 1:
                    self._content = None
                    if checksum(content[:-2]) == content[-2:]:
                        yield Frame(content[0], content[1], content[2:-2])
                    else:
                        self.damaged += 1

    def reset(self) -> None:
        """Forgets a frame that has begun: the line has been silent."""
        self._content = None
