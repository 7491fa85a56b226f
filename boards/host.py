"""The host's side of the link: for a serial port, and for a simulation of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from liquidgate.boards.frames import (
    ANSWER,
    CLEAR,
    DAMAGED,
    ERROR,
    FILLER,
    IDENTIFY,
    SAMPLE,
    Frame,
    Identity,
    LinkError,
    Parser,
    answer_sizes,
    pack,
    request_sizes,
    slot_bytes,
    unpack,
)
from liquidgate.spec import Design, Schedule

TRIES = 5
WINDOW = 64
"""Samples that are written at once; below 128, so that numbers are never ambiguous."""


class Port(Protocol):
    """What the host needs of a serial port; pyserial's Serial with a timeout has it."""

    def write(self, data: bytes, /) -> Any: ...

    def read(self, size: int = 1, /) -> bytes:
        """At most ``size`` bytes; fewer when none comes for the port's timeout."""


class LostError(LinkError):
    """Answers were lost and can not be had again: the sequence must be run anew."""


def open_port(device: str, *, baud: int, timeout: float = 0.2) -> Any:
    """A serial port for ``Host``. Raises OSError when it can not be opened."""
    import serial  # only who talks to a board needs it

    return serial.Serial(device, baudrate=baud, timeout=timeout)


class Host:
    """Streams samples through a board.

    Damaged and lost frames are repeated, so that answers are right and complete, or there is a
    LinkError.

    Parameters
    ----------
    port : an open serial port. design : the one that the board should hold.
    """

    def __init__(self, *, port: Port, design: Design) -> None:
        self.port = port
        self.design = design
        self._parser = Parser(answer_sizes(design))
        self._frames: list[Frame] = []
        self._number = 0

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
        """One sample of raw inputs, and its raw outputs, exactly once.

        Raises
        ------
        ValueError : when the values do not fit the port.
        LinkError : when the board does not answer.
        """
        frame = Frame(SAMPLE, self._number & 255, pack(self.design.input, raws))
        answer = self._exchange(frame)
        self._number += 1
        return unpack(self.design.output, answer.payload)

    def run(self, samples: Sequence[Sequence[Any]]) -> list[list[int]]:
        """A whole sequence from its beginning: (T, inputs) raws -> (T, outputs) raws.

        Raises
        ------
        ValueError : when a value does not fit the port.
        LinkError : when the board does not answer, or holds another design.
        """
        identity = self.check()
        schedule = Schedule(self.design, identity.lanes)
        slot = slot_bytes(schedule, clock_hz=identity.clock_hz, baud=identity.baud)
        payloads = [pack(self.design.input, raws) for raws in samples]
        for _ in range(TRIES):
            try:
                return self._run(payloads, slot)
            except LostError as error:
                last = error
        raise last

    def _run(self, payloads: list[bytes], slot: int) -> list[list[int]]:
        self.clear()
        outputs: list[list[int]] = []
        while len(outputs) < len(payloads):
            first = len(outputs)
            chunk = payloads[first:first + WINDOW]
            frames = [Frame(SAMPLE, (first + k) & 255, p) for k, p in enumerate(chunk)]
            self.port.write(b"".join(
                frame.encode().ljust(slot, bytes([FILLER])) for frame in frames
            ))
            answers = self._collect(frames)
            outputs += [unpack(self.design.output, answer.payload) for answer in answers]
            self._number = len(outputs)
            if len(answers) < len(chunk):
                # whatever the trouble was: the oldest sample without an answer, alone
                self.resynchronise()
                outputs.append(unpack(
                    self.design.output, self._exchange(frames[len(answers)]).payload
                ))
                self._number = len(outputs)
        return outputs

    def _collect(self, frames: list[Frame]) -> list[Frame]:
        """Answers to ``frames`` in their order, up to the first that does not come."""
        answers: list[Frame] = []
        for frame in frames:
            answer = self._receive()
            if answer is None or (answer.type, answer.number) != (SAMPLE | ANSWER, frame.number):
                break
            answers.append(answer)
        return answers

    def resynchronise(self) -> None:
        """Ends whatever frame the board believes to be in, and forgets what it still says."""
        self.port.write(bytes([FILLER]) * (max(request_sizes(self.design).values()) + 5))
        while self.port.read(4096):
            pass
        self._parser.reset()
        self._frames.clear()

    def _exchange(self, request: Frame) -> Frame:
        """A request and its answer; repeats it until there is one."""
        for attempt in range(TRIES):
            if attempt:
                self.resynchronise()
            self.port.write(request.encode())
            while (answer := self._receive()) is not None:
                if (answer.type, answer.number) == (request.type | ANSWER, request.number):
                    return answer
                if answer.type == ERROR:
                    if answer.payload[0] != DAMAGED:
                        raise LostError(
                            f"the board expects sample {answer.number}, not {request.number}: "
                            "answers were lost"
                        )
                    break
        raise LinkError(f"no answer from the board after {TRIES} tries")

    def _receive(self) -> Frame | None:
        """The next good frame; None when the line stays silent."""
        while not self._frames:
            data = self.port.read(1)
            if not data:
                self._parser.reset()
                return None
            self._frames.extend(self._parser.feed(data))
        return self._frames.pop(0)
