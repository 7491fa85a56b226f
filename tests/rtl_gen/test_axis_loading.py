"""A new readout over AXI4-Lite while samples stream, driven by cocotbext-axi in Verilator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from axis_rig import golden, macros, packed, simulate, unpacked
from designs import random_inputs
from kinds import LIVELY

from liquidgate.golden import Golden
from liquidgate.rtl_gen import write
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.tb.exchange import random_readout


def switches(readouts: list[Design], inputs: np.ndarray, seen: np.ndarray) -> list[int]:
    """The steps from which each of the following readouts was in use. What golden gives with them
    is all that was seen, or there are more switches than readouts."""
    found: list[int] = []
    while True:
        runner, parts = Golden(readouts[0]), []
        for readout, part in zip(readouts, np.split(inputs, found)):
            runner.exchange(readout)
            parts.append(runner.run(part))
        wrong = np.flatnonzero((np.concatenate(parts) != seen).any(axis=1))
        if not len(wrong):
            return found
        found.append(int(wrong[0]))
        assert found == sorted(set(found)) and len(found) < len(readouts)


@pytest.mark.parametrize("name", [
    "clip", *(pytest.param(name, marks=pytest.mark.slow) for name in ("shared", "loop", "lsm_rate"))
])
def test_a_readout_comes_while_samples_stream(
    name: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(4)
    make, lanes = LIVELY[name]
    design = replace(make(), name="axi")
    readouts = [design, *(random_readout(design, rng) for _ in range(3))]
    verilog = write(design, lanes, tmp_path / "out", "axis", "ram")[0]
    c = macros(tmp_path / "out" / "axi_registers.h")
    maps = [ReadoutMap(Schedule(each, lanes)) for each in readouts]
    loads = [([int.from_bytes(entry, "little") for entry in each.load], each.checksum)
             for each in maps]
    entries, checksum = loads[1]
    wrong = [(entries[:-1], checksum), (entries, checksum ^ 1 << 9)]
    assert c["AXI_ENTRIES_VALUE"] == len(entries)
    assert c["AXI_ENTRY_BYTES_VALUE"] == maps[0].entry_bytes
    schedule = Schedule(design, lanes)
    steps = 4 * len(entries) * (8 * maps[0].entry_bytes + 20) // schedule.interval + 20
    inputs = [random_inputs(rng, design, n) for n in (steps, 2 * steps, 9)]
    bits = {"BUSY": 1, "LOADING": 2, "COMPLETE": 4, "SWITCHED": 8, "BANK": 16}
    assert bits == {bit: c[f"AXI_LOAD_STATUS_{bit}"] for bit in bits}
    plan = {
        "frames": [packed(design.input, u) for u in inputs],
        "loads": [wrong, loads[1:], []], "ahead": 5 * schedule.interval,
        "address": {name[4:-5]: value for name, value in c.items() if name.endswith("_ADDR")},
        "begin": c["AXI_LOAD_BEGIN"], "bits": bits,
    }
    cache = tmp_path_factory.getbasetemp().parent / "liquidgate-verilator"

    found = simulate(verilog, plan, tmp_path / "bench", cache, "axis_loading_bench")

    used = [design, design, *readouts]  # at each load, and at the end
    assert found["digests"] == [each.digest for each in used]
    done = bits["COMPLETE"] | bits["SWITCHED"]
    assert found["status"] == [
        bits["LOADING"], bits["COMPLETE"], done | bits["BANK"], done, done | bits["BANK"],
        bits["BANK"]]
    assert found["left"] == 0  # the second frame was longer than its loads
    assert found["waited"] > 0  # for a step that still took the bank
    outputs = [unpacked(design.output, frame) for frame in found["frames"]]
    assert np.array_equal(outputs[0], golden(design, inputs[0]))
    assert np.array_equal(outputs[2], golden(readouts[-1], inputs[2]))
    assert np.array_equal(outputs[3], golden(readouts[-1], inputs[2]))
    # each step is of one readout, in the order of the loads
    assert len(switches(readouts, inputs[1], outputs[1])) == 3
