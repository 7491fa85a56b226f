"""A board without a board: its circuit in Verilator, behind a pseudo-terminal."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType

from liquidgate.boards.registry import find
from liquidgate.boards.top import Top, emit_top
from liquidgate.files import cache_folder
from liquidgate.referee import LANES
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.tb.serial_line import compile_line

WRAPPER = """\
module board (input clock, input reset, input rx, output tx);
  {name} top (.clk(clock), .rst(!reset), .rx(rx), .tx(tx), .alive(), .active());
endmodule
"""


class VirtualBoard:
    """The very circuit of a board behind a serial device; a context manager that ends it.

    Parameters
    ----------
    design, lanes : of the core.
    board : whose clock and baud rate the circuit has.
    baud : another rate; the fastest is a quarter of the clock.
    device : a path that is to lead to the device, a symbolic link; removed at the end.
    readout : "rom", or "ram" for one that can be loaded.

    Attributes
    ----------
    device : the path of the serial device. baud : its rate, as the circuit divides it.

    Raises
    ------
    TypeError, ValueError : for lanes, a board, a baud rate or a readout that can not be.
    OSError : when the device can not be made. ToolError : when a tool is missing.
    """

    def __init__(self, design: Design, *, lanes: int = LANES, board: str = "icebreaker",
                 baud: int | None = None, device: str | Path | None = None,
                 readout: str = "rom") -> None:
        self._link = None if device is None else Path(device)
        if self._link is not None and (self._link.exists() or self._link.is_symlink()):
            raise FileExistsError(f"{device}: is already there")
        target = find(board)
        if readout == "ram":
            ReadoutMap(Schedule(design, lanes))  # raises before there is half a circuit
        self.top = Top(design=design, lanes=lanes, clock_hz=target.clock_hz,
                       baud=target.baud if baud is None else baud, readout=readout)
        self.baud = self.top.identity.baud
        program = compile_line({
            "top.v": emit_top(self.top), "board.v": WRAPPER.format(name=f"{design.name}_top"),
        }, cache_folder())
        # longer than a begun frame and a step can stay silent
        step = self.top.schedule.interval + self.top.schedule.plan.longest
        idle = self.top.link.deframer.timeout * 2 + 4 * step
        self._process = subprocess.Popen(
            [str(program), "pty", str(self.top.divisor), str(idle)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.device = self._process.stdout.readline().strip()
        if not self.device:
            raise OSError("no pseudo-terminal could be had")
        if self._link is not None:
            try:
                os.symlink(self.device, self._link)
            except OSError:
                self.close()
                raise
            self.device = str(self._link)

    def wait(self) -> None:
        """Returns when the simulation has ended."""
        self._process.wait()

    def close(self) -> None:
        """Ends the simulation."""
        if self._link is not None and self._link.is_symlink():
            self._link.unlink()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(timeout=10)

    def __enter__(self) -> VirtualBoard:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()
