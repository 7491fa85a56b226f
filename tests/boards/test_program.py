"""Bitstreams into boards: what is run, and what is said when it can not be."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from liquidgate.boards import Report, ToolError, tools
from liquidgate.boards.program import job, run
from liquidgate.boards.registry import BOARDS
from liquidgate.cli import main

REPORT = Report(
    board="icebreaker", design="little", digest="ab" * 32, lanes=4, baud=1_000_000,
    clock_hz=45_000_000, fmax_hz=46e6, interval=10, latency=20, core_samples=1.0,
    uart_samples=1.0, seed=1, bitstream="little.bin", sha256=hashlib.sha256(b"bits").hexdigest(),
    key="", cells=(), path=(), problems=(), tools=(), seconds=(),
)


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    REPORT.save(tmp_path)
    (tmp_path / "little.bin").write_bytes(b"bits")
    return tmp_path


def test_the_boards_own_name_and_the_bitstream_of_the_report(folder: Path) -> None:
    found = job(folder)
    assert found.arguments == ("-b", "ice40_generic", "--write-flash", str(folder / "little.bin"))
    assert (found.board, found.digest) == ("icebreaker", "ab" * 32)


def test_a_bitstream_that_is_not_the_reports(folder: Path) -> None:
    (folder / "little.bin").write_bytes(b"other")
    with pytest.raises(ValueError, match="little.bin: its SHA-256 must be "):
        job(folder)
    replace(REPORT, problems=("LC: too many",), bitstream="").save(folder)
    with pytest.raises(ValueError, match="holds no bitstream: the design does not fit icebreaker"):
        job(folder)


@pytest.mark.parametrize(("said", "message"), [
    ("unable to open ftdi device: -3 (device not found)", "no icebreaker is plugged in, or its U"),
    ("error while loading shared libraries: libusb-1.0.so.0", "system's package libusb-1.0-0"),
    ("Error: flash is locked", "Error: flash is locked"),
])
def test_what_it_says(folder: Path, monkeypatch: pytest.MonkeyPatch,
                      capsys: pytest.CaptureFixture[str], said: str, message: str) -> None:
    def failing(tool: str, arguments: list[str], directory: Path) -> str:
        raise ToolError(f"{tool} failed: {said}", said)

    monkeypatch.setattr(tools, "run", failing)
    with pytest.raises(ToolError, match=message):
        run(job(folder))
    assert main(["program", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("openFPGALoader -b ice40_generic --write-flash ")
    assert err.startswith("error: openFPGALoader failed: ") and err.count("\n") == 1


def test_the_upduino_has_another_cable(folder: Path) -> None:
    replace(REPORT, board="upduino").save(folder)
    assert job(folder).arguments[:4] == ("-b", "ice40_generic", "-c", "ft232")


@pytest.mark.parametrize(("option", "names"), [
    ("--list-boards", {board.loader for board in BOARDS.values()}),
    ("--list-cables", {board.cable for board in BOARDS.values() if board.cable}),
])
def test_openfpgaloader_knows_every_board(option: str, names: set[str]) -> None:
    try:
        said = tools.run("openFPGALoader", [option], Path.cwd())
    except ToolError as error:
        pytest.skip(str(error))
    assert names <= {line.split()[0] for line in said.splitlines() if line.strip()}


def test_a_folder_without_a_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["program", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
