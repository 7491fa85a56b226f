"""A readout trained anew for a circuit that is there; the commands of docs/retraining.md."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import liquidgate as lg
from liquidgate.cli import main
from liquidgate.spec import Design, load, save
from liquidgate.spec.readout_map import circuit_digest
from liquidgate.train.quantise.retrain import retrain
from liquidgate.virtual import VirtualBoard

PAGE = Path(__file__).parents[1] / "docs" / "retraining.md"
DATA = lg.load_data("laser")
VALUES = DATA.inputs[:900]


@pytest.fixture(scope="module")
def design() -> Design:
    """The value a row ahead."""
    u, y = VALUES[:-1], VALUES[1:]
    model = lg.ESN(units=20, lr=0.7, sr=0.7, input_scaling=0.5, warmup=50, seed=1).fit(u, y)
    return lg.quantise(model, u, y, name="laser", input_names=["intensity"],
                       output_names=["intensity"]).design


def error(design: Design, horizon: int) -> float:
    found = design.output.decode(lg.Golden(design).run(design.input.encode(VALUES)))
    return float(lg.nrmse(VALUES[100 + horizon:], found[100:-horizon]))


def test_another_horizon_for_the_same_circuit(design: Design) -> None:
    new, ridge = retrain(design, VALUES[:-3], VALUES[3:])
    assert circuit_digest(new) == circuit_digest(design) and new.digest != design.digest
    assert replace(new, readout=design.readout) == design and ridge > 0
    assert error(new, 3) < 0.8 * error(design, 3)
    same, _ = retrain(design, VALUES[:-1], VALUES[1:])
    assert error(same, 1) < 1.1 * error(design, 1)


def test_weights_that_do_not_fit_get_a_stronger_ridge(design: Design) -> None:
    coarse = replace(design, readout=replace(design.readout, shift=design.readout.shift + 3))
    new, ridge = retrain(coarse, VALUES[:-1], VALUES[1:], ridge=0.0)
    assert ridge > 0 and np.abs(new.readout.weights).max() < 1 << (new.readout.weight_width - 1)


def test_what_can_not_be_retrained(design: Design) -> None:
    with pytest.raises(ValueError, match="targets must be 900 x 1, as inputs and outputs are, not"):
        retrain(design, VALUES, VALUES[:-1])
    with pytest.raises(ValueError, match=r"warmup must be in 0..898, so that 2 of 900 rows are "
                                         "left, not 899"):
        retrain(design, VALUES, VALUES, warmup=899)
    with pytest.raises(ValueError, match="targets must suit the range of the outputs"):
        retrain(design, VALUES, VALUES * 1e6)


def test_a_target_that_does_not_move(
    design: Design, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(design, tmp_path / "old.lgd")
    rows = [f"{value!r},0.5" for value in VALUES[:300, 0].tolist()]
    (tmp_path / "flat.csv").write_text("\n".join(["intensity,flat", *rows, ""]))
    assert main(["retrain", str(tmp_path / "old.lgd"), "--input", str(tmp_path / "flat.csv"),
                 "--target", "flat", "-o", str(tmp_path / "new.lgd")]) == 0
    assert "200 rows, ridge" in capsys.readouterr().out
    assert load(tmp_path / "new.lgd").readout != design.readout


def test_the_page_runs(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("build/laser")
    folder.mkdir(parents=True)
    save(design, folder / "design.lgd")
    for name, rows in (("in.csv", 120), ("new.csv", 900)):
        Path(name).write_text("\n".join(["intensity", *map(repr, VALUES[:rows, 0].tolist()), ""]))
    commands = [shlex.split(line)[1:] for line in re.findall(r"^\$ (.*)$", PAGE.read_text(), re.M)]
    names = [command[0] for command in commands]
    assert names == ["build", "board", "retrain", "load", "stream", "stream"]
    assert commands[1][1:] == ["build/laser/design.lgd", "--virtual", "--readout", "ram",
                               "--device", "build/laser/tty"]
    with VirtualBoard(design, device="build/laser/tty", readout="ram"):
        for command in commands[2:]:
            assert main(command) == 0, capsys.readouterr().err
    new = load(folder / "retrained.lgd")
    out = capsys.readouterr().out
    switch = re.search(r"from row (\d+) on by the readout of build/laser/design.lgd", out)
    assert "laser is in use at build/laser/tty" in out and switch is not None
    golden = lg.Golden(new)
    raws = design.input.encode(VALUES[:120])
    first = golden.run(raws[: int(switch[1]) - 1])
    golden.exchange(design)
    expected = design.output.decode(np.concatenate([first, golden.run(raws[len(first):])]))
    written = [float(line) for line in Path("out.csv").read_text().splitlines()[1:]]
    assert written == expected[:, 0].tolist() and 0 < len(first) < 120
