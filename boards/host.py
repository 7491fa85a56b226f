"""The host's side of the link: for a serial port, and for a simulation of one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from liquidgate.boards.frames import (
    ANSWER,
    CLEAR,
    COMMIT,
    DAMAGED,
    ERROR,
    FILLER,
    HISTORY,
    IDENTIFY,
    OVERHEAD,
    SAMPLE,
    SEQUENCE,
    UNEXPECTED,
    Frame,
    Identity,
    LinkError,
    Parser,
    answer_sizes,
    pack,
    payload_bytes,
    slot_bytes,
    unpack,
)
from liquidgate.boards.loading import check_loadable, interleaved, load_frames
from liquidgate.spec import Design, Schedule

TRIES = 5
WINDOW = HISTORY // 2
"""Samples on their way; whatever becomes of them, the board still has their answers."""
PATIENCE = 10.0
"""Seconds in which a port that is gone must come back."""
LONGEST_LOAD = 8
"""Bytes of the payload of any request but a sample, at most."""


class Port(Protocol):
    """What the host needs of a serial port; pyserial's Serial with a timeout has it."""

    def write(self, data: bytes, /) -> Any: ...

    def read(self, size: int = 1, /) -> bytes:
        """At most ``size`` bytes; fewer when none comes for the port's timeout."""

    def close(self) -> None: ...


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


def open_port(device: str, *, baud: int, timeout: float = 0.2) -> Any:
    """A serial port for ``Host``. Raises OSError when it can not be opened."""
    import serial  # only who talks to a board needs it

    return serial.Serial(device, baudrate=baud, timeout=timeout, exclusive=True)


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
        self.port = port
        self.design = design
        self.counts = Counts()
        self._reopen, self._patience = reopen, patience
        self._parser = Parser(answer_sizes(design))
        self._frames: deque[Frame] = deque()
        self._number = 0
        self.switched: int | None = None

    def identify(self) -> Identity:
        """What the board says of itself. Raises LinkError when it does not answer."""
        return Identity.decode(self._exchange(Frame(IDENTIFY, 0)).payload)

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
        self._exchange(Frame(CLEAR, 0))
        self._number = 0

    def step(self, raws: Sequence[Any]) -> list[int]:
        """One sample of raw inputs after ``clear``, and its raw outputs, exactly once.

        Raises
        ------
        ValueError : when the values do not fit the port.
        LinkError : when the board does not answer.
        """
        frame = Frame(SAMPLE, self._number & 255, pack(self.design.input, raws))
        answer = self._exchange(frame)
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
        self._exchange(begin)
        done = 0
        for _ in self._pipelined(iter(loads), window, OVERHEAD + len(loads[0].payload) + 1):
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
            self._exchange(begin)
            frames = interleaved(frames, loads)
            slot = max(slot, OVERHEAD + len(loads[0].payload) + 1)
        for request, answer, seconds in self._pipelined(frames, window, slot):
            if request.type == SAMPLE:
                self.counts.answered(seconds)
                self._number = request.number + 1
                yield unpack(self.design.output, answer.payload)
            elif request.type == COMMIT and load is not None:
                self._switch(load)

    def _pipelined(self, frames: Iterator[Frame], window: int,
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
                yield taken, self._exchange(taken), time.monotonic() - begun
                continue
            request, sent = waiting[0]
            answer = self._answer_to(request)
            if answer is None:
                # whatever the trouble was: the oldest sample alone, then the others again
                self.counts.recoveries += 1
                self.resynchronise()
                answer = self._exchange(request)
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
            longest = max(payload_bytes(self.design.input), LONGEST_LOAD)
            self.port.write(bytes([FILLER]) * (longest + OVERHEAD))
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

    def _exchange(self, request: Frame) -> Frame:
        """A request and its answer; repeats it until there is one."""
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
