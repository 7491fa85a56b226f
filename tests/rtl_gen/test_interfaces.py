"""The other interfaces: a Wishbone driver and plain pins against golden, in Amaranth's simulator;
and what is written beside the text."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from designs import random_design, random_inputs
from kinds import KINDS, LIVELY
from wishbone_bus import Bus, simulate

from liquidgate.golden import Golden
from liquidgate.rtl_gen import emit, write
from liquidgate.rtl_gen.interfaces import INTERFACES
from liquidgate.rtl_gen.interfaces.bare import port_names
from liquidgate.rtl_gen.interfaces.registers import register_map
from liquidgate.rtl_gen.interfaces.stepper import step_clocks
from liquidgate.spec import Channel, Port, Schedule
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.tb.build import environment, verilator_root

NAMED = sorted(set(INTERFACES) - {"stream"})


@pytest.mark.parametrize("name", LIVELY)
def test_wishbone(name: str) -> None:
    rng = np.random.default_rng(1)
    design, lanes = LIVELY[name][0](), LIVELY[name][1]
    u = random_inputs(rng, design, 12)
    y = np.concatenate([Golden(design).run(u[:5]), Golden(design).run(u[5:9]),
                        Golden(design).run(u[9:])])
    schedule = Schedule(design, lanes)
    top: Any = INTERFACES["wishbone"](design=design, lanes=schedule.lanes)
    clear, reset, step = 1, 2, 4

    async def bench(ctx: Any) -> None:
        bus = Bus(ctx, top)
        for register in top.registers:
            if register.value is not None:
                assert await bus.read(register.name) == register.value
        assert await bus.access(0x3F0, None) is None  # no such register
        assert not await bus.write("lanes", 1)
        for t, (row, expected) in enumerate(zip(u, y)):
            if t == 9:  # a reset during a step, with the other bits, loses the step only
                assert await bus.write("control", step)
                assert await bus.read("status") == 1
                assert await bus.write("control", reset | step | clear)
                assert await bus.read("status") == 0
                assert await bus.read("samples_in") == await bus.read("samples_out") == 0
            for k, value in enumerate(row):
                assert await bus.write(f"input{k}", int(value))
                assert await bus.read(f"input{k}") == int(value) & 0xFFFFFFFF
            # the register's bytes that are not selected stay
            assert await bus.write("input0", ~int(row[0]), sel=0)
            assert await bus.write("control", step | clear * (t == 5))
            if step_clocks(schedule)[1] > 16:  # busy for longer than these take
                assert not await bus.write("input0", 0)
                assert not await bus.write("control", step)
                assert await bus.read("status") == 1
            while await bus.read("status") & 1:
                pass
            assert await bus.read("status") == 2
            shown = [await bus.read(f"output{k}") for k in range(design.outputs)]
            assert shown == [int(v) & 0xFFFFFFFF for v in expected], f"step {t}"
        assert await bus.read("samples_in") == await bus.read("samples_out") == 3

    simulate(top, bench)


@pytest.mark.parametrize("eager", [True, False])
@pytest.mark.parametrize("name", LIVELY)
def test_bare(name: str, eager: bool) -> None:
    """Steps as early as possible, or late; the outputs, and the clocks that the page promises."""
    rng = np.random.default_rng(1)
    design = LIVELY[name][0]()
    schedule = Schedule(design, LIVELY[name][1])
    u = random_inputs(rng, design, 15)
    y = np.concatenate([Golden(design).run(part) for part in np.split(u, [4, 8, 12])])
    top: Any = INTERFACES["bare"](design=design, lanes=schedule.lanes)

    async def bench(ctx: Any) -> None:
        async def tick(**pins: int) -> None:
            for name in ("step", "clear"):
                ctx.set(getattr(top, name), pins.get(name, 0))
            await ctx.tick()

        for _ in range(schedule.clear + 2):
            await tick()
        for t, (row, expected) in enumerate(zip(u, y)):
            if t == 8:  # alone, before the step
                await tick(clear=1)
            for name, value in zip(top.inputs, row):
                ctx.set(getattr(top, name), int(value))
            await tick(step=1, clear=int(t == 4))
            assert ctx.get(top.busy)
            for name in top.inputs:  # taken; now they may be anything
                ctx.set(getattr(top, name), 0)
            clocks = 1
            while not ctx.get(top.done):
                # a step is ignored, a clear is for the next one
                await tick(step=int(rng.random() < 0.3), clear=int(t == 11 and clocks == 1))
                clocks += 1
                assert clocks < 5000
            shown = [ctx.get(getattr(top, name)) for name in top.outputs]
            assert shown == expected.tolist(), f"step {t}"
            if t not in (4, 8, 12) and not schedule.plan.waits:
                interval, latency = step_clocks(schedule)
                assert clocks == (interval - 1 if eager and t else latency)
            await tick()
            assert not ctx.get(top.busy) and not ctx.get(top.done)
            if not eager:
                for _ in range(int(rng.integers(schedule.interval, 2 * schedule.interval))):
                    await tick()
                    again = [ctx.get(getattr(top, name)) for name in top.outputs]
                    assert again == shown and not ctx.get(top.done)

    simulate(top, bench)


def test_names_of_ports() -> None:
    def names(*channels: str) -> list[str]:
        return port_names("i_", Port(8, True, tuple(Channel(c, 0) for c in channels)))

    assert names("wire", "a b", "ä") == ["i_wire", "i_a_b", "i__"]
    assert names("a b", "a_b") == ["i_0_a_b", "i_1_a_b"]


@pytest.mark.parametrize("interface", NAMED)
@pytest.mark.parametrize(("kind", "readout"), [*((kind, "rom") for kind in KINDS), ("esn", "ram")])
def test_the_text(interface: str, kind: str, readout: str, tmp_path: Path) -> None:
    """Lint, Icarus, the header, the same text again, the sidecar and the core file."""
    design = KINDS[kind].random_design(np.random.default_rng(7), neurons=6, name="system")
    paths = {p.name: p for p in write(design, 2, tmp_path, interface, readout)}
    text = paths["system.v"].read_text()
    assert emit(design, 2, interface, readout) == text
    done = subprocess.run(
        [str(verilator_root() / "bin" / "verilator"), "--lint-only", "-Wall",
         str(paths["system.v"]), "--top-module", "system"],
        env=environment(), capture_output=True, text=True, check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    if shutil.which("iverilog"):
        subprocess.run(["iverilog", "-g2005", "-tnull", "-s", "system", str(paths["system.v"])],
                       check=True)
    head = text.split("\nmodule ")[0]
    module = re.search(r"^module system\((.*?)\);(.*?)endmodule", text, re.M | re.S)
    assert module is not None
    said = re.findall(r"^//   (input|output) +(\w+)", head, re.M)
    found = re.findall(r"^  (input|output) (?:signed )?(?:\[\d+:0\] )?(\w+);", module[2], re.M)
    assert sorted(found) == sorted(said)
    assert f"// Interface {interface}\n" in head and f"// Digest {design.digest}\n" in head
    assert json.loads(paths["system.json"].read_text())["interface"] == interface
    core = paths["system.core"].read_text()
    assert core.startswith("CAPI=2:\n") and "toplevel: system\n" in core
    for name in re.findall(r"- (\S+): \{", core):
        assert name in paths
    assert all(f"- {name}: {{" in core for name in paths if name.endswith(".h"))


@pytest.mark.parametrize("interface", ["axis", "wishbone"])
@pytest.mark.parametrize("readout", ["rom", "ram"])
def test_the_map_in_three_forms(interface: str, readout: str, tmp_path: Path) -> None:
    # of wide entries, which take two registers
    design = random_design(np.random.default_rng(8), neurons=4, inputs=3, outputs=2, name="map")
    paths = {p.name: p for p in write(design, 4, tmp_path, interface, readout)}
    registers = register_map(Schedule(design, 4), interface, readout)
    addresses = [r.address for r in registers]
    assert addresses == sorted(set(addresses)) and all(a % 4 == 0 for a in addresses)
    page, header = (paths[f"map_registers.{end}"].read_text() for end in ("md", "h"))
    assert re.findall(r"^\| `(0x\w+)` \| `(\w+)`", page, re.M) == [
        (f"0x{r.address:03x}", r.name.upper()) for r in registers]
    checks = [f"_Static_assert(MAP_{r.name.upper()}_ADDR == {r.address}, \"\");"
              for r in registers]
    checks += [f"_Static_assert(MAP_{r.name.upper()}_{f.name.upper()} == {1 << f.bit}, \"\");"
               for r in registers for f in r.fields]
    included = [name for name in paths if name.endswith(".h")]
    if readout == "ram":
        load = ReadoutMap(Schedule(design, 4)).load
        checks += [f"_Static_assert(MAP_READOUT_ENTRIES == {len(load)}, \"\");",
                   "_Static_assert(MAP_READOUT_ENTRIES == MAP_ENTRIES_VALUE, \"\");",
                   "_Static_assert(sizeof MAP_READOUT == 8 * MAP_READOUT_ENTRIES, \"\");"]
        array = paths["map_readout.h"].read_text().split("= {")[1]
        assert [int(word, 16) for word in re.findall(r"0x([0-9a-f]+)u", array)] == [
            int.from_bytes(entry, "little") for entry in load]
    (tmp_path / "check.c").write_text("\n".join(
        [*(f'#include "{name}"' for name in 2 * included), *checks, ""]))
    assert header.endswith("#endif\n")
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "check.c"],
                   cwd=tmp_path, check=True)


def test_an_interface_that_is_not() -> None:
    design = random_design(np.random.default_rng(2), neurons=4)
    with pytest.raises(ValueError, match="^interface must be one of axis, bare, stream, wishbone, "
                                         "not 'apb'$"):
        emit(design, 4, "apb")
