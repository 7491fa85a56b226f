"""The cocotb side of the players: gives them a clock, sleeps, and tells how long it took.

Imported inside the simulator from a copy in the bench's folder, so that nothing else loads there.
"""

from __future__ import annotations

import time
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.handle import HierarchyObject
from cocotb.triggers import RisingEdge


@cocotb.test()
async def play(dut: HierarchyObject) -> None:
    """Runs the players to their end; writes seconds.txt."""
    begin = time.perf_counter()
    # "gpi": the clock toggles in C++. A clock in Python wakes up twice a cycle: 17 times slower.
    cocotb.start_soon(Clock(dut.clk, 2, unit="ns", impl="gpi").start())
    await RisingEdge(dut.done)
    Path("seconds.txt").write_text(f"{time.perf_counter() - begin}\n")
