"""The host's side of the link: for a serial port, and for a simulation of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from liquidgate.boards.frames import (
    CLEAR,
    COMMIT,
    HISTORY,
    IDENTIFY,
    OVERHEAD,
    SAMPLE,
    Frame,
    Identity,
    LinkError,
    answer_sizes,
    pack,
    payload_bytes,
    slot_bytes,
    unpack,
)
from liquidgate.boards.loading import check_loadable, interleaved, load_frames
from liquidgate.boards.port import Port
from liquidgate.boards.requests import PATIENCE, Requests
from liquidgate.spec import Design, Schedule

WINDOW = HISTORY // 2
"""Samples on their way; whatever becomes of them, the board still has their answers."""
LONGEST_LOAD = 8
"""Bytes of the payload of any request but a sample, at most."""


class Host:
    """Streams samples through a board.

    Damaged and lost frames are repeated, and a port that is gone is opened anew, so that answers
    are right and complete, or there is a LinkError.

    Parameters
    ----------
    port : an open serial port. design : the one that the board should hold.
    reopen : opens the port again, after it has failed with an OSError; without it that error is
        the end.
    patience : seconds for which it is tried.

    Attributes
    ----------
    counts : of samples and of trouble.
    switched : samples that were answered before the board took the last new readout; None before.
    """

    def __init__(self, *, port: Port, design: Design, reopen: Callable[[], Port] | None = None,
                 patience: float = PATIENCE) -> None:
        self.design = design
        self._requests = Requests(
            port=port, sizes=answer_sizes(design), reopen=reopen, patience=patience,
            longest=max(payload_bytes(design.input), LONGEST_LOAD),
        )
        self.counts = self._requests.counts
        self._number = 0
        self.switched: int | None = None

    def close(self) -> None:
        """Closes the port."""
        self._requests.port.close()

    def identify(self) -> Identity:
        """What the board says of itself. Raises LinkError when it does not answer."""
        return Identity.decode(self._requests.exchange(Frame(IDENTIFY, 0)).payload)

    def check(self) -> Identity:
        """As ``identify``; raises LinkError when the board holds another design."""
        identity = self.identify()
        if identity.digest != self.design.digest:
            raise LinkError(
                f"the board must hold design {self.design.digest}, not {identity.digest}"
            )
        return identity

    def clear(self) -> None:
        """The next sample begins a new sequence."""
        self._requests.exchange(Frame(CLEAR, 0))
        self._number = 0

    def step(self, raws: Sequence[Any]) -> list[int]:
        """One sample of raw inputs after ``clear``, and its raw outputs, exactly once.

        Raises
        ------
        ValueError : when the values do not fit the port.
        LinkError : when the board does not answer.
        """
        frame = Frame(SAMPLE, self._number & 255, pack(self.design.input, raws))
        answer = self._requests.exchange(frame)
        self._number += 1
        return unpack(self.design.output, answer.payload)

    def run(self, samples: Iterable[Sequence[Any]]) -> list[list[int]]:
        """As ``stream``, all at once: (T, inputs) raws -> (T, outputs) raws."""
        return list(self.stream(samples))

    def load(self, design: Design, *, window: int = WINDOW,
             progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Writes the readout of ``design`` into the board, which then holds that design; the
        sequence of samples goes on. Returns the number of entries.

        Parameters
        ----------
        progress : is told how many of the entries are there, and of how many.

        Raises
        ------
        ValueError : when a bias does not fit.
        LinkError : when the board can not take it, refuses it, was reset, or does not answer.
        """
        identity = self.identify()
        check_loadable(identity, design)
        begin, *loads = load_frames(design, identity.lanes)
        self._requests.exchange(begin)
        done = 0
        slot = OVERHEAD + len(loads[0].payload) + 1
        for _ in self._requests.pipelined(iter(loads), window, slot):
            done += 1
            progress(done, len(loads))
        self._switch(design)
        return len(loads) - 1

    def _switch(self, design: Design) -> None:
        self.switched = self.counts.samples
        self.design = design
        self.check()

    def stream(self, samples: Iterable[Sequence[Any]], *, window: int = WINDOW,
               load: Design | None = None) -> Iterator[list[int]]:
        """A sequence from its beginning: raw outputs of each sample, in order, exactly once.

        Parameters
        ----------
        samples : raw inputs of a step each.
        window : most samples on their way, 1..32; 1 waits for each answer.
        load : its readout is written on the way, an entry beside each sample. From the sample
            ``switched`` on the answers are this design's.

        Raises
        ------
        ValueError : when a value does not fit the port.
        LinkError : when the board does not answer, holds another design, or was reset.
        """
        identity = self.check()
        schedule = Schedule(self.design, identity.lanes)
        slot = slot_bytes(schedule, clock_hz=identity.clock_hz, baud=identity.baud)
        port = self.design.input
        frames: Iterator[Frame] = (Frame(SAMPLE, k & 255, pack(port, raws))
                                   for k, raws in enumerate(samples))
        if load is not None:
            check_loadable(identity, load)
        self.clear()
        if load is not None:
            begin, *loads = load_frames(load, identity.lanes)
            self._requests.exchange(begin)
            frames = interleaved(frames, loads)
            slot = max(slot, OVERHEAD + len(loads[0].payload) + 1)
        for request, answer, seconds in self._requests.pipelined(frames, window, slot):
            if request.type == SAMPLE:
                self.counts.answered(seconds)
                self._number = request.number + 1
                yield unpack(self.design.output, answer.payload)
            elif request.type == COMMIT and load is not None:
                self._switch(load)
