"""A new readout goes into a running virtual board: between two samples, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from designs import random_design, random_inputs

from liquidgate.boards.bad_line import BadLine
from liquidgate.boards.frames import (
    ANSWER,
    BEGIN,
    COMMIT,
    ERROR,
    LOAD,
    REFUSED,
    UNEXPECTED,
    Frame,
    LinkError,
    answer_sizes,
)
from liquidgate.boards.host import Host
from liquidgate.boards.loading import load_frames
from liquidgate.boards.parser import Parser
from liquidgate.boards.port import open_port
from liquidgate.cli import main
from liquidgate.golden import Golden
from liquidgate.spec import Design, save
from liquidgate.tb.exchange import random_readout
from liquidgate.virtual import VirtualBoard

RNG = np.random.default_rng(21)
LANES, BAUD = 2, 45_000_000 // 4
DESIGN = random_design(RNG, neurons=9, inputs=2, outputs=2, signed=True, feedback=True)
INPUTS = random_inputs(RNG, DESIGN, 400)


class Rig:
    """A board, the design that it holds now, and a new readout whenever one is wanted."""

    def __init__(self, board: VirtualBoard) -> None:
        self.board, self.holds = board, DESIGN

    def fresh(self) -> Design:
        return random_readout(DESIGN, RNG)

    def port(self) -> Any:
        return open_port(self.board.device, baud=BAUD)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with VirtualBoard(DESIGN, lanes=LANES, baud=BAUD, readout="ram") as board:
        yield Rig(board)


def exchanged(old: Design, new: Design, switch: int, inputs: Any) -> list[list[int]]:
    """Golden, with another readout from step ``switch`` on."""
    golden = Golden(old)
    first = golden.run(inputs[:switch])
    golden.exchange(new)
    return np.concatenate([first, golden.run(inputs[switch:])]).tolist()


def ask(rig: Rig, *frames: Frame) -> list[Frame]:
    port, parser = rig.port(), Parser(answer_sizes(DESIGN))
    answers: list[Frame] = []
    for sent, frame in enumerate(frames):  # one by one, since a fifth may be lost
        port.write(frame.encode())
        while len(answers) == sent and (data := port.read(1)):
            answers += parser.feed(data)
    port.close()
    return answers


def test_a_stream_goes_on_while_another_readout_comes(rig: Rig) -> None:
    port = rig.port()
    for _ in range(3):
        new = rig.fresh()
        host = Host(port=port, design=rig.holds)
        answers = list(host.stream(INPUTS, load=new))
        assert host.switched is not None and 30 < host.switched < 300
        assert answers == exchanged(rig.holds, new, host.switched, INPUTS)
        assert answers[host.switched:] != Golden(rig.holds).run(INPUTS)[host.switched:].tolist()
        assert host.check().digest == new.digest
        rig.holds = new
    port.close()


@pytest.mark.parametrize("seed", range(2))
def test_a_bad_line_and_an_unplugged_device(rig: Rig, seed: int) -> None:
    line = BadLine(rig.port, Random(seed), damage=1e-3, loss=5e-4, drop=4e-3)
    new, host = rig.fresh(), Host(port=line, design=rig.holds, reopen=line.reopen)
    answers = list(host.stream(INPUTS, load=new))
    assert min(line.damaged, line.lost, line.dropped) > 0 and host.switched is not None
    assert answers == exchanged(rig.holds, new, host.switched, INPUTS)
    again = rig.fresh()
    assert host.load(again) == 52
    assert host.check().digest == again.digest
    rig.holds = again
    line.close()


def test_between_two_samples_of_a_sequence(rig: Rig) -> None:
    """The reservoir keeps its states."""
    port, new = rig.port(), rig.fresh()
    host = Host(port=port, design=rig.holds)
    host.clear()
    first = [host.step(row) for row in INPUTS[:7].tolist()]
    told: list[tuple[int, int]] = []
    host.load(new, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (53, 53) and len(told) == 53
    second = [host.step(row) for row in INPUTS[7:12].tolist()]
    assert first + second == exchanged(rig.holds, new, 7, INPUTS[:12])
    rig.holds = new
    port.close()


def spoilt(frame: Frame) -> Frame:
    return replace(frame, payload=bytes([frame.payload[0] ^ 1]) + frame.payload[1:])


def test_what_is_not_right_is_refused(rig: Rig) -> None:
    new = rig.fresh()
    begin, *entries, commit = load_frames(new, LANES)
    good = Frame(COMMIT | ANSWER, 0)
    number = len(entries) & 255

    def refused(k: int) -> Frame:
        return Frame(ERROR, k, bytes([REFUSED]))

    def unexpected(k: int) -> Frame:
        return Frame(ERROR, k, bytes([UNEXPECTED]))

    def loaded(frames: list[Frame]) -> list[Frame]:
        return [Frame(LOAD | ANSWER, frame.number) for frame in frames]

    # a wrong checksum, an entry that is wrong, one that is missing, one too many
    assert ask(rig, begin, *entries, spoilt(commit)) == [
        Frame(BEGIN | ANSWER, 0), *loaded(entries), refused(number)]
    assert ask(rig, begin, *entries[:5], spoilt(entries[5]), *entries[6:], commit)[-1] == (
        refused(number))
    assert ask(rig, begin, *entries[:-1], commit)[-1] == refused(number - 1)
    assert ask(rig, begin, entries[1], entries[0], entries[2])[1:] == [
        unexpected(0), Frame(LOAD | ANSWER, 0), unexpected(1)]
    extra = Frame(LOAD, number, entries[0].payload)
    assert Host(port=(port := rig.port()), design=rig.holds).run(INPUTS[:9]) == (
        Golden(rig.holds).run(INPUTS[:9]).tolist())
    port.close()
    # repeated entries count once, and a repeated commit switches once
    twice = [frame for entry in entries for frame in (entry, entry)]
    assert ask(rig, begin, *twice, extra, commit, commit, spoilt(commit), commit) == [
        Frame(BEGIN | ANSWER, 0), *loaded(twice), unexpected(number), good, good,
        refused(number), good]
    rig.holds = new
    assert Host(port=(port := rig.port()), design=new).run(INPUTS[:9]) == (
        Golden(new).run(INPUTS[:9]).tolist())
    port.close()


def test_a_host_says_what_a_board_refuses(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    new, port = rig.fresh(), rig.port()
    host = Host(port=port, design=rig.holds)
    begin, *entries, commit = load_frames(new, LANES)
    frames = [begin, *entries, spoilt(commit)]
    monkeypatch.setattr("liquidgate.boards.host.load_frames", lambda *_: frames)
    with pytest.raises(LinkError, match="the board refuses the new readout: it has not got all"):
        host.load(new)
    frames[:] = [begin, *entries[1:], commit]
    with pytest.raises(LinkError, match="the board expects entry 0, not 1: it was reset"):
        host.load(new)
    assert host.check().digest == rig.holds.digest
    port.close()


def test_the_command(rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, numbers = tmp_path / "old.lgd", tmp_path / "new.lgd", count()
    fresh = rig.fresh()
    save(rig.holds, old)
    save(fresh, new)
    names = ",".join(channel.name for channel in DESIGN.input.channels)
    rows = [",".join(map(repr, row)) for row in DESIGN.input.decode(INPUTS[:200]).tolist()]
    (tmp_path / "in.csv").write_text("\n".join([names, *rows]) + "\n")
    port = ["--port", rig.board.device]
    stream = ["--input", str(tmp_path / "in.csv"), *port, "--json", "-o"]

    def out() -> str:
        return str(tmp_path / f"out{next(numbers)}.csv")

    assert main(["load", str(new), *port, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == fresh.digest
    assert main(["stream", str(old), *stream, out()]) == 2
    assert "the board must hold design" in capsys.readouterr().err
    assert main(["stream", str(new), *stream, out(), "--load", str(old)]) == 0
    switched = json.loads(capsys.readouterr().out)["switched"]
    written = (tmp_path / "out1.csv").read_text().splitlines()[1:]
    expected = exchanged(fresh, rig.holds, switched, INPUTS[:200])
    assert [[float(word) for word in line.split(",")] for line in written] == (
        DESIGN.output.decode(expected).tolist())
    assert main(["stream", str(new), *port, "--input", "-", "--load", str(old)]) == 2
    assert capsys.readouterr().err == "error: --load must not be given when --input is -\n"

    other = replace(fresh, readout=replace(fresh.readout, shift=fresh.readout.shift + 1))
    save(other, new)
    assert main(["load", str(new), *port]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: the board must be built from a design that differs from ")
    assert err.count("\n") == 1
    with VirtualBoard(DESIGN, lanes=LANES, baud=BAUD) as fixed:
        assert main(["load", str(old), "--port", fixed.device]) == 2
    assert capsys.readouterr().err == (
        "error: the board must be built with --readout ram, not rom\n")
