"""The UART against bits drawn by hand: clocks that differ, noise, missing stop bits."""

from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.sim import Simulator

from liquidgate.boards.uart import UartReceiver, UartTransmitter, check_divisor


def levels(data: bytes, period: float, gap: float = 0.0) -> list[int]:
    """The line, clock by clock, after 20 clocks of silence."""
    line = [1] * 20
    now = 20.0
    for byte in data:
        for k, bit in enumerate([0, *(byte >> k & 1 for k in range(8)), 1]):
            line += [bit] * (round(now + (k + 1) * period) - len(line))
        now += 10 * period + gap
        line += [1] * (round(now) - len(line))
    return line + [1] * int(12 * period)


def receive(line: list[int], divisor: int) -> tuple[bytes, int]:
    """Bytes, and the number of errors."""
    receiver = UartReceiver(divisor=divisor)
    got, errors = bytearray(), 0

    async def bench(ctx) -> None:
        nonlocal errors
        for level in line:
            ctx.set(receiver.rx, level)
            await ctx.tick()
            if ctx.get(receiver.valid):
                got.append(ctx.get(receiver.data))
            errors += ctx.get(receiver.error)

    sim = Simulator(receiver)
    sim.add_clock(1e-6)
    sim.add_testbench(bench)
    sim.run()
    return bytes(got), errors


DATA = bytes([0x00, 0xFF, 0xA5, 0x5A, 0x01, 0x80, 0x7F]) + np.random.default_rng(1).bytes(30)


@pytest.mark.parametrize("divisor", [4, 5, 8, 15, 45])
@pytest.mark.parametrize("ratio", [0.965, 1.0, 1.035])
def test_clocks_may_differ(divisor: int, ratio: float) -> None:
    if divisor == 4 and ratio != 1.0:
        pytest.skip("four clocks a bit leave no room")
    data = DATA if divisor < 20 else DATA[:8]
    assert receive(levels(data, divisor * ratio), divisor) == (data, 0)


@pytest.mark.parametrize("seed", range(3))
def test_a_wrong_clock_in_three_is_outvoted(seed: int) -> None:
    rng = np.random.default_rng(seed)
    line = np.array(levels(DATA, 15))
    hits = np.arange(15, len(line) - 15, 15)
    hits += rng.integers(0, 12, len(hits))
    line[hits] ^= 1
    assert receive([int(x) for x in line], 15) == (DATA, 0)


def test_a_short_low_is_no_start_bit() -> None:
    line = [1] * 10 + [0] * 6 + [1] * 300 + levels(DATA[:4], 15)
    assert receive(line, 15) == (DATA[:4], 0)


def test_a_break_is_one_error_and_then_all_is_well() -> None:
    assert receive([1] * 10 + [0] * 500 + levels(DATA[:4], 15), 15) == (DATA[:4], 1)


@pytest.mark.parametrize("divisor", [4, 9])
def test_loopback_back_to_back(divisor: int) -> None:
    m = Module()
    m.submodules.sender = sender = UartTransmitter(divisor=divisor)
    m.submodules.receiver = receiver = UartReceiver(divisor=divisor)
    m.d.comb += receiver.rx.eq(sender.tx)
    got, taken, clock = bytearray(), [], 0

    async def bench(ctx) -> None:
        nonlocal clock
        sent = 0
        while len(got) < len(DATA):
            ctx.set(sender.valid, int(sent < len(DATA)))
            ctx.set(sender.data, DATA[min(sent, len(DATA) - 1)])
            if ctx.get(sender.ready) and sent < len(DATA):
                taken.append(clock)
                sent += 1
            await ctx.tick()
            clock += 1
            assert clock < 10 * divisor * (len(DATA) + 3), "watchdog"
            if ctx.get(receiver.valid):
                got.append(ctx.get(receiver.data))

    sim = Simulator(m)
    sim.add_clock(1e-6)
    sim.add_testbench(bench)
    sim.run()
    assert bytes(got) == DATA
    assert set(np.diff(taken)) == {10 * divisor}


def test_divisor() -> None:
    with pytest.raises(ValueError, match="divisor must be at least 4 clocks a bit, not 3"):
        check_divisor(3)
    with pytest.raises(TypeError, match="divisor must be an integer, not 4.5"):
        check_divisor(4.5)  # type: ignore[arg-type]
