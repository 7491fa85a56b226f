"""A new readout over Wishbone against golden, in Amaranth's simulator."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import ResetInserter, Signal
from designs import random_design, random_inputs
from kinds import LIVELY
from wishbone_bus import Bus, simulate

from liquidgate.golden import Golden
from liquidgate.rtl_gen import emit, write
from liquidgate.rtl_gen.interfaces import INTERFACES
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.tb.exchange import random_readout

CLEAR, RESET, STEP = 1, 2, 4
BUSY, LOADING, COMPLETE, SWITCHED, BANK = 1, 2, 4, 8, 16


async def settled(bus: Bus) -> int:
    """LOAD_STATUS when nothing is being looked at."""
    while (status := await bus.read("load_status")) & BUSY:
        pass
    return status


async def load(bus: Bus, readout: ReadoutMap, count: int | None = None) -> None:
    """BEGIN, and the first ``count`` entries."""
    assert await bus.write("load", 1)
    while not await settled(bus) & LOADING:
        pass
    for entry in readout.load[:count]:
        value = int.from_bytes(entry, "little")
        if len(entry) > 4:
            assert await bus.write("entry_high", value >> 32)
        assert await bus.write("entry", value)


async def digest(bus: Bus, stem: str = "digest") -> str:
    return "".join([f"{await bus.read(f'{stem}{k}'):08x}" for k in range(8)])


def made(name: str) -> tuple[Design, int]:
    """A design and its lanes; the entries of "wide" take two registers."""
    if name != "wide":
        return LIVELY[name][0](), LIVELY[name][1]
    return random_design(np.random.default_rng(20), neurons=16, name="wide"), 1


@pytest.mark.parametrize("interface", ["axis", "wishbone"])
def test_entries_of_three_registers_are_refused(interface: str) -> None:
    design = LIVELY["clip"][0]()
    output = replace(design.output, width=32)
    wide = replace(design, output=output, readout=replace(design.readout, shift=45))
    with pytest.raises(ValueError, match="must have entries of 64 bits at most, not 80: fewer"):
        emit(wide, 2, interface, "ram")


@pytest.mark.parametrize("name", ["clip", "shared", "wide"])
def test_wishbone(name: str) -> None:
    """Loads between and during steps; what is not complete or not right is not used."""
    rng = np.random.default_rng(5)
    design, lanes = made(name)
    first, second = random_readout(design, rng), random_readout(design, rng)
    assert (ReadoutMap(Schedule(design, lanes)).entry_bytes > 4) == (name == "wide")
    maps = {each: ReadoutMap(Schedule(each, lanes)) for each in (design, first, second)}
    u, golden = random_inputs(rng, design, 12), Golden(design)
    top: Any = INTERFACES["wishbone"](design=design, lanes=lanes, readout="ram")

    async def bench(ctx: Any) -> None:
        bus = Bus(ctx, top, patience=8 * maps[design].entry_bytes + 16)

        async def begin(row: Any) -> None:
            for k, value in enumerate(row):
                assert await bus.write(f"input{k}", int(value))
            assert await bus.write("control", STEP)

        async def end(expected: Any) -> None:
            while await bus.read("status") & 1:
                pass
            shown = [await bus.read(f"output{k}") for k in range(design.outputs)]
            assert shown == [int(v) & 0xFFFFFFFF for v in expected]

        async def commit(readout: ReadoutMap, bits: int) -> None:
            assert await bus.write("checksum", readout.checksum ^ bits)

        for row in u[:3]:
            await begin(row)
            await end(golden.run(row[None])[0])
        assert await digest(bus) == design.digest
        assert await settled(bus) == 0
        await commit(maps[first], 0)  # before there was anything
        assert await settled(bus) == 0

        # not all of it, all but with a wrong sum, and all of it
        await load(bus, maps[first], -1)
        assert await bus.write("entry", 0, sel=0)  # no byte of it
        await commit(maps[first], 0)
        assert await settled(bus) == LOADING
        await load(bus, maps[first])
        await commit(maps[first], 1)
        assert await settled(bus) == COMPLETE
        await begin(u[3])
        await end(golden.run(u[3:4])[0])
        assert await digest(bus) == design.digest
        await commit(maps[first], 0)
        assert await settled(bus) == COMPLETE | SWITCHED | BANK
        await commit(maps[first], 0)  # once is enough
        assert await settled(bus) == COMPLETE | SWITCHED | BANK
        assert await digest(bus) == first.digest
        golden.exchange(first)
        await begin(u[4])
        await end(golden.run(u[4:5])[0])

        # in the middle of steps; a step takes the bank that is in use when its input transfers
        await load(bus, maps[second], 5)  # forgotten
        for row in u[5:8]:
            await begin(row)
            await load(bus, maps[second])
            await end(golden.run(row[None])[0])
        await begin(u[8])
        await commit(maps[second], 0)

        # the bank that this step still takes is not written
        assert await bus.write("load", 1)
        waited = 0
        while not (status := await bus.read("load_status")) & LOADING:
            waited += await bus.read("status") & 1
        assert waited and status == LOADING
        await end(golden.run(u[8:9])[0])
        assert await digest(bus) == second.digest
        golden.exchange(second)
        await begin(u[9])
        await end(golden.run(u[9:10])[0])

        # a reset of the core lets everything stand
        assert await bus.write("control", RESET)
        golden.reset()
        assert await settled(bus) == LOADING
        await begin(u[10])
        await end(golden.run(u[10:11])[0])
        assert await digest(bus) == second.digest
        assert await digest(bus, "circuit") != second.digest

    simulate(top, bench)


def test_a_reset_around_a_switch() -> None:
    """In any clock of a commit: the bank in use and the digest are of one readout; what had come
    is forgotten."""
    rng = np.random.default_rng(7)
    design, lanes = made("clip")
    u = random_inputs(rng, design, 1)
    top: Any = INTERFACES["wishbone"](design=design, lanes=lanes, readout="ram")
    rst = Signal()
    outcomes: list[bool] = []

    async def bench(ctx: Any) -> None:
        bus = Bus(ctx, top, patience=8 * ReadoutMap(Schedule(design, lanes)).entry_bytes + 8)
        holds = design
        for clock in range(9):
            new = random_readout(design, rng)
            readout = ReadoutMap(Schedule(new, lanes))
            await load(bus, readout)
            assert await bus.write("checksum", readout.checksum)
            for _ in range(clock):
                await ctx.tick()
            ctx.set(rst, 1)
            await ctx.tick()
            ctx.set(rst, 0)
            assert not await settled(bus) & (LOADING | COMPLETE | SWITCHED)
            switched = await digest(bus) == new.digest
            outcomes.append(switched)
            holds = new if switched else holds
            assert await digest(bus) == holds.digest
            for k, value in enumerate(u[0]):
                assert await bus.write(f"input{k}", int(value))
            assert await bus.write("control", STEP)
            while await bus.read("status") & 1:
                pass
            shown = [await bus.read(f"output{k}") for k in range(design.outputs)]
            assert shown == [int(v) & 0xFFFFFFFF for v in Golden(holds).run(u)[0]]

    simulate(ResetInserter(rst)(top), bench)
    assert outcomes == sorted(outcomes) and len(set(outcomes)) == 2


@pytest.mark.parametrize("name", ["clip", "wide"])
def test_the_program_of_the_page(name: str, tmp_path: Path) -> None:
    """docs/integration.md shows C that a compiler takes with the written headers."""
    rng = np.random.default_rng(9)
    design = replace(made(name)[0], name="laser")
    write(design, 2, tmp_path, "axis", "ram")
    write(replace(random_readout(design, rng), name="fresh"), 2, tmp_path, "axis", "ram")
    page = (Path(__file__).parents[2] / "docs" / "integration.md").read_text()
    shown = page.split("```c\n")[1].split("```")[0].splitlines()
    heads = [line for line in shown if line.startswith("#include")]
    rest = [line for line in shown if not line.startswith("#include")]
    (tmp_path / "page.c").write_text("\n".join([
        *heads, "#define R(address) (*(volatile uint32_t *)(uintptr_t)(address))",
        "void fail(void);", "void load(void);", "void load(void)", "{", *rest, "}", ""]))
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "page.c"],
                   cwd=tmp_path, check=True)
