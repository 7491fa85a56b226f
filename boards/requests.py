"""Requests over a serial port: each is answered, whatever happens on the line."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from liquidgate.boards.frames import (
    ANSWER,
    COMMIT,
    DAMAGED,
    ERROR,
    FILLER,
    OVERHEAD,
    SEQUENCE,
    UNEXPECTED,
    Frame,
    LinkError,
)
from liquidgate.boards.parser import Parser
from liquidgate.boards.port import Port

TRIES = 5
PATIENCE = 10.0
"""Seconds in which a port that is gone must come back."""


class LostError(LinkError):
    """The board has forgotten the sequence: it was reset, or somebody else talked to it."""


@dataclass
class Counts:
    """What a host went through. ``latency``: seconds from a sample's bytes to its answer."""

    samples: int = 0
    recoveries: int = 0
    reconnections: int = 0
    latency_sum: float = 0.0
    latency_max: float = 0.0

    def answered(self, seconds: float) -> None:
        self.samples += 1
        self.latency_sum += seconds
        self.latency_max = max(self.latency_max, seconds)


class Requests:
    """Damaged and lost frames are repeated, and a port that is gone is opened anew.

    Parameters
    ----------
    port : an open serial port. sizes : payload bytes of each type of answer.
    longest : payload bytes of the longest request.
    reopen, patience : as of ``Host``.

    Attributes
    ----------
    counts : of trouble; who knows samples counts them there.
    """

    def __init__(self, *, port: Port, sizes: dict[int, int], longest: int,
                 reopen: Callable[[], Port] | None = None, patience: float = PATIENCE) -> None:
        self.port = port
        self.counts = Counts()
        self._longest = longest
        self._reopen, self._patience = reopen, patience
        self._parser = Parser(sizes)
        self._frames: deque[Frame] = deque()

    def exchange(self, request: Frame) -> Frame:
        """A request and its answer; repeats it until there is one.

        Raises
        ------
        LinkError : when there is none, or the board refuses. LostError : see there.
        """
        lost = None
        for attempt in range(TRIES):
            if attempt:
                self.resynchronise()
            try:
                self.port.write(request.encode())
                while (answer := self._receive(request)) is not None:
                    if (answer.type, answer.number) == (request.type | ANSWER, request.number):
                        return answer
                    if answer.type == ERROR:
                        # out of turn: perhaps a late word on an earlier frame
                        lost = answer if answer.payload[0] != DAMAGED else None
                        break
            except OSError as error:
                self._reconnect(error)
        if lost is not None:
            what = {SEQUENCE: "sample", UNEXPECTED: "entry"}.get(lost.payload[0])
            if what is None:
                raise LinkError("the board refuses the new readout: it has not got all of it, or "
                                "another one; it goes on with the old one")
            raise LostError(f"the board expects {what} {lost.number}, not {request.number}: it was "
                            "reset, or somebody else talked to it")
        raise LinkError(f"no answer from the board after {TRIES} tries")

    def pipelined(self, frames: Iterator[Frame], window: int,
                  slot: int) -> Iterator[tuple[Frame, Frame, float]]:
        """Requests, their answers and the seconds between, in order; a COMMIT travels alone, so
        that it is known between which samples the board takes it."""
        waiting: deque[tuple[Frame, float]] = deque()
        held: Frame | None = None
        while True:
            if held is None and len(waiting) <= window // 2:
                fresh = []
                for _, frame in zip(range(window - len(waiting)), frames):
                    if frame.type == COMMIT:
                        held = frame
                        break
                    fresh.append(frame)
                self._send(fresh, waiting, slot)
            if not waiting:
                if held is None:
                    return
                begun = time.monotonic()
                taken, held = held, None
                yield taken, self.exchange(taken), time.monotonic() - begun
                continue
            request, sent = waiting[0]
            answer = self._answer_to(request)
            if answer is None:
                # whatever the trouble was: the oldest sample alone, then the others again
                self.counts.recoveries += 1
                self.resynchronise()
                answer = self.exchange(request)
                others = [frame for frame, _ in waiting][1:]
                waiting = deque([waiting[0]])
                self._send(others, waiting, slot)
            waiting.popleft()
            yield request, answer, time.monotonic() - sent

    def _send(self, frames: list[Frame], waiting: deque[tuple[Frame, float]], slot: int) -> None:
        if not frames:
            return
        now = time.monotonic()
        waiting.extend((frame, now) for frame in frames)
        data = (frame.encode().ljust(slot, bytes([FILLER])) for frame in frames)
        try:
            self.port.write(b"".join(data))
        except OSError as error:
            self._reconnect(error)  # their answers will not come, and they are sent again

    def _answer_to(self, request: Frame) -> Frame | None:
        """The answer to the oldest request; None when another one or none comes."""
        try:
            answer = self._receive(request)
        except OSError as error:
            self._reconnect(error)
            return None
        good = answer is not None and (
            (answer.type, answer.number) == (request.type | ANSWER, request.number))
        return answer if good else None

    def resynchronise(self) -> None:
        """Ends whatever frame the board believes to be in, and forgets what it still says."""
        try:
            self.port.write(bytes([FILLER]) * (self._longest + OVERHEAD))
            while self.port.read(4096):
                pass
        except OSError as error:
            self._reconnect(error)
        self._parser.reset()
        self._frames.clear()

    def _reconnect(self, error: OSError) -> None:
        if self._reopen is None:
            raise error
        self.port.close()
        end = time.monotonic() + self._patience
        while True:
            try:
                self.port = self._reopen()
                break
            except OSError as again:
                if time.monotonic() > end:
                    raise LinkError(f"the port is gone, and did not come back for "
                                    f"{self._patience:g} s: {again}") from error
            time.sleep(0.1)
        self.counts.reconnections += 1
        self._parser.reset()
        self._frames.clear()

    def _receive(self, request: Frame) -> Frame | None:
        """The next good frame; None when the line stays silent.

        It is read by the size of the answer to ``request``, since a call a byte is slow.
        """
        while not self._frames:
            data = self.port.read(self._parser.sizes[request.type | ANSWER] + OVERHEAD)
            if not data:
                self._parser.reset()
                return None
            self._frames.extend(self._parser.feed(data))
        return self._frames.popleft()
