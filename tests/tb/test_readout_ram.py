"""A readout in RAM: exchanged while the circuit runs, every pin on every clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinds import LIVELY

from liquidgate.golden import Golden, trace
from liquidgate.golden.exchange import Contents, Exchanges
from liquidgate.rtl_gen import emit
from liquidgate.spec import Design, Schedule, SparseMatrix
from liquidgate.spec.readout_map import ReadoutMap, circuit_digest
from liquidgate.tb import STALLS, Job, verify, verify_all
from liquidgate.tb.exchange import random_exchanges, random_readout
from liquidgate.tb.stimulus import random_inputs, stimulus

Lively = Callable[[str], Design]


def exchanging(
    design: Design, lanes: int, steps: int, stalls: str, rng: np.random.Generator
) -> dict[str, Any]:
    """Pins with exchanges all the time."""
    schedule = Schedule(design, lanes)
    pins = stimulus(design, schedule, random_inputs(design, steps, rng), stalls=STALLS[stalls],
                    rng=rng)
    return {**pins, "exchanges": random_exchanges(design, schedule, pins, rng)}


@pytest.mark.parametrize("names", [
    ["clip", "shared", "lsm_rate", "loop"], pytest.param(list(LIVELY), marks=pytest.mark.slow),
], ids=["some", "all"])
def test_every_liquid_exchanges_its_readout(
    names: list[str], tmp_path: Path, cache: Path
) -> None:
    rng, jobs = np.random.default_rng(12), []
    for number, name in enumerate(names):
        make, lanes = LIVELY[name]
        design = replace(make(), name=f"ram{number}_{name}"[:40].lower().replace("-", "_"))
        path = tmp_path / f"{number}.v"
        path.write_text(emit(design, lanes, readout="ram"))
        jobs += [Job(verilog=path, design=design, lanes=lanes,
                     pins=exchanging(design, lanes, 60, stalls, rng))
                 for stalls in ("worst", "random")]
    for job, result in zip(jobs, verify_all(jobs, folder=tmp_path, cache=cache, fast=False)):
        assert result.ok, (job.design.name, result.first)
        seen = {job.expected.pieces.design_of(step).digest for step in range(result.inputs)}
        assert len(seen) > 5, job.design.name


@pytest.mark.parametrize("lanes", [1, 16])
def test_widths_at_both_ends_of_the_lanes(
    lively: Lively, tmp_path: Path, cache: Path, lanes: int
) -> None:
    design = lively("table")
    path = tmp_path / "circuit.v"
    path.write_text(emit(design, lanes, readout="ram"))
    options: dict[str, Any] = {"folder": tmp_path / "bench", "cache": cache, "readout": "ram",
                               "rng": np.random.default_rng(4), "steps": 80, "stalls": "worst"}
    assert verify(path, design, lanes, **options).ok
    with pytest.raises(ValueError, match="circuit.v must have its readout in rom, not ram"):
        verify(path, design, lanes, **{**options, "readout": "rom"})


def test_golden_takes_the_bank_of_the_transfer(lively: Lively) -> None:
    """Every step by itself: the readout's products over golden's own states and inputs."""
    design, rng = lively("clip"), np.random.default_rng(8)
    nothing = SparseMatrix.from_rows([[0] * design.outputs] * 6, design.outputs)
    silent = replace(design, liquid=replace(design.liquid, feedback=nothing))
    pins = exchanging(silent, 2, 100, "worst", rng)
    found = trace(silent, Schedule(silent, 2), **pins)
    exchanges: Exchanges = pins["exchanges"]
    steps = found.steps
    for step in range(len(steps.taken)):
        first = step - int(steps.index[step])
        golden = Golden(silent)
        tap = golden.states(pins["i_data"][first : step + 1])[-1]
        bank = bool(exchanges.bank[steps.taken[step]])
        used = [silent, *(c.design for c in exchanges.contents
                          if c.bank == bank and c.clock < steps.taken[step])][-1]
        readout, fmt = used.readout, silent.output.format
        seen = [*tap.tolist(), *pins["i_data"][step].tolist()]
        for k, row in enumerate(readout.weights):
            exact = readout.bias[k] + sum(a * b for a, b in zip(row, seen))
            raw = (exact + (1 << readout.shift >> 1)) >> readout.shift
            assert found.outputs[step, k] == min(max(raw, fmt.raw_min), fmt.raw_max)
    assert isinstance(exchanges.contents[0], Contents)


def test_map_and_digest(lively: Lively) -> None:
    design, rng = lively("clip"), np.random.default_rng(1)
    other = random_readout(design, rng)
    assert other.digest != design.digest and circuit_digest(other) == circuit_digest(design)
    finer = replace(design, readout=replace(design.readout, shift=5))
    assert circuit_digest(finer) != circuit_digest(design)
    readout = ReadoutMap(Schedule(design, 2))
    addresses = [address for address, _ in readout.entries]
    assert len(set(addresses)) == len(addresses) == readout.weights + readout.biases
    assert max(addresses) < 1 << (readout.address_width - 1)
    assert readout.entries[-1] == (readout.address(0, 1, 1), design.readout.bias[1] + 8)
    top = 1 << (readout.bias_width - 1)
    beyond = replace(design, readout=replace(design.readout, bias=(0, top)))
    with pytest.raises(ValueError, match=r"readout.bias\[1\] with its rounding must be "
                                         f"in {-top}..{top - 1}, not {top + 8}"):
        emit(beyond, 2, readout="ram")
    with pytest.raises(ValueError, match="readout must be rom or ram, not 'flash'"):
        emit(design, 2, readout="flash")
