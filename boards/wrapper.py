"""The Verilog module around a board's circuit: clock, reset and pins."""

from __future__ import annotations

from liquidgate.boards.board import Board
from liquidgate.boards.family import Clock


def wrapper(top: str, source: Clock, board: Board) -> str:
    """Verilog of the module ``board``, with the board's pins around the module ``top``."""
    making = source.pll.verilog() if source.pll else (
        "  assign clk = clock;\n  assign lock = 1'b1;\n"
    )

    lights = [light for light in ("alive", "active") if light in board.pins]
    ports = ["input  clock", *["input  reset"] * ("reset" in board.pins), "input  rx",
             "output tx", *(f"output {light}" for light in lights)]
    released = ""
    if "reset" in board.pins:
        released = " & !reset" if "reset" in board.high else " & reset"
    shown = "".join(
        f"  assign {light} = {'' if light in board.high else '!'}{light}_on;\n" for light in lights
    )
    listed = ",\n".join(f"  {port}" for port in ports)
    return f"""\
// Clock, reset and pins. The core runs at {source.hz / 1e6:g} MHz.
module board (
{listed}
);
  wire clk, lock, alive_on, active_on;
{making}
  // Reset until the clock is steady, and 128 clocks more: block RAM is not readable at once.
  reg [1:0] steady = 2'b00;
  reg [7:0] age = 8'd0;
  always @(posedge clk) begin
    steady <= {{steady[0], lock{released}}};
    age <= !steady[1] ? 8'd0 : age + {{7'd0, !age[7]}};
  end

  {top} top (
    .clk(clk), .rst(!age[7]), .rx(rx), .tx(tx), .alive(alive_on), .active(active_on)
  );
{shown}endmodule
"""
