"""What the commands are given: good files once a session, and the command itself in-process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import csv_text
from designs import random_design
from designs_cfc import random_design as random_cfc
from designs_lsm import random_design as random_lsm

from liquidgate.cli import main
from liquidgate.spec import Channel, Design, Port, save

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """(exit code, standard output, standard error) of a command."""
    def call(*arguments: Any) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return call


@pytest.fixture(scope="session")
def design() -> Design:
    return random_design(np.random.default_rng(7), neurons=12, inputs=2, outputs=1, name="little")


@pytest.fixture(scope="session")
def rows() -> np.ndarray:
    """(200, 3): two waves and a constant."""
    t = np.arange(200)
    return np.column_stack([np.sin(t / 3), np.cos(t / 7), np.full(200, 5.0)])


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, design: Design, rows: np.ndarray) -> Path:
    """good.lgd, its inputs u.csv, a series good.csv, and a trained model in trained/; timed.lgd,
    whose input u1 is an interval, and spikes.lgd, whose inputs a and b are spikes."""
    folder = tmp_path_factory.mktemp("good")
    save(design, folder / "good.lgd")
    rng, bits = np.random.default_rng(7), Port(1, False, (Channel("a", 0), Channel("b", 0)))
    save(random_cfc(rng, neurons=3, inputs=2, timed=True), folder / "timed.lgd")
    save(random_lsm(rng, neurons=3, encoder="direct", port=bits), folder / "spikes.lgd")
    (folder / "u.csv").write_text(csv_text(["u0", "u1"], rows[:30, :2]))
    (folder / "good.csv").write_text(csv_text(["x", "y", "flat"], rows))
    (folder / "net.toml").write_text("[network]\nunits = 10\nwarmup = 10\n")
    assert main(["train", str(folder / "good.csv"), "--input", "x", "--target", "y",
                 "--config", str(folder / "net.toml"), "-o", str(folder / "trained")]) == 0
    return folder
