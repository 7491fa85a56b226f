"""Bad input: exit code 2, one line that names what is wrong, and nothing left behind."""

from __future__ import annotations

import errno
import os
import resource
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bad_inputs import CASES, CONFIG_TEXTS, write_bad_files
from cli_helpers import snapshot


def check(run: Any, arguments: list[str], words: str) -> None:
    code, out, err = run(*arguments)
    assert code == 2, (code, out, err)
    assert out == ""
    assert err.startswith("error: ") and err.count("\n") == 1 and err.endswith("\n"), err
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("name", "command", "words"), CASES, ids=[case[0] for case in CASES])
def test_one_line_exit_2_and_nothing_left(
    name: str, command: str, words: str, run: Any, good: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, out = tmp_path / "bad", tmp_path / "out"
    bad.mkdir()
    out.mkdir()
    write_bad_files(good, bad)
    if CONFIG_TEXTS.get(name):
        (bad / "config.toml").write_text(CONFIG_TEXTS[name])
    monkeypatch.chdir(out)
    before = snapshot(tmp_path), snapshot(good)
    places = {"good": good, "bad": bad, "out": out}

    check(run, shlex.split(command.format(**places)), words.format(**places))

    assert (snapshot(tmp_path), snapshot(good)) == before


def test_forty_kinds() -> None:
    assert len({name for name, _, _ in CASES}) == len(CASES) >= 40


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses to let a file grow beyond ``size`` bytes: a full disk, even for root."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("command", [
    "train {good}/good.csv --input x --target y --config {good}/net.toml -o {out}/deep/d",
    "quantise {good}/trained -o {out}/d",
    "run {good}/good.lgd --input {good}/u.csv -o {out}/o.csv",
])
def test_a_full_disk(command: str, run: Any, good: Path, tmp_path: Path) -> None:
    with files_of_at_most(50):
        check(run, shlex.split(command.format(good=good, out=tmp_path)),
              str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_what_was_there(
    run: Any, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["verilog", str(good / "good.lgd"), "-o", str(tmp_path / "d")]
    assert run(*command, "--lanes", "1")[0] == 0
    before = snapshot(tmp_path)

    def full(handle: int, mode: str) -> None:
        os.close(handle)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("liquidgate.spec.lgd.os.fdopen", full)
    check(run, command, f"{tmp_path}/d: No space left on device")
    assert snapshot(tmp_path) == before


def test_refused_verilog(run: Any, good: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.v"
    broken.write_text("module little(\n")
    check(run, ["verify", str(good / "good.lgd"), "--verilog", str(broken)],
          f"verilator failed: %Error: {broken}:")


def test_verilog_of_another_design(run: Any, good: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.v"
    other.write_text("// little: 4 lanes.\n// Digest 0123456789abcdef\nmodule little; endmodule\n")
    check(run, ["verify", str(good / "good.lgd"), "--verilog", str(other)],
          f"error: {other} must be of the design with the digest ")


def test_verilog_of_another_interface(run: Any, good: Path, tmp_path: Path) -> None:
    assert run("verilog", good / "good.lgd", "-o", tmp_path, "--interface", "axis")[0] == 0
    text = tmp_path / "little.v"
    check(run, ["verify", str(good / "good.lgd"), "--verilog", str(text)],
          f"error: {text} must have the interface stream, not axis")
