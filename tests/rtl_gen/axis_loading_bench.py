"""The cocotb side of test_axis.py for a readout in RAM: it is loaded while samples stream.

Imported inside the simulator from a copy; reads plan.json and writes found.json beside it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cocotb
from axis_bench import pauses
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, with_timeout
from cocotbext.axi import (
    AxiLiteBus,
    AxiLiteMaster,
    AxiStreamBus,
    AxiStreamSink,
    AxiStreamSource,
)


@cocotb.test()
async def play(dut: Any) -> None:
    """A frame for each load: wrong, then right ones at once after each other; then a reset."""
    plan = json.loads(Path("plan.json").read_text())
    address, bits = plan["address"], plan["bits"]
    found: dict[str, Any] = {"frames": [], "digests": [], "status": [], "waited": 0}
    dut.aresetn.value = 0
    Clock(dut.aclk, 10, unit="ns").start()
    given = (dut.aclk, dut.aresetn, False)
    source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), *given)
    sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), *given)
    control = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), *given)
    await ClockCycles(dut.aclk, 5)
    dut.aresetn.value = 1

    async def read(name: str) -> int:
        return int(await control.read_dword(address[name]))

    async def write(name: str, value: int) -> None:
        answer = await control.write(address[name], value.to_bytes(4, "little"))
        assert int(answer.resp) == 0

    async def settled() -> int:
        while (status := await read("LOAD_STATUS")) & bits["BUSY"]:
            pass
        return status

    async def digest() -> str:
        return "".join([f"{await read(f'DIGEST{k}'):08x}" for k in range(8)])

    async def load(entries: list[int], checksum: int) -> int:
        await write("LOAD", plan["begin"])
        while not await settled() & bits["LOADING"]:
            found["waited"] += 1
        found["digests"].append(await digest())  # of what is in use until then
        for entry in entries:
            if "ENTRY_HIGH" in address:
                await write("ENTRY_HIGH", entry >> 32)
            await write("ENTRY", entry & 0xFFFFFFFF)
        await write("CHECKSUM", checksum)
        return await settled()

    async def stream(frame: str) -> None:
        await source.send(bytes.fromhex(frame))
        answer = await with_timeout(sink.recv(), 100, "ms")
        found["frames"].append(bytes(answer.tdata).hex())

    source.set_pause_generator(pauses(0.3, 1))
    sink.set_pause_generator(pauses(0.9, 2))
    for frame, loads in zip(plan["frames"], plan["loads"]):
        streaming = cocotb.start_soon(stream(frame))
        await ClockCycles(dut.aclk, plan["ahead"])
        for entries, checksum in loads:
            found["status"].append(await load(entries, checksum))
        found["left"] = sink.count()
        await streaming
    for generator in (source, sink):
        generator.clear_pause_generator()
        generator.pause = False
    dut.aresetn.value = 0
    await ClockCycles(dut.aclk, 3)
    dut.aresetn.value = 1
    await ClockCycles(dut.aclk, 3)
    found["digests"].append(await digest())
    found["status"].append(await settled())
    await stream(plan["frames"][-1])
    Path("found.json").write_text(json.dumps(found))
