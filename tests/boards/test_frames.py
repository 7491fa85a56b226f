"""Frames: bytes, checksum, and the hunt for them in garbage; the hardware's hunt equals it."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from amaranth.sim import Simulator
from designs import random_design
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.boards.deframer import Deframer
from liquidgate.boards.frames import (
    BEGIN,
    CLEAR,
    COMMIT,
    IDENTIFY,
    LOAD,
    SAMPLE,
    SYNC,
    Frame,
    Identity,
    LinkError,
    channel_bytes,
    checksum,
    pack,
    request_sizes,
    slot_bytes,
    unpack,
)
from liquidgate.boards.parser import Parser
from liquidgate.spec import Channel, Port, Schedule

DESIGN = random_design(np.random.default_rng(3), neurons=5, inputs=2, outputs=3)
SIZES = request_sizes(DESIGN)
PAGE = Path(__file__).parents[2] / "docs" / "link.md"


def crc_by_bits(data: bytes) -> int:
    """CRC-16/IBM-3740 from its definition."""
    register = 0xFFFF
    for byte in data:
        for k in range(7, -1, -1):
            top = (register >> 15) ^ (byte >> k & 1)
            register = (register << 1 & 0xFFFF) ^ (0x1021 if top else 0)
    return register


def test_checksum_has_its_published_check_value() -> None:
    assert checksum(b"123456789") == b"\x29\xb1"


@given(st.binary(max_size=80))
def test_checksum_equals_its_definition(data: bytes) -> None:
    assert int.from_bytes(checksum(data), "big") == crc_by_bits(data)


def test_the_bytes_on_the_page() -> None:
    assert Frame(IDENTIFY, 0).encode().hex(" ") == "a5 01 00 2e 3e"
    assert Frame(CLEAR, 7).encode().hex(" ") == "a5 02 07 0b 8a"
    entry = (-2).to_bytes(3, "little", signed=True)
    commit = zlib.crc32(b"123456789").to_bytes(4, "little")
    for frame in (Frame(BEGIN, 0), Frame(LOAD, 1, entry), Frame(COMMIT, 0, commit)):
        assert f"\n    {frame.encode().hex(' ')}  " in PAGE.read_text()
    assert Frame(SAMPLE, 1, bytes.fromhex("34 12")).encode().hex(" ") == "a5 03 01 34 12 d3 0e"


@given(st.integers(1, 32), st.booleans(), st.integers(1, 4), st.data())
def test_payload_there_and_back(width: int, signed: bool, count: int, data: st.DataObject) -> None:
    port = Port(width, signed, tuple(Channel(f"c{k}", 0) for k in range(count)))
    values = st.integers(port.format.raw_min, port.format.raw_max)
    raws = data.draw(st.lists(values, min_size=count, max_size=count))
    payload = pack(port, raws)
    assert len(payload) == count * channel_bytes(port) == count * -(-width // 8)
    assert unpack(port, payload) == raws


def test_a_value_that_does_not_fit_names_its_channel() -> None:
    port = Port(8, True, (Channel("u", 0),))
    with pytest.raises(ValueError, match=r"channel u must fit QFormat\(8, 0\), raw -128..127, "
                                         "not 128"):
        pack(port, [128])
    with pytest.raises(ValueError, match="one raw value a channel: 1, not 2"):
        pack(port, [1, 2])


def test_identity_there_and_back() -> None:
    identity = Identity.of(Schedule(DESIGN, 4), clock_hz=45_000_000, baud=1_000_000)
    assert Identity.decode(identity.encode()) == identity
    with pytest.raises(LinkError, match="version 9 of the link, not 3"):
        Identity.decode(b"\x09" + identity.encode()[1:])


def test_slots_hold_the_longest_of_request_answer_and_step() -> None:
    schedule = Schedule(DESIGN, 1)
    frame = 5 + 3 * channel_bytes(DESIGN.output)
    assert slot_bytes(schedule, clock_hz=45e6, baud=1e3) == frame + 1
    slow = slot_bytes(schedule, clock_hz=1e3, baud=1e6)
    assert slow >= schedule.interval * 100 + 1


frames = st.one_of(
    st.builds(Frame, st.sampled_from([IDENTIFY, CLEAR]), st.integers(0, 255)),
    st.builds(Frame, st.just(SAMPLE), st.integers(0, 255),
              st.binary(min_size=SIZES[SAMPLE], max_size=SIZES[SAMPLE])),
)
garbage = st.lists(
    st.one_of(st.just(SYNC), st.sampled_from([1, 2, 3]), st.integers(0, 255)), max_size=40
).map(bytes)
FLUSH = bytes(max(SIZES.values()) + 5)


@given(st.lists(st.tuples(garbage, frames), max_size=5))
def test_after_a_flush_every_frame_is_found(parts: list[tuple[bytes, Frame]]) -> None:
    parser = Parser(SIZES)
    for noise, frame in parts:
        list(parser.feed(noise + FLUSH))
        assert list(parser.feed(frame.encode())) == [frame]


def found_by_hardware(stream: bytes, gaps: list[int]) -> list[Frame | None]:
    """Frames the circuit finds (None: damaged), a byte every few clocks."""
    deframer = Deframer(design=DESIGN, timeout=64)
    found: list[Frame | None] = []

    async def bench(ctx) -> None:
        for k, byte in enumerate(stream):
            ctx.set(deframer.data, byte)
            ctx.set(deframer.valid, 1)
            for _ in range(4 + gaps[k % len(gaps)]):
                await ctx.tick()
                ctx.set(deframer.valid, 0)
                if ctx.get(deframer.done):
                    kind = ctx.get(deframer.kind)
                    whole = ctx.get(deframer.payload).to_bytes(max(SIZES.values()), "little")
                    payload = whole[len(whole) - SIZES[kind]:]
                    good = ctx.get(deframer.good)
                    found.append(Frame(kind, ctx.get(deframer.number), payload) if good else None)

    sim = Simulator(deframer)
    sim.add_clock(1e-6)
    sim.add_testbench(bench)
    sim.run()
    return found


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(garbage, frames.map(Frame.encode)), max_size=8),
       st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_the_circuit_hunts_like_the_parser(parts: list[bytes], gaps: list[int]) -> None:
    stream = b"".join(parts)
    parser = Parser(SIZES)
    expected: list[Frame | None] = []
    for byte in stream:
        before = parser.damaged
        expected += parser.feed(bytes([byte]))
        expected += [None] * (parser.damaged - before)
    assert found_by_hardware(stream, gaps) == expected


def test_silence_ends_a_frame() -> None:
    whole = Frame(CLEAR, 5).encode()
    assert found_by_hardware(whole[:3] + whole, [0, 0, 140] + 10 * [0]) == [None, Frame(CLEAR, 5)]
    assert found_by_hardware(whole[:1] + whole, [140] + 10 * [0]) == [Frame(CLEAR, 5)]
    assert found_by_hardware(whole, [50]) == [Frame(CLEAR, 5)]
