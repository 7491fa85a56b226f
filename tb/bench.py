"""The cocotb side of the players: gives them a clock, sleeps, and tells how long it took.

Imported inside the simulator from a copy in the bench's folder, so that nothing else loads there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge, Timer


@cocotb.test()
async def play(dut: Any) -> None:
    """Runs the players to their end; writes seconds.txt. With +mutants=K,L,.. one process for
    each of the mutants does so in the folder mutantK instead."""
    asked = str(cocotb.plusargs.get("mutants", ""))
    mutants = [int(number) for number in asked.split(",") if number]
    if mutants:
        number = _fork(mutants)
        if number is None:
            return
        os.chdir(f"mutant{number}")
        dut.mutant.value = number
        await Timer(1, unit="ns")
    begin = time.perf_counter()
    # "gpi": the clock toggles in C++. A clock in Python wakes up twice a cycle: 17 times slower.
    Clock(dut.clk, 2, unit="ns", impl="gpi").start()
    await RisingEdge(dut.done)
    if mutants:
        os._exit(0)
    Path("seconds.txt").write_text(f"{time.perf_counter() - begin}\n")


def _fork(mutants: Sequence[int]) -> int | None:
    """In a child its mutant, in the parent None when all children have ended. The simulation has
    not begun, so a child is as good as a program of its own, without the time it takes to start."""
    running = 0
    for number in mutants:
        if running == (os.cpu_count() or 1):
            os.wait()
            running -= 1
        if os.fork() == 0:
            return number
        running += 1
    for _ in range(running):
        os.wait()
    Path("seconds.txt").write_text("0\n")
    return None
