"""A board's Verilog in Verilator, with the serial port of a host."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

from liquidgate.boards import ice40
from liquidgate.boards.registry import find
from liquidgate.boards.top import Top, emit_top
from liquidgate.boards.wrapper import wrapper
from liquidgate.spec import Design
from liquidgate.tb.serial_line import compile_line

PLL_MODEL = """
module SB_PLL40_PAD #(parameter FEEDBACK_PATH = "", parameter [3:0] DIVR = 0,
  parameter [6:0] DIVF = 0, parameter [2:0] DIVQ = 0, parameter [2:0] FILTER_RANGE = 0) (
  input PACKAGEPIN, output PLLOUTGLOBAL, output reg LOCK, input RESETB, input BYPASS);
  assign PLLOUTGLOBAL = PACKAGEPIN;
  integer count = 0;
  initial LOCK = 0;
  always @(posedge PACKAGEPIN) begin count <= count + 1; if (count == 100) LOCK <= 1; end
endmodule
"""
"""Not the frequency, but everything else that the wrapper relies on."""


def compile_board(design: Design, lanes: int, folder: Path, *, baud: int, silence: float) -> Path:
    """The program around the Verilog of the board, wrapper and all."""
    board = find("icebreaker")
    clock = ice40.clock(board, 45e6)
    top = Top(design=design, lanes=lanes, clock_hz=clock.hz, baud=baud, silence=silence)
    return compile_line({
        "top.v": emit_top(top), "pll.v": PLL_MODEL,
        "board.v": wrapper(f"{design.name}_top", clock, board),
    }, folder)


class Line:
    """A simulated serial port. idle : clocks of silence that count as a time-out.

    ``damage`` maps the number of a written byte to a mask that is xored onto it; a byte of
    which the mask is None is lost.
    """

    def __init__(self, program: Path, *, divisor: float, idle: int) -> None:
        self.process = subprocess.Popen(
            [str(program), "pipe", str(divisor)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.idle = idle
        self.written = 0
        self.damage: dict[int, int | None] = {}
        self.answer_damage: dict[int, int] = {}
        self.received = 0

    def _send(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def write(self, data: bytes) -> None:
        out = bytearray()
        for byte in data:
            mask = self.damage.get(self.written, 0)
            self.written += 1
            if mask is not None:
                out.append(byte ^ mask)
        self._send(b"w" + struct.pack("<I", len(out)) + bytes(out))

    def noise(self, clocks: int) -> None:
        self._send(b"z" + struct.pack("<I", clocks))

    def read(self, size: int = 1) -> bytes:
        self._send(b"r" + struct.pack("<II", size, self.idle))
        assert self.process.stdout is not None
        count, = struct.unpack("<I", self.process.stdout.read(4))
        data = bytearray(self.process.stdout.read(count))
        for k in range(len(data)):
            data[k] ^= self.answer_damage.get(self.received + k, 0)
        self.received += count
        return bytes(data)

    def close(self) -> None:
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        self.process.wait(timeout=10)
