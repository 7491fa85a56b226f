"""The cocotb side of test_axis.py: a stranger's masters, sources and sinks (cocotbext-axi).

Imported inside the simulator from a copy; reads plan.json and writes found.json beside it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, with_timeout
from cocotbext.axi import (
    AxiLiteBus,
    AxiLiteMaster,
    AxiStreamBus,
    AxiStreamSink,
    AxiStreamSource,
)


def pauses(rate: float, seed: int) -> Iterator[bool]:
    """Random stalls."""
    rng = random.Random(seed)
    while True:
        yield rng.random() < rate


@cocotb.test()
async def play(dut: Any) -> None:
    """Sequences with tlast under stalls, then registers, clear and soft reset."""
    plan = json.loads(Path("plan.json").read_text())
    address, found = plan["address"], {"registers": {}, "frames": []}
    dut.aresetn.value = 0
    Clock(dut.aclk, 10, unit="ns").start()
    given = (dut.aclk, dut.aresetn, False)
    source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), *given)
    sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), *given)
    control = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axil"), *given)
    channels = [control.write_if.aw_channel, control.write_if.w_channel,
                control.write_if.b_channel, control.read_if.ar_channel, control.read_if.r_channel]
    await ClockCycles(dut.aclk, 5)
    dut.aresetn.value = 1
    await ClockCycles(dut.aclk, 5)

    async def read(name: str) -> int:
        return int(await control.read_dword(address[name]))

    async def transfer(frame: str) -> None:
        await source.send(bytes.fromhex(frame))
        answer = await with_timeout(sink.recv(), 10, "ms")
        found["frames"].append(bytes(answer.tdata).hex())

    for k, (at_source, at_sink) in enumerate([(0, 0), (0.9, 0), (0, 0.97), (0.5, 0.9)]):
        source.set_pause_generator(pauses(at_source, 2 * k))
        sink.set_pause_generator(pauses(at_sink, 2 * k + 1))
        for frame in plan["frames"][k]:
            await source.send(bytes.fromhex(frame))
        for _ in plan["frames"][k]:
            answer = await with_timeout(sink.recv(), 10, "ms")
            found["frames"].append(bytes(answer.tdata).hex())

    for k, channel in enumerate(channels):
        channel.set_pause_generator(pauses(0.3 * (k % 3), k))
    for name in plan["address"]:
        found["registers"][name] = await read(name)
    found["nowhere"] = int((await control.read(plan["nowhere"], 4)).resp)
    found["nowhere_written"] = int((await control.write(plan["nowhere"], bytes(4))).resp)
    found["read_only"] = int((await control.write(address["LANES"], bytes(4))).resp)

    # A clear in the middle of a long frame: the sample of which it is, is read from the counter.
    for generator in (source, sink):
        generator.clear_pause_generator()
        generator.pause = False
    before = await read("SAMPLES_IN")
    await source.send(bytes.fromhex(plan["cut"]))
    while await read("SAMPLES_IN") < before + 3:
        pass
    source.pause = True
    while await read("STATUS") & 1:
        pass
    found["cut_at"] = await read("SAMPLES_IN") - before
    await control.write_dword(address["CONTROL"], plan["clear"])
    source.pause = False
    answer = await with_timeout(sink.recv(), 10, "ms")
    found["cut"] = bytes(answer.tdata).hex()

    # A soft reset with a sample that is on its way and an output that waits.
    sink.pause = True
    await source.send(bytes.fromhex(plan["lost"]))
    while not await read("STATUS") & 2:
        pass
    found["blocked"] = await read("STATUS")
    await source.wait()
    await ClockCycles(dut.aclk, plan["interval"])
    await control.write_dword(address["CONTROL"], plan["reset"])
    found["after_reset"] = [await read(name) for name in ("STATUS", "SAMPLES_IN", "SAMPLES_OUT")]
    sink.pause = False
    await transfer(plan["fresh"])
    found["at_end"] = [await read(name) for name in ("STATUS", "SAMPLES_IN", "SAMPLES_OUT")]
    found["left"] = sink.count()
    Path("found.json").write_text(json.dumps(found))
