"""What the commands do with good input."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import csv_text
from designs import random_design
from designs_chain import random_design as random_chain

from liquidgate.boards import BOARDS, NotFitError, Report
from liquidgate.boards.fit import largest
from liquidgate.boards.report import Cells
from liquidgate.cli.columns import check_inputs, checked_rows
from liquidgate.config import config_from, plain_config, read_config
from liquidgate.golden import Golden
from liquidgate.spec import Design, load, save
from liquidgate.train.data import names
from liquidgate.train.esn_model import ESN
from liquidgate.train.liquids import find

WRITTEN = ["design.lgd", "forecast.png", "forecast.svg", "model.npz", "quantise.png",
           "report.json"]


def test_train_writes_design_model_report_and_pictures(good: Path) -> None:
    trained = good / "trained"
    assert sorted(path.name for path in trained.iterdir()) == WRITTEN
    report = json.loads((trained / "report.json").read_text())
    design = load(trained / "design.lgd")
    assert report["digest"] == design.digest and report["network"]["units"] == 10
    assert report["network"]["weight_bits"] == report["formats"]["weight_bits"] == 8
    assert [c.name for c in design.input.channels] == ["x"]
    assert [c.name for c in design.output.channels] == ["y"]
    assert set(report["baselines"]) == {"persistence", "FIR(20)", "no reservoir"}
    assert len(report["quantise"]["points"]) == 5
    assert 0 < report["float"] and 0 < report["fixed"]


def test_train_says_the_report_as_json(run: Any, good: Path, tmp_path: Path) -> None:
    code, out, err = run("train", good / "good.csv", "--input", "x", "--target", "y", "--config",
                         good / "net.toml", "-o", tmp_path / "d", "--name", "mine", "--json")
    assert (code, err) == (0, "")
    plain = json.loads(out)
    assert plain == json.loads((tmp_path / "d" / "report.json").read_text())
    assert plain["design"] == load(tmp_path / "d" / "design.lgd").name == "mine"
    # the same seed gives the same network, whatever it is called
    assert replace(load(tmp_path / "d" / "design.lgd"), name="good") == load(
        good / "trained" / "design.lgd")


def test_train_a_classifier_and_run_it(run: Any, tmp_path: Path) -> None:
    config = tmp_path / "net.toml"
    config.write_text("[network]\nunits = 20\n")
    code, out, _ = run("train", "japanese_vowels", "--config", config, "-o", tmp_path / "d",
                       "--json")
    assert code == 0 and json.loads(out)["fixed"] > 0.5
    design = load(tmp_path / "d" / "design.lgd")
    names = [c.name for c in design.input.channels]
    (tmp_path / "in.csv").write_text(csv_text(names, np.zeros((3, len(names)))))
    code, out, _ = run("run", tmp_path / "d" / "design.lgd", "--input", tmp_path / "in.csv")
    table = list(csv.DictReader(out.splitlines()))
    assert code == 0 and len(table) == 3
    assert table[0]["class"] in table[0] and table[0]["class"].startswith("class_")


def test_train_searches(run: Any, good: Path, tmp_path: Path) -> None:
    config = tmp_path / "net.toml"
    config.write_text("[network]\nunits = 5\nwarmup = 5\n[search]\nbudget = 2\n")
    code, out, _ = run("train", good / "good.csv", "--input", "x", "--target", "y", "--config",
                       config, "-o", tmp_path / "d", "--json")
    assert code == 0 and len(json.loads(out)["search"]["trials"]) == 2


def test_train_lists_tasks(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = {plain["name"]: plain for plain in json.loads(run("train", "list", "--json")[1])}
    assert list(tasks) == list(names())
    for plain in tasks.values():
        assert plain["licence"] and plain["source"] and plain["rows"] > 300
        assert len(plain["units"]) == 2 and set(plain["split"]) == {"train", "validation", "test"}
    assert tasks["laser"]["split"]["test"] == [3000, 4000]
    monkeypatch.setattr("liquidgate.train.data.registry.importlib.util.find_spec",
                        lambda name: None)
    shown = run("train", "list")[1]
    assert "narma10" in shown and "generated" in shown and "pywavelets" in shown


def test_quantise_again(run: Any, good: Path, tmp_path: Path) -> None:
    code, out, _ = run("quantise", good / "trained", "--state-bits", 9, "-o", tmp_path / "d",
                       "--json")
    assert code == 0 and json.loads(out)["formats"]["state_bits"] == 9
    assert load(tmp_path / "d" / "design.lgd").liquid.state.width == 9
    # and again from what that wrote; formats not given stay
    code, out, _ = run("quantise", tmp_path / "d" / "model.npz", "--readout-bits", 10, "-o",
                       tmp_path / "e", "--json")
    assert code == 0 and json.loads(out)["formats"]["state_bits"] == 9


@pytest.mark.parametrize("budget", [("--within", "0.5"), ("--budget", "4000")])
def test_quantise_to_a_budget(budget: tuple[str, str], run: Any, good: Path,
                              tmp_path: Path) -> None:
    code, out, _ = run("quantise", good / "trained", *budget, "-o", tmp_path / "d", "--json")
    assert code == 0
    if budget[0] == "--budget":
        assert json.loads(out)["quantise"]["memory_bits"] > 0


def test_info(run: Any, good: Path, design: Design) -> None:
    code, out, err = run("info", good / "good.lgd", "--json", "--lanes", 2)
    plain = json.loads(out)
    assert (code, err) == (0, "")
    assert plain["digest"] == design.digest and plain["schedule"]["lanes"] == 2
    assert [p["point"] for p in plain["cast_points"]] == [
        "preactivation", "activation", "deviation", "state", "output"]
    assert design.digest in run("info", good / "good.lgd")[1]


def test_run_is_golden_in_real_units(run: Any, good: Path, design: Design, rows: Any,
                                     tmp_path: Path) -> None:
    expected = design.output.decode(Golden(design).run(design.input.encode(rows[:30, :2])))
    name = design.output.channels[0].name
    code, out, err = run("run", good / "good.lgd", "--input", good / "u.csv")
    assert (code, err) == (0, "")
    assert [float(row[name]) for row in csv.DictReader(out.splitlines())] == expected[:, 0].tolist()
    code, shown, _ = run("run", good / "good.lgd", "--input", good / "u.csv", "-o",
                         tmp_path / "o.csv", "--json")
    assert (tmp_path / "o.csv").read_text() == out and json.loads(shown)["rows"] == 30
    code, shown, _ = run("run", good / "good.lgd", "--input", good / "u.csv", "--json")
    assert json.loads(shown)["outputs"] == {name: expected[:, 0].tolist()}


def test_run_counts_what_it_clips(run: Any, good: Path, tmp_path: Path) -> None:
    (tmp_path / "far.csv").write_text("u0,u1\n1e30,0\n0,-1e30\n0,0\n")
    out = run("run", good / "good.lgd", "--input", tmp_path / "far.csv", "--json")[1]
    assert json.loads(out)["clipped"] == 2


def test_verilog_then_verify_then_a_damaged_one(run: Any, good: Path, tmp_path: Path) -> None:
    code, out, _ = run("verilog", good / "good.lgd", "-o", tmp_path, "--lanes", 2, "--json")
    assert code == 0 and all(Path(name).is_file() for name in json.loads(out)["files"])
    verilog = tmp_path / "little.v"
    # the lanes are those of the file
    code, out, err = run("verify", good / "good.lgd", "--verilog", verilog, "--input",
                         good / "u.csv", "--steps", 5, "--waves", "-o", tmp_path / "v", "--json")
    plain = json.loads(out)
    assert (code, err) == (0, "")
    assert plain["lanes"] == 2 and plain["inputs"] >= 5 and plain["mismatches"] == 0
    assert json.loads((tmp_path / "v" / "verify.json").read_text()) == plain
    assert (tmp_path / "v" / "little.vcd").stat().st_size > 1000
    assert "cycles compared" in run("report", tmp_path / "v")[1]

    text, changes = re.subn(r"o__valid <= (\S+)", r"o__valid <= ~\1", verilog.read_text())
    assert changes == 1
    verilog.write_text(text)
    code, out, err = run("verify", good / "good.lgd", "--verilog", verilog, "--steps", 3)
    assert (code, err) == (1, "")
    assert "FIRST MISMATCH: clock" in out and "pin o__valid" in out


def report_of(design: Design, **changes: Any) -> Report:
    return replace(Report(
        board="icebreaker", design=design.name, digest=design.digest, lanes=4, baud=1_000_000,
        clock_hz=45_000_000, fmax_hz=0.0, interval=10, latency=20, core_samples=1.0,
        uart_samples=1.0, seed=0, bitstream="", sha256="", key="",
        cells=(Cells("EBR", 99, 30, True),), path=(),
        problems=("EBR: 99 needed, the board has 30: fewer neurons",), tools=(), seconds=(),
    ), **changes)


def test_build_says_what_does_not_fit(run: Any, good: Path, design: Design, tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    def build(design: Design, board: str, lanes: int, directory: Path, **_: Any) -> Report:
        report = report_of(design)
        report.save(directory)
        raise NotFitError(report)

    monkeypatch.setattr("liquidgate.boards.build", build)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "little.bin").touch()
    code, out, err = run("build", good / "good.lgd", "--board", "icebreaker", "-o", tmp_path / "d")
    assert (code, err) == (1, "")
    assert "99 (estimated)" in out and "does not fit: EBR: 99 needed" in out
    # the report is there; a bitstream that is not the report's is not
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["report.json"]
    assert "too much" in run("report", tmp_path / "d")[1]


def test_fit_and_the_largest(run: Any, good: Path) -> None:
    code, out, err = run("fit", good / "good.lgd", "--lanes", 2, "--json")
    plain = json.loads(out)
    assert (code, err) == (0, "") and [row["board"] for row in plain["boards"]] == list(BOARDS)
    first = plain["boards"][0]
    assert set(first["cells"]) == {"LC", "EBR", "DSP"}
    assert first["samples"] == pytest.approx(45e6 / first["interval"])
    code, out, _ = run("fit", good / "good.lgd")
    assert code == 0 and "icebreaker" in out and "had not seen" in out
    assert run("fit", good / "good.lgd", "--lanes", 3)[0] == 2
    assert run("boards", "--lanes", 3)[0] == 2
    rows = json.loads(run("boards", "--lanes", 8, "--json")[1])
    assert all(row["neurons"] == largest(BOARDS[row["board"]], 8) for row in rows)


def test_boards(run: Any) -> None:
    boards = {row["board"]: row for row in json.loads(run("boards", "--json")[1])}
    assert len(boards) == 11 and boards["icebreaker"]["budget"]["DSP"] == 8
    assert all(row["link"] and row["clock_hz"] > 10e6 for row in boards.values())


def test_a_clock_that_is_none(run: Any, good: Path, tmp_path: Path) -> None:
    code, _, err = run("build", good / "good.lgd", "--board", "icebreaker", "--clock", "fast",
                       "-o", tmp_path / "d")
    assert (code, err) == (2, "error: clock must be MHz or 'auto', not 'fast'\n")


def test_report_shows_a_training(run: Any, good: Path) -> None:
    code, out, _ = run("report", good / "trained")
    assert code == 0 and "persistence" in out and "preactivation" in out
    for word in ("requested", "realised", "leak", "spectral radius", "activity", "vanished"):
        assert word in out
    assert list(json.loads(run("report", good, "--json")[1])) == ["trained/report.json"]


def test_version(run: Any) -> None:
    assert run("--version")[1] == "liquidgate 0.1.0\n"


def test_the_configuration_is_the_network_and_back(tmp_path: Path) -> None:
    assert set(find("esn").parameters()) == set(ESN().get_params())
    path = tmp_path / "net.toml"
    path.write_text("[network]\nunits = 7\nlr = [0.1, 0.2]\nridge = 'cv'\n"
                    "[formats]\nstate_bits = 9\n[search]\nbudget = 3\n")
    config = read_config(path)
    assert config.network.changes() == {"units": 7, "lr": [0.1, 0.2], "ridge": "cv"}
    assert config.network.liquid == "esn" == read_config(path, liquid="esn").network.liquid
    assert (config.formats.state_bits, config.search.budget) == (9, 3)
    assert config_from(plain_config(config)) == config


def test_a_name_of_verilog_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="name must be no word of Verilog's own, not 'table'"):
        save(random_design(np.random.default_rng(1), neurons=2, name="table"), tmp_path / "t.lgd")


def test_a_table_among_the_parameters(run: Any, good: Path, tmp_path: Path) -> None:
    """The probabilities of connections of a liquid state machine, from file to report and model."""
    path = tmp_path / "c.toml"
    path.write_text("[network]\nliquid = 'lsm'\nunits = 20\nwarmup = 10\ninput_delay = 2\n"
                    "input_connectivity = 1.0\n[network.connection]\nEE = 0.5\nII = 0\n")
    config = read_config(path)
    assert config.network.parameters["connection"] == {"EE": 0.5, "II": 0}
    assert config_from(plain_config(config)) == config
    out = tmp_path / "out"
    assert run("train", good / "good.csv", "--input", "x", "--target", "x", "--config", path,
               "-o", out)[0] == 0
    assert json.loads((out / "report.json").read_text())["network"]["connection"] == {
        "EE": 0.5, "II": 0}
    assert run("quantise", out, "-o", tmp_path / "again")[0] == 0
    assert ((tmp_path / "again" / "design.lgd").read_bytes()
            == (out / "design.lgd").read_bytes())


def test_rows_that_come_are_checked_as_they_come(good: Path) -> None:
    timed = load(good / "timed.lgd")
    rows = checked_rows(["u0,u1\n", "0,1\n", "0,-1\n"], "standard input", timed)
    assert next(rows) == [0.0, 1.0]
    with pytest.raises(ValueError, match="standard input: row 3, column 'u1' must be an interval "
                                         "of at least 0, not -1"):
        next(rows)


def test_the_interval_of_a_chain_may_be_any_channel() -> None:
    for seed in range(1000):
        found = random_chain(np.random.default_rng(seed), neurons=6, stages=2)
        chain = found.liquid
        if found.inputs > 1 and chain.interval >= 0 and not getattr(chain.stages[0], "timed", 0):
            break
    design = replace(found, liquid=replace(chain, interval=0))
    rows = np.ones((2, design.inputs))
    rows[1, -1] = -1.0
    check_inputs("in.csv", design, rows)
    rows[1, 0] = -1.0
    name = design.input.channels[0].name
    with pytest.raises(ValueError, match=f"in.csv: row 3, column '{name}' must be an interval of "):
        check_inputs("in.csv", design, rows)
