"""A host at a virtual board: through a real serial device to the very circuit of a board."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from designs import random_design, random_inputs

from liquidgate.boards.bad_line import BadLine
from liquidgate.boards.frames import LinkError
from liquidgate.boards.host import Host
from liquidgate.boards.port import open_port
from liquidgate.cli import main
from liquidgate.cli.monitor import terminal_plot
from liquidgate.golden import Golden
from liquidgate.spec import save
from liquidgate.virtual import VirtualBoard

RNG = np.random.default_rng(10)
DESIGN = random_design(RNG, neurons=9, inputs=2, outputs=2, signed=True, feedback=True)
INPUTS = random_inputs(RNG, DESIGN, 1500)
TRUTH = np.asarray(Golden(DESIGN).run(INPUTS)).tolist()
BAUD = 45_000_000 // 4


@pytest.fixture(scope="module")
def board() -> Iterator[VirtualBoard]:
    with VirtualBoard(DESIGN, lanes=2, baud=BAUD) as board:
        yield board


@pytest.fixture()
def files(tmp_path: Path) -> Path:
    """The design, and inputs in units with a column of its true first output."""
    save(DESIGN, tmp_path / "d.lgd")
    reals = DESIGN.input.decode(INPUTS[:40])
    truth = DESIGN.output.decode(TRUTH[:40])
    names = [channel.name for channel in DESIGN.input.channels]
    rows = [",".join([*names, "a", "b"])]
    rows += [",".join(map(repr, [*u, *y])) for u, y in zip(reals.tolist(), truth.tolist())]
    (tmp_path / "in.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_a_bad_line_and_an_unplugged_device(board: VirtualBoard) -> None:
    line = BadLine(lambda: open_port(board.device, baud=BAUD), Random(3), damage=4e-4,
                   loss=2e-4, drop=2e-3)
    host = Host(port=line, design=DESIGN, reopen=line.reopen)
    assert host.run(INPUTS) == TRUTH
    assert min(line.damaged, line.lost, line.dropped) > 0
    assert host.counts.samples == len(INPUTS) and host.counts.reconnections == line.dropped
    line.close()


def test_a_device_that_stays_away(board: VirtualBoard) -> None:
    def gone() -> Any:
        raise OSError("no such device")

    line = BadLine(lambda: open_port(board.device, baud=BAUD), Random(3), damage=0, loss=0, drop=1)
    with pytest.raises(LinkError, match="the port is gone, and did not come back for 0.2 s: no su"):
        Host(port=line, design=DESIGN, reopen=gone, patience=0.2).check()
    with pytest.raises(OSError, match="the device is gone"):
        Host(port=line, design=DESIGN).check()


def test_stream_writes_what_golden_says(
    board: VirtualBoard, files: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = [str(files / "d.lgd"), "--input", str(files / "in.csv")]
    port = ["--port", board.device]
    assert main(["stream", *arguments, *port, "-o", str(files / "out.csv"), "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["samples"] == 40 and plain["digest"] == DESIGN.digest
    assert plain["latency_max_s"] >= plain["latency_mean_s"] > 0
    assert main(["run", *arguments, "-o", str(files / "golden.csv")]) == 0
    assert (files / "out.csv").read_bytes() == (files / "golden.csv").read_bytes()
    capsys.readouterr()
    assert main(["stream", *arguments, *port]) == 0
    out, err = capsys.readouterr()
    assert out == (files / "golden.csv").read_text() and err.startswith("40 samples, ")


def test_a_row_in_a_row_out(
    board: VirtualBoard, files: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = (files / "in.csv").read_text().splitlines()[:6]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(text)))
    arguments = ["stream", str(files / "d.lgd"), "--port", board.device, "--input", "-"]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ",".join(channel.name for channel in DESIGN.output.channels)
    values = [[float(word) for word in line.split(",")] for line in lines[1:]]
    assert values == DESIGN.output.decode(TRUTH[:5]).tolist()
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([*text[:2], "1,x,0,0"])))
    assert main(arguments) == 2
    name = DESIGN.input.channels[1].name
    assert capsys.readouterr().err == (
        f"error: standard input: row 3, column '{name}' must be a number, not 'x'\n")


def test_monitor_draws_the_run(
    board: VirtualBoard, files: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["monitor", str(files / "d.lgd"), "--port", board.device, "--input",
                 str(files / "in.csv"), "-o", str(files / "m.png"), "--json"]
    assert main([*arguments, "--target", "a", "--target", "b"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["nrmse"] == 0 and plain["samples"] == 40
    assert (files / "m.png").read_bytes().startswith(b"\x89PNG")
    assert main([*arguments, "--target", "a"]) == 2
    assert "--target must be given once an output channel, 2 times" in capsys.readouterr().err
    assert main([*arguments, "--horizon", "40"]) == 2
    assert "must have more than 40 rows" in capsys.readouterr().err


def test_the_terminals_plot() -> None:
    steps = np.sin(np.arange(300) / 9)
    plain = terminal_plot("u", "y", steps, steps / 2, np.full(300, np.nan), width=60, height=20)
    assert "output y" in plain and "error" not in plain
    truth = terminal_plot("u", "y", steps, steps / 2, steps, width=60, height=20)
    assert "error" in truth and len(truth.splitlines()) <= 21


def test_another_design_and_no_device(
    board: VirtualBoard, files: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    other = random_design(RNG, neurons=9, inputs=2, outputs=2, signed=True, feedback=True)
    save(other, files / "other.lgd")
    arguments = ["--input", str(files / "in.csv"), "--port", board.device]
    assert main(["stream", str(files / "other.lgd"), *arguments, "-o", str(files / "o")]) == 2
    assert capsys.readouterr().err == (
        f"error: the board must hold design {other.digest}, not {DESIGN.digest}\n")
    arguments[-1] = str(files / "none")
    assert main(["stream", str(files / "d.lgd"), *arguments]) == 2
    assert f"error: {files / 'none'}: can not be opened as a serial" in capsys.readouterr().err
    assert not (files / "o").exists()


def test_board_stays_until_it_is_interrupted(
    board: VirtualBoard, files: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    device = files / "tty"
    command = ["board", str(files / "d.lgd"), "--virtual", "--lanes", "2", "--baud", str(BAUD),
               "--device", str(device)]
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; from liquidgate.cli import main; sys.exit(main())",
         *command, "--json"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    while "}" not in line:
        line += process.stdout.readline()
    assert json.loads(line)["device"] == str(device)
    assert main(["board", str(files / "d.lgd"), "--port", str(device), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == DESIGN.digest
    assert main(command) == 2
    assert capsys.readouterr().err == f"error: {device}: is already there\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert not device.is_symlink()
    assert main(["board", str(files / "d.lgd")]) == 2
    assert "give --virtual or --port DEVICE, not neither" in capsys.readouterr().err
