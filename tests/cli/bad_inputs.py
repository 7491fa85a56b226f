"""Kinds of bad input: a command, and what its one line of error must name.

In commands and words, {good} is a folder of good files, {bad} one of bad ones, {out} an empty one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from bad_liquids import LIQUID_CONFIGS, SENSE

from liquidgate.boards import BOARDS
from liquidgate.train.liquids import kinds

LIQUIDS = ", ".join(kinds())

INFO, RUN = "info {bad}/", "run {good}/good.lgd --input {bad}/"
CSV = "train {bad}/"
SERIES = "train {good}/good.csv --input x --target y -o {out}/d "
CONFIG = "--config {bad}/config.toml"
AGAIN = "quantise {good}/trained -o {out}/d "
DESIGN = "{good}/good.lgd"

DESIGN_FILES = [
    ("missing file", INFO + "none.lgd", "none.lgd: No such file"),
    ("empty file", INFO + "empty", "{bad}/empty: not a design file"),
    ("binary file", INFO + "binary", "{bad}/binary: not a design file"),
    ("folder", INFO + "folder", "{bad}/folder: Is a directory"),
    ("truncated", INFO + "truncated.lgd", "truncated.lgd: not a design file or a damaged one"),
    ("tampered", INFO + "tampered.lgd", "tampered.lgd: the digest must be"),
    ("other schema", INFO + "schema.lgd", "schema.lgd: schema must be 1, not 2"),
    ("other JSON", INFO + "list.json", "list.json: not a design file"),
    ("nested too deep", INFO + "deep.json", "deep.json: not a design file"),
    ("field missing", INFO + "field.lgd", "field.lgd: design.readout is missing"),
    ("illegal design", INFO + "illegal.lgd", "illegal.lgd: design: name must be"),
]
NUMBERS = [
    ("lanes 0", f"info {DESIGN} --lanes 0", "lanes must be in 1..64, not 0"),
    ("lanes 3", f"verilog {DESIGN} --lanes 3 -o {{out}}/d", "lanes must be a power of two"),
    ("lanes negative", f"verilog {DESIGN} --lanes -4 -o {{out}}/d", "lanes must be in 1..64"),
    ("unknown interface", f"verilog {DESIGN} --interface apb -o {{out}}/d",
     "interface must be one of axis, bare, stream, wishbone, not 'apb'"),
    ("no interface", f"verilog {DESIGN} -o {{out}}/d --interface", "--interface"),
    ("interface of a build", f"build {DESIGN} --board icebreaker --interface axis -o {{out}}/d",
     "--interface"),
    ("lanes of an interface", f"verilog {DESIGN} --lanes 3 --interface bare -o {{out}}/d",
     "lanes must be a power of two"),
    ("lanes 128", f"verify {DESIGN} --lanes 128", "lanes must be in 1..64, not 128"),
    ("lanes a word", f"info {DESIGN} --lanes four", "--lanes"),
    ("steps 0", f"verify {DESIGN} --steps 0", "steps must be at least 1, not 0"),
    ("steps negative", f"verify {DESIGN} --steps -1", "steps must be at least 1, not -1"),
    ("unknown stalls", f"verify {DESIGN} --stalls some", "stalls must be one of none, random"),
    ("verify seed", f"verify {DESIGN} --seed -1", "seed must be at least 0, not -1"),
    ("unknown board", f"build {DESIGN} --board pdp11 -o {{out}}/d",
     f"board must be one of {', '.join(BOARDS)}, not 'pdp11'"),
    ("no board", f"build {DESIGN} -o {{out}}/d", "--board"),
    ("fit lanes", f"fit {DESIGN} --lanes 3", "lanes must be a power of two"),
    ("boards lanes", "boards --lanes 0", "lanes must be"),
    ("build lanes", f"build {DESIGN} --board icebreaker --lanes 0 -o {{out}}/d", "lanes must be"),
    ("freq 0", f"build {DESIGN} --board icebreaker --freq 0 -o {{out}}/d", "freq must be in"),
    ("freq NaN", f"build {DESIGN} --board icebreaker --freq nan -o {{out}}/d", "freq must be in"),
    ("swappable on Gowin", f"build {DESIGN} --board tangnano9k --swappable -o {{out}}/d",
     "swappable must be False for tangnano9k"),
    ("swap in no build", f"swap {{bad}} {DESIGN} -o {{out}}/d", "{bad}/report.json: No such file"),
    ("swap of no design", "swap {bad} {bad}/empty -o {out}/d", "{bad}/empty: not a design file"),
    ("retrain to nowhere",
     f"retrain {DESIGN} --input {{good}}/good.csv --target y -o {{out}}/no/n.lgd",
     "{out}/no/n.lgd: there is no folder"),
    ("load of no design", "load {bad}/none.lgd --port {out}/tty", "none.lgd: No such file"),
    ("readout", f"verilog {DESIGN} --readout flash -o {{out}}/d", "readout must be rom or ram"),
    ("netlist of nothing", f"verify {DESIGN} --netlist {{out}}/none", "{out}/none"),
    ("swap to nowhere", f"swap {{bad}} {DESIGN}", "--output"),
    ("netlist of no board", f"verify {DESIGN} --netlist pdp11",
     f"netlist must be a board ({', '.join(BOARDS)}) or the folder of a build, not 'pdp11'"),
    ("netlist of no build", f"verify {DESIGN} --netlist {{bad}}",
     "{bad}/report.json: No such file"),
    ("netlist and Verilog", f"verify {DESIGN} --netlist hx8k --verilog x.v", "not both"),
    ("baud 0", f"build {DESIGN} --board icebreaker --baud 0 -o {{out}}/d", "baud"),
]
OUTPUTS = [
    ("folder under a file", f"verilog {DESIGN} -o {{bad}}/empty/d", "{bad}/empty/d: Not a dir"),
    ("file as folder", f"verilog {DESIGN} -o {{bad}}/empty", "{bad}/empty: must be a folder"),
    ("unwritable folder", f"verilog {DESIGN} -o /proc/none/d", "/proc/none/d: No such file"),
    ("train under a file", "train {good}/good.csv --input x --target y -o {bad}/empty/d",
     "{bad}/empty/d: Not a directory"),
    ("build under a file", f"build {DESIGN} --board icebreaker -o {{bad}}/empty/d",
     "{bad}/empty/d: Not a directory"),
    ("verify under a file", f"verify {DESIGN} -o {{bad}}/empty/d", "{bad}/empty/d: Not a dir"),
    ("full device", f"run {DESIGN} --input {{good}}/u.csv -o /dev/full",
     "/dev/full: No space left on device"),
    ("CSV into no folder", f"run {DESIGN} --input {{good}}/u.csv -o {{out}}/none/o.csv",
     "{out}/none: no such folder"),
    ("CSV over a folder", f"run {DESIGN} --input {{good}}/u.csv -o {{bad}}/folder",
     "{bad}/folder: must be a file"),
]
CSV_FILES = [
    ("CSV missing", RUN + "none.csv", "none.csv: no such file"),
    ("CSV empty", RUN + "empty", "{bad}/empty: must hold a header"),
    ("CSV of a header", RUN + "header.csv", "header.csv: must have at least one row"),
    ("CSV ragged", RUN + "ragged.csv", "ragged.csv: row 3 must have 2 fields, not 3"),
    ("CSV with NaN", RUN + "nan.csv", "nan.csv: row 3, column 'u1' must be finite, not nan"),
    ("CSV with infinity", RUN + "inf.csv", "inf.csv: row 3, column 'u1' must be finite, not -inf"),
    ("CSV with text", RUN + "text.csv", "text.csv: row 3, column 'u1' must be a number, not 'no'"),
    ("CSV with a gap", RUN + "gap.csv", "gap.csv: row 3, column 'u1' must be a number, not empty"),
    ("CSV of huge numbers", RUN + "huge.csv", "huge.csv: row 3, column 'u1' must be at most"),
    ("CSV of other columns", RUN + "names.csv", "names.csv: has no column 'u1'"),
    ("CSV of equal columns", RUN + "twice.csv", "twice.csv: has more than one column 'u1'"),
    ("CSV binary", RUN + "binary", "{bad}/binary: not a CSV file"),
    ("CSV a folder", RUN + "folder", "{bad}/folder: no such file"),
    ("verify with NaN", f"verify {DESIGN} --input {{bad}}/nan.csv", "nan.csv: row 3"),
    ("verify no row", f"verify {DESIGN} --input {{bad}}/header.csv", "at least one row"),
]
SERIES_OPTIONS = [
    ("unknown task", "train lazer -o {out}/d", "unknown task 'lazer': choose from"),
    ("series missing", CSV + "none.csv --input x --target y -o {out}/d", "none.csv: no such file"),
    ("series a folder", CSV + "folder --input x --target y -o {out}/d", "must be a CSV file"),
    ("no input", "train {good}/good.csv --target y -o {out}/d", "--input must name"),
    ("no target", "train {good}/good.csv --input x -o {out}/d", "--target must name"),
    ("input of a task", "train laser --input x -o {out}/d", "go with a CSV file"),
    ("horizon of a task", "train laser --horizon 2 -o {out}/d", "go with a CSV file"),
    ("horizon negative", SERIES + "--horizon -1", "horizon must be an integer of at least 0"),
    ("horizon too far", SERIES + "--horizon 190", "good.csv: must have at least 240 rows"),
    ("horizon a word", SERIES + "--horizon far", "--horizon"),
    ("series too short", CSV + "short.csv --input x --target x -o {out}/d", "at least 51 rows"),
    ("target constant", "train {good}/good.csv --input x --target flat -o {out}/d",
     "good.csv: column 'flat' must vary"),
    ("input twice", SERIES + "--input x", "input names column 'x' twice"),
    ("unknown column", SERIES + "--input z", "good.csv: has no column 'z'"),
    ("unknown kind", "train laser --liquid soup -o {out}/d", f"liquid must be one of {LIQUIDS}"),
    ("seed negative", SERIES + "--seed -1", "seed must be at least 0, not -1"),
    ("seed a word", SERIES + "--seed lucky", "--seed"),
    ("two budgets", SERIES + "--within 0.1 --budget 9000", "--within or --budget, not both"),
    ("within negative", SERIES + "--within -1", "within must be a number of at least 0, not -1"),
    ("within NaN", SERIES + "--within nan", "within must be a number of at least 0, not nan"),
    ("budget 0", SERIES + "--budget 0", "the budget must be at least"),
]
CONFIGS: list[tuple[str, str, str]] = [
    ("config missing", "", "{bad}/config.toml: no such file"),
    ("config empty", "\n", "config.toml: must have at least one of the tables network"),
    ("config no TOML", "[network\n", "config.toml: not a TOML file"),
    ("config binary", "\x00\x01", "config.toml: not a TOML file"),
    ("unknown table", "[net]\nunits = 3\n", "config.toml: unknown key net: choose from network"),
    ("unknown key", "[network]\nneurons = 3\n", "unknown key network.neurons: choose from units"),
    ("no table", "network = 3\n", "network must be a table, not 3"),
    ("unknown liquid", "[network]\nliquid = 'soup'\n",
     f"network.liquid must be one of {LIQUIDS}, not 'soup'"),
    ("no name of a liquid", "[network]\nliquid = 3\n", "network.liquid must be a text, not 3"),
    ("text for a number", "[network]\nunits = 'ten'\n", "network.units must be an integer, not"),
    ("truth for a number", "[network]\nunits = true\n", "network.units must be an integer, not"),
    ("number for a text", "[network]\ntopology = 3\n", "network.topology must be a text, not 3"),
    ("list of texts", "[network]\nlr = ['a']\n", "network.lr must be a list of numbers"),
    ("empty list", "[network]\nlr = []\n", "network.lr must not be empty"),
    ("NaN", "[network]\nsr = nan\n", "network.sr must be finite, not nan"),
    ("no neuron", "[network]\nunits = 0\n", "network.units must be in 1..4096, not 0"),
    ("a million neurons", "[network]\nunits = 1000000\n", "network.units must be in 1..4096"),
    ("warmup too long", "[network]\nwarmup = 9999\n", "warmup"),
    ("unknown topology", "[network]\ntopology = 'star'\n", "topology must be one of"),
    ("unknown activation", "[network]\nactivation = 'relu'\n", "activation must be one of"),
    ("leak beyond 1", "[network]\nlr = 2\n", "lr"),
    ("ridge negative", "[network]\nridge = -1.0\n", "ridge"),
    ("ridge a word", "[network]\nridge = 'some'\n", "ridge"),
    ("two connectivities", "[network]\nin_degree = 3\nrc_connectivity = 0.1\n", "not both"),
    ("silent reservoir", "[network]\ninput_scaling = 0\nbias_scaling = 0\n", "is silent"),
    ("saturated reservoir", "[network]\ninput_scaling = 1e4\n", "is saturated"),
    ("40 bits of state", "[formats]\nstate_bits = 40\n", "formats.state_bits must be in 2..24"),
    ("1 bit of weight", "[formats]\nweight_bits = 1\n", "formats.weight_bits must be in 2..18"),
    ("half a bit", "[formats]\nstate_bits = 8.5\n", "formats.state_bits must be an integer"),
    ("unknown states", "[formats]\nstates = 'odd'\n", "formats.states must be one of centred"),
    ("search negative", "[search]\nbudget = -1\n", "search.budget must be at least 0, not -1"),
]
MODELS = [
    ("model missing", "quantise {bad}/none.npz -o {out}/d", "none.npz: no such file"),
    ("model binary", "quantise {bad}/binary -o {out}/d", "{bad}/binary: not a model file"),
    ("folder without model", "quantise {bad}/folder -o {out}/d", "model.npz: no such file"),
    ("model without report", "quantise {bad}/alone -o {out}/d", "report.json: No such file"),
    ("data gone", "quantise {bad}/gone -o {out}/d", "gone.csv: no such file"),
    ("report damaged", "quantise {bad}/damaged -o {out}/d", "report.json: source must be what"),
    ("state bits 1", AGAIN + "--state-bits 1", "formats.state_bits must be in 2..24, not 1"),
    ("state bits 99", AGAIN + "--state-bits 99", "formats.state_bits must be in 2..24, not 99"),
    ("states odd", AGAIN + "--states odd", "formats.states must be one of centred, plain"),
    ("no output folder", "quantise {good}/trained", "--output"),
    ("Verilog missing", f"verify {DESIGN} --verilog {{bad}}/none.v", "none.v: no such file"),
    ("Verilog a folder", f"verify {DESIGN} --verilog {{bad}}/folder", "{bad}/folder: no such file"),
    ("report missing", "report {bad}/none", "{bad}/none: no such folder"),
    ("report of nothing", "report {bad}/folder", "{bad}/folder: holds no report.json"),
    ("report binary", "report {bad}/binary_report", "report.json: not a report"),
    ("report of another", "report {bad}/other_report", "report.json: not the report of a build"),
    ("report cut", "report {bad}/cut_report", "report.json: a damaged report of a training"),
]
USAGE = [
    ("no command", "", "Missing command"),
    ("unknown command", "trane laser", "trane"),
    ("unknown option", f"info {DESIGN} --fast", "--fast"),
    ("missing argument", "info", "DESIGN"),
    ("extra argument", f"info {DESIGN} more", "more"),
    ("option without value", f"info {DESIGN} --lanes", "--lanes"),
]
CASES = (DESIGN_FILES + NUMBERS + OUTPUTS + CSV_FILES + SERIES_OPTIONS + MODELS + USAGE + SENSE
         + [(name, "train laser -o {out}/d " + CONFIG, words) for name, _, words in CONFIGS]
         + [(name, SERIES + CONFIG, words) for name, _, words in LIQUID_CONFIGS])
CONFIG_TEXTS = {name: text for name, text, _ in (*CONFIGS, *LIQUID_CONFIGS)}


def write_bad_files(good: Path, bad: Path) -> None:
    """Fills ``bad`` with what the cases name."""
    text = (good / "good.lgd").read_text()
    plain = json.loads(text)
    (bad / "folder").mkdir()
    (bad / "empty").touch()
    (bad / "binary").write_bytes(np.random.default_rng(1).bytes(2000))
    (bad / "truncated.lgd").write_text(text[: len(text) // 2])
    (bad / "tampered.lgd").write_text(text.replace('"columns":12', '"columns":13')
                                      if '"columns":13' in text else _tamper(plain))
    (bad / "schema.lgd").write_text(json.dumps({**plain, "schema": 2}))
    (bad / "list.json").write_text("[1, 2, 3]")
    (bad / "deep.json").write_text("[" * 100_000)
    design = {k: v for k, v in plain["design"].items() if k != "readout"}
    (bad / "field.lgd").write_text(json.dumps({**plain, "design": design}))
    (bad / "illegal.lgd").write_text(
        json.dumps({**plain, "design": {**plain["design"], "name": "Ünfit"}}))
    for name, row in {"nan": "0,nan", "inf": "0,-inf", "text": "0,no", "gap": "0, ",
                      "huge": "0,1e300", "ragged": "0,1,2"}.items():
        (bad / f"{name}.csv").write_text(f"u0,u1\n0,0\n{row}\n0,0\n")
    (bad / "backwards.csv").write_text("u0,u1\n0,0\n0,-1\n")
    (bad / "two.csv").write_text("a,b\n1,2\n")
    (bad / "half.csv").write_text("a,b\n1,0\n0.5,1\n")
    (bad / "header.csv").write_text("u0,u1\n")
    (bad / "names.csv").write_text("u0,other\n1,2\n")
    (bad / "twice.csv").write_text("u0,u1,u1\n1,2,3\n")
    (bad / "short.csv").write_text("x\n" + "".join(f"{k % 7}\n" for k in range(20)))
    _write_bad_models(good / "trained", bad)


def _tamper(plain: dict[str, Any]) -> str:
    plain = json.loads(json.dumps(plain))
    plain["design"]["liquid"]["bias"][0] += 1
    return json.dumps(plain)


def _write_bad_models(trained: Path, bad: Path) -> None:
    report = json.loads((trained / "report.json").read_text())
    source = {**report["source"], "csv": str(bad / "gone.csv")}
    for name, changes in {"alone": None, "gone": {"source": source},
                          "damaged": {"source": {"csv": 3}}}.items():
        (bad / name).mkdir()
        (bad / name / "model.npz").write_bytes((trained / "model.npz").read_bytes())
        if changes is not None:
            (bad / name / "report.json").write_text(json.dumps({**report, **changes}))
    for name, text in {"binary_report": "\x00", "other_report": '{"kind": "poem"}',
                       "cut_report": '{"kind": "training"}'}.items():
        (bad / name).mkdir()
        (bad / name / "report.json").write_text(text)
