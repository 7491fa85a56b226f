"""The whole board top in Verilator: a host sends samples and gets golden's answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from designs import random_design, random_inputs
from simulated_port import Line, compile_board

from liquidgate.boards.frames import (
    ANSWER,
    CLEAR,
    DAMAGED,
    ERROR,
    IDENTIFY,
    SAMPLE,
    SEQUENCE,
    SYNC,
    Frame,
    LinkError,
    answer_sizes,
    pack,
)
from liquidgate.boards.host import Host
from liquidgate.boards.parser import Parser
from liquidgate.boards.requests import LostError
from liquidgate.golden import Golden

RNG = np.random.default_rng(7)
DESIGN = random_design(RNG, neurons=12, inputs=3, outputs=2, signed=True, feedback=True)
OTHER = random_design(RNG, neurons=12, inputs=3, outputs=2, signed=True, feedback=True)
INPUTS = random_inputs(RNG, DESIGN, 150)
TRUTH = np.asarray(Golden(DESIGN).run(INPUTS)).tolist()
DIVISOR = 6
SILENCE = 40e-6
IDLE = 4000


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("board")
    return compile_board(DESIGN, 2, folder, baud=45_000_000 // DIVISOR, silence=SILENCE)


@pytest.fixture()
def line(program: Path) -> Iterator[Line]:
    line = Line(program, divisor=DIVISOR, idle=IDLE)
    line.read(1)  # power-up
    assert ask(line, Frame(CLEAR, 0)) == [Frame(CLEAR | ANSWER, 0)]
    yield line
    line.close()


def ask(line: Line, *frames: Frame) -> list[Frame]:
    line.write(b"".join(frame.encode() for frame in frames))
    return list(Parser(answer_sizes(DESIGN)).feed(line.read(4096)))


def sample(k: int, number: int | None = None) -> Frame:
    return Frame(SAMPLE, k if number is None else number, pack(DESIGN.input, INPUTS[k]))


def test_a_run_equals_golden_and_the_board_says_which_design_it_is(line: Line) -> None:
    host = Host(port=line, design=DESIGN)
    identity = host.check()
    assert (identity.lanes, identity.clock_hz, identity.baud) == (2, 45_000_000, 7_500_000)
    assert (identity.inputs, identity.outputs) == (3, 2)
    assert host.run(INPUTS) == TRUTH
    assert host.run(INPUTS[:5]) == TRUTH[:5]  # a second sequence begins anew


@pytest.mark.parametrize("ratio", [0.97, 1.03])
def test_the_hosts_clock_may_differ(program: Path, ratio: float) -> None:
    line = Line(program, divisor=DIVISOR * ratio, idle=IDLE)
    assert Host(port=line, design=DESIGN).run(INPUTS[:40]) == TRUTH[:40]
    line.close()


def test_step_by_step_after_clear(line: Line) -> None:
    host = Host(port=line, design=DESIGN)
    for _ in range(2):
        host.clear()
        assert [host.step(row) for row in INPUTS[:6]] == TRUTH[:6]


def test_four_requests_may_wait(line: Line) -> None:
    answers = ask(line, *(sample(k) for k in range(4)), Frame(IDENTIFY, 77))
    assert [(a.type, a.number) for a in answers] == [
        *((SAMPLE | ANSWER, k) for k in range(4)), (IDENTIFY | ANSWER, 77)
    ]


def test_damaged_frames_are_answered_and_change_nothing(line: Line) -> None:
    good = sample(0).encode()
    for place in range(1, len(good)):
        bad = bytearray(good)
        bad[place] ^= 0x10
        line.write(bytes(bad))
        answers = list(Parser(answer_sizes(DESIGN)).feed(line.read(4096)))
        if place > 1:  # with another type it was no frame
            assert answers == [Frame(ERROR, 0, bytes([DAMAGED]))]
    assert ask(line, sample(0))[-1] == Frame(SAMPLE | ANSWER, 0, pack(DESIGN.output, TRUTH[0]))


def test_a_frame_that_stops_is_given_up(line: Line) -> None:
    line.write(sample(0).encode()[:4])
    assert line.read(4096) == Frame(ERROR, 0, bytes([DAMAGED])).encode()
    assert ask(line, sample(0))[-1].payload == pack(DESIGN.output, TRUTH[0])


def test_no_sample_before_the_first_clear(program: Path) -> None:
    line = Line(program, divisor=DIVISOR, idle=IDLE)
    line.read(1)
    refused = [Frame(ERROR, 0, bytes([SEQUENCE]))]
    assert ask(line, sample(0)) == refused  # after a reset in mid-sequence it would be wrong
    with pytest.raises(LostError, match="expects sample 0, not 0: it was reset"):
        Host(port=line, design=DESIGN).step(INPUTS[0])
    ask(line, Frame(CLEAR, 0))
    assert ask(line, sample(0))[0].payload == pack(DESIGN.output, TRUTH[0])
    line.close()


def test_numbers_out_of_turn_and_again(line: Line) -> None:
    assert ask(line, sample(3, 3)) == [Frame(ERROR, 0, bytes([SEQUENCE]))]
    assert ask(line, sample(0, 255)) == [Frame(ERROR, 0, bytes([SEQUENCE]))]  # none to repeat
    first = ask(line, sample(0))
    assert ask(line, sample(0)) == first  # the same answer, not a second step
    assert ask(line, sample(0)) == first
    assert ask(line, sample(1))[0].payload == pack(DESIGN.output, TRUTH[1])
    assert ask(line, Frame(CLEAR, 9)) == [Frame(CLEAR | ANSWER, 9)]
    assert ask(line, sample(0)) == first


def test_noise_on_the_line(line: Line) -> None:
    host = Host(port=line, design=DESIGN)
    host.clear()
    for k, row in enumerate(INPUTS[:12]):
        line.noise(int(RNG.integers(1, 900)))
        assert host.step(row) == TRUTH[k]


def test_garbage_between_frames(line: Line) -> None:
    host = Host(port=line, design=DESIGN)
    host.clear()
    for k, row in enumerate(INPUTS[:20]):
        garbage = RNG.integers(0, 256, int(RNG.integers(0, 30)))
        garbage[RNG.random(len(garbage)) < 0.2] = SYNC
        line.write(garbage.astype(np.uint8).tobytes())
        assert host.step(row) == TRUTH[k]


@pytest.mark.parametrize("seed", range(3))
def test_a_bad_line_gives_right_answers(line: Line, seed: int) -> None:
    rng = np.random.default_rng(seed)
    host = Host(port=line, design=DESIGN)
    host.check()
    for _ in range(12):
        place = line.written + int(rng.integers(5, 2000))
        line.damage[place] = None if rng.random() < 0.3 else int(rng.integers(1, 256))
    for _ in range(2):
        line.answer_damage[line.received + int(rng.integers(60, 1200))] = 0x40
    assert host.run(INPUTS) == TRUTH


def test_lost_answers_can_be_had_again(line: Line) -> None:
    host = Host(port=line, design=DESIGN)
    host.clear()
    line.answer_damage[line.received + 3] = 1
    assert host.step(INPUTS[0]) == TRUTH[0]
    for k in range(1, 100):
        assert ask(line, sample(k)) == [Frame(SAMPLE | ANSWER, k, pack(DESIGN.output, TRUTH[k]))]
    for k in (99, 36, 70, 36):
        assert ask(line, sample(k)) == [Frame(SAMPLE | ANSWER, k, pack(DESIGN.output, TRUTH[k]))]
    for k in (35, 101):
        assert ask(line, sample(k)) == [Frame(ERROR, 100, bytes([SEQUENCE]))]
    assert ask(line, Frame(CLEAR, 0), sample(0))[1].payload == pack(DESIGN.output, TRUTH[0])
    assert ask(line, sample(99)) == [Frame(ERROR, 1, bytes([SEQUENCE]))]  # of the one before


def test_another_design_and_no_board(line: Line) -> None:
    with pytest.raises(LinkError, match="the board must hold design"):
        Host(port=line, design=OTHER).check()

    class Silent:
        def write(self, data: bytes, /) -> None: ...

        def read(self, size: int = 1, /) -> bytes:
            return b""

    with pytest.raises(LinkError, match="no answer from the board after 5 tries"):
        Host(port=Silent(), design=DESIGN).run(INPUTS)
