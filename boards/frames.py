"""Frames on the wire: sizes, bytes and checksum. docs/link.md is the normative page."""

from __future__ import annotations

import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from liquidgate.spec import Design, Port, Schedule
from liquidgate.spec.readout_map import READOUTS, ReadoutMap, circuit_digest

VERSION = 3
SYNC = 0xA5
FILLER = 0x00
"""Between frames: neither a sync byte nor a type."""
IDENTIFY, CLEAR, SAMPLE = 0x01, 0x02, 0x03
BEGIN, LOAD, COMMIT = 0x04, 0x05, 0x06
"""Only a board with its readout in RAM knows these."""
ANSWER = 0x80
"""Added to the type of a request it makes the type of its answer."""
ERROR = 0xFF
DAMAGED, SEQUENCE, UNEXPECTED, REFUSED = 1, 2, 3, 4
"""Codes of an error answer: a frame with a wrong checksum; a sample out of turn; an entry out of
turn; a readout that is not complete, or whose checksum is wrong."""
HISTORY = 64
"""Answers that the board keeps: each can be had again."""
OVERHEAD = 5
"""Bytes of a frame beside its payload: sync, type, number, and two of checksum."""


class LinkError(RuntimeError):
    """The other side does not answer, or not as docs/link.md says."""


def checksum(content: bytes) -> bytes:
    """CRC-16/IBM-3740 of type, number and payload; the high byte first."""
    return binascii.crc_hqx(content, 0xFFFF).to_bytes(2, "big")


def channel_bytes(port: Port) -> int:
    """Bytes of one channel."""
    return (port.width + 7) // 8


def payload_bytes(port: Port) -> int:
    """Bytes of one time step: every channel in whole bytes."""
    return channel_bytes(port) * len(port.channels)


def pack(port: Port, raws: Sequence[Any]) -> bytes:
    """One time step as bytes, little endian, two's complement when signed.

    Raises
    ------
    ValueError : when the number of values or one of them does not fit the port.
    """
    if len(raws) != len(port.channels):
        raise ValueError(
            f"a sample must have one raw value a channel: {len(port.channels)}, not {len(raws)}"
        )
    values = [int(raw) for raw in raws]
    for channel, value in zip(port.channels, values):
        port.format.check(value, f"channel {channel.name}")
    return b"".join(v.to_bytes(channel_bytes(port), "little", signed=v < 0) for v in values)


def unpack(port: Port, payload: bytes) -> list[int]:
    """The raws of one time step."""
    size = channel_bytes(port)
    return [
        int.from_bytes(payload[k:k + size], "little", signed=port.signed)
        for k in range(0, len(payload), size)
    ]


@dataclass(frozen=True)
class Frame:
    """type (a request's or an answer's), number 0..255, payload."""

    type: int
    number: int
    payload: bytes = b""

    def encode(self) -> bytes:
        content = bytes([self.type, self.number]) + self.payload
        return bytes([SYNC]) + content + checksum(content)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the hardware says of itself: the payload of the answer to IDENTIFY.

    digest : of the design. inputs, outputs : channels; their widths in bits, and signs.
    interval : clocks a step. clock_hz : of the core. baud : as the divisor makes it.
    readout : "rom" or "ram". circuit : digest of the design without its readout's numbers.
    """

    digest: str
    inputs: int
    input_width: int
    input_signed: bool
    outputs: int
    output_width: int
    output_signed: bool
    lanes: int
    interval: int
    clock_hz: int
    baud: int
    readout: str
    circuit: str

    LAYOUT = "<B32sHBHBBIIIB32s"

    @classmethod
    def of(
        cls, schedule: Schedule, *, clock_hz: int, baud: int, readout: str = "rom"
    ) -> Identity:
        design = schedule.design
        return cls(
            digest=design.digest, lanes=schedule.lanes, interval=schedule.interval,
            inputs=design.inputs, input_width=design.input.width,
            input_signed=design.input.signed,
            outputs=design.outputs, output_width=design.output.width,
            output_signed=design.output.signed, clock_hz=clock_hz, baud=baud,
            readout=readout, circuit=circuit_digest(design),
        )

    def encode(self) -> bytes:
        return struct.pack(
            self.LAYOUT, VERSION, bytes.fromhex(self.digest),
            self.inputs, self.input_width | self.input_signed << 7,
            self.outputs, self.output_width | self.output_signed << 7,
            self.lanes, self.interval, self.clock_hz, self.baud,
            READOUTS.index(self.readout), bytes.fromhex(self.circuit),
        )

    @classmethod
    def decode(cls, payload: bytes) -> Identity:
        """Raises LinkError for another version of the protocol."""
        if payload[0] != VERSION:
            raise LinkError(f"the board speaks version {payload[0]} of the link, not {VERSION}")
        (_, digest, inputs, i, outputs, o, lanes, interval, clock_hz, baud, readout,
         circuit) = struct.unpack(cls.LAYOUT, payload)
        return cls(
            digest=digest.hex(), inputs=inputs, input_width=i & 127, input_signed=bool(i >> 7),
            outputs=outputs, output_width=o & 127, output_signed=bool(o >> 7),
            lanes=lanes, interval=interval, clock_hz=clock_hz, baud=baud,
            readout=READOUTS[readout & 1], circuit=circuit.hex(),
        )


IDENTITY_BYTES = struct.calcsize(Identity.LAYOUT)


def entry_bytes(design: Design) -> int:
    """Payload bytes of an entry of a readout in RAM."""
    return ReadoutMap(Schedule(design, 1)).entry_bytes


def request_sizes(design: Design, readout: str = "rom") -> dict[int, int]:
    """Payload bytes of each type of request."""
    sizes = {IDENTIFY: 0, CLEAR: 0, SAMPLE: payload_bytes(design.input)}
    return sizes | ({BEGIN: 0, LOAD: entry_bytes(design), COMMIT: 4} if readout == "ram" else {})


def answer_sizes(design: Design) -> dict[int, int]:
    """Payload bytes of each type of answer."""
    return {
        IDENTIFY | ANSWER: IDENTITY_BYTES,
        CLEAR | ANSWER: 0,
        SAMPLE | ANSWER: payload_bytes(design.output),
        BEGIN | ANSWER: 0,
        LOAD | ANSWER: 0,
        COMMIT | ANSWER: 0,
        ERROR: 1,
    }


def slot_bytes(schedule: Schedule, *, clock_hz: float, baud: float) -> int:
    """Byte times from one sample's frame to the next at which nothing ever piles up.

    The longest of request, answer and step, and one filler byte against the difference of two
    oscillators (and 1 % for frames of more than a hundred bytes).
    """
    design = schedule.design
    frame = OVERHEAD + max(payload_bytes(design.input), payload_bytes(design.output))
    step = -int(-(schedule.interval + schedule.plan.longest) * baud / (10 * clock_hz) // 1)
    longest = max(frame, step)
    return longest + 1 + longest // 100
