"""AXI4-Stream and AXI4-Lite against golden, driven by cocotbext-axi in Verilator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from axis_rig import golden, macros, packed, simulate
from designs import random_inputs
from kinds import LIVELY

from liquidgate.rtl_gen import write
from liquidgate.spec import Schedule


@pytest.mark.parametrize("name", [
    name if name == "clip" else pytest.param(name, marks=pytest.mark.slow) for name in LIVELY
])
def test_streams_and_registers(
    name: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(3)
    make, lanes = LIVELY[name]
    design = replace(make(), name="axi")
    verilog = write(design, lanes, tmp_path / "out", "axis")[0]
    lengths = [[4, 1, 1, 5], [3, 2], [2, 1, 4], [1, 6, 1, 3]]
    sequences = [[random_inputs(rng, design, n) for n in part] for part in lengths]
    cut, lost, fresh = (random_inputs(rng, design, n) for n in (12, 2, 3))
    c = macros(tmp_path / "out" / "axi_registers.h")
    address = {name[4:-5]: value for name, value in c.items() if name.endswith("_ADDR")}
    schedule = Schedule(design, lanes)
    plan = {
        "frames": [[packed(design.input, u) for u in part] for part in sequences],
        "cut": packed(design.input, cut), "lost": packed(design.input, lost),
        "fresh": packed(design.input, fresh), "address": address,
        "interval": 2 * schedule.interval, "nowhere": 0x800,
        "clear": c["AXI_CONTROL_CLEAR"], "reset": c["AXI_CONTROL_RESET"],
    }
    cache = tmp_path_factory.getbasetemp().parent / "liquidgate-verilator"

    found = simulate(verilog, plan, tmp_path / "bench", cache)

    expected = [golden(design, u) for part in sequences for u in part] + [golden(design, fresh)]
    together = golden(design, np.concatenate([u for part in sequences for u in part]))
    assert not np.array_equal(np.concatenate(expected[:-1]), together)  # a clear matters
    assert found["frames"] == [packed(design.output, y) for y in expected]
    samples = sum(map(sum, lengths))
    values = {name[4:-6]: value for name, value in c.items() if name.endswith("_VALUE")}
    dynamic = {"CONTROL": 0, "STATUS": 0, "SAMPLES_IN": samples, "SAMPLES_OUT": samples}
    assert found["registers"] == values | dynamic
    assert values["LANES"] == lanes and values["INTERVAL"] == schedule.interval
    digest = "".join(f"{values[f'DIGEST{k}']:08x}" for k in range(8))
    assert digest == design.digest
    assert found["nowhere"] == found["nowhere_written"] == found["read_only"] == 2
    at = found["cut_at"]
    assert 3 <= at < len(cut)
    both = np.concatenate([golden(design, cut[:at]), golden(design, cut[at:])])
    assert found["cut"] == packed(design.output, both)
    assert found["blocked"] == c["AXI_STATUS_BUSY"] | c["AXI_STATUS_BLOCKED"]
    assert found["after_reset"] == [0, 0, 0]
    assert found["at_end"] == [0, len(fresh), len(fresh)]
    assert found["left"] == 0
