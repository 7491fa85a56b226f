"""The players: Verilog that drives and checks every pin on every clock from two files a circuit.

Python writes what the input pins do and what golden says of the output pins, each as a list of
changes; a player compares on every clock, so that nothing escapes and Python sleeps meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.golden import Trace
from liquidgate.golden.exchange import Exchanges
from liquidgate.spec import Design
from liquidgate.spec.readout_map import ReadoutMap

TOP = "bench"
PINS = ("o__payload", "o__valid", "i__ready")
"""Output pins, from the least significant bit of a word up."""
NEVER = "ffffffffffff 0"


def text(
    designs: Sequence[Design], probes: str = "", readouts: Sequence[ReadoutMap | None] = ()
) -> str:
    """The Verilog text of a top module with a player for each of ``designs``, and the number of
    the mutant to play (see ``mutants``).

    Parameters
    ----------
    designs : of the circuits; two of the same name are two instances of the same module.
    probes : statements for each clock up to the first divergence; ``dut`` is the circuit,
        ``clock`` the number of the clock and ``probed`` a file.
    readouts : of those circuits that have it in RAM; None for the others.
    """
    maps = readouts or [None] * len(designs)
    players = "".join(
        _player(k, design, probes, readout)
        for k, (design, readout) in enumerate(zip(designs, maps, strict=True))
    )
    instances = "".join(
        f"  player_{k} play_{k}(.clk(clk), .done(ended[{k}]));\n" for k in range(len(designs))
    )
    return (
        f"{players}module {TOP}(\n"
        "  input clk /*verilator public_flat_rw*/, output done /*verilator public_flat_rd*/\n"
        ");\n  integer mutant /*verilator public_flat_rw*/;\n  initial mutant = 0;\n"
        f"  wire [{len(designs) - 1}:0] ended;\n  assign done = &ended;\n{instances}endmodule\n"
    )


def _player(number: int, design: Design, probes: str, readout: ReadoutMap | None) -> str:
    i_bits = design.inputs * design.input.width
    pins, top = "", i_bits + 3
    if readout is not None:
        low = top + 1
        for pin, bits in _readout_pins(readout):
            top += bits
            pins += f"    .{pin}(drive[{top}:{low}]),\n"
            low = top + 1
    o_bits = design.outputs * design.output.width
    opened = f'    probed = $fopen("{number}.probes", "w");\n' if probes else ""
    closed = "      $fclose(probed);\n" if probes else ""
    return f"""module player_{number}(input clk, output reg done);
  reg [{top}:0] drive, next_drive;
  reg [{o_bits + 1}:0] expected, next_expected, shown, wanted;
  reg [63:0] drive_at, expected_at, clocks, clock, mismatches, first;
  wire [{o_bits + 1}:0] pins;
  integer drives, expectations, result, got;{" integer probed;" if probes else ""}

  {design.name} dut(
{pins}    .clk(clk), .rst(drive[{i_bits + 3}]), .clear(drive[{i_bits + 2}]),
    .i__valid(drive[{i_bits + 1}]), .o__ready(drive[{i_bits}]), .i__payload(drive[{i_bits - 1}:0]),
    .i__ready(pins[{o_bits + 1}]), .o__valid(pins[{o_bits}]), .o__payload(pins[{o_bits - 1}:0])
  );

  initial begin
    if ($bits(dut.i__payload) != {i_bits}) $fatal(1, "i__payload must have {i_bits} bits");
    if ($bits(dut.o__payload) != {o_bits}) $fatal(1, "o__payload must have {o_bits} bits");
    done = 0; mismatches = 0; clock = 0; first = 0; shown = 0; wanted = 0;
    drives = $fopen("{number}.drive", "r");
    expectations = $fopen("{number}.expect", "r");
    got = $fscanf(drives, "%h", clocks);
    got = $fscanf(drives, "%h %h", drive_at, drive);
    got = $fscanf(drives, "%h %h", drive_at, next_drive);
    got = $fscanf(expectations, "%h %h", expected_at, expected);
    got = $fscanf(expectations, "%h %h", expected_at, next_expected);
{opened}  end

  always @(posedge clk) if (!done) begin
    if (mismatches == 0) begin
{probes}    end
    if (pins !== expected) begin
      mismatches = mismatches + 1;
      if (mismatches == 1) begin
        first = clock; shown = pins; wanted = expected;
      end
    end
    clock = clock + 1;
    if (clock == clocks || ({TOP}.mutant != 0 && mismatches != 0)) begin
      done <= 1;
      result = $fopen("{number}.result", "w");
      $fwrite(result, "%h %h %h %h %h\\n", clock, mismatches, first, shown, wanted);
      $fclose(result);
{closed}    end
    if (clock == drive_at) begin
      drive <= next_drive;
      got = $fscanf(drives, "%h %h", drive_at, next_drive);
    end
    if (clock == expected_at) begin
      expected <= next_expected;
      got = $fscanf(expectations, "%h %h", expected_at, next_expected);
    end
  end
endmodule
"""


def _readout_pins(readout: ReadoutMap) -> tuple[tuple[str, int], ...]:
    """Input pins of a readout in RAM and their bits, above the others in a word of K.drive."""
    return (("write__data", readout.entry_width), ("write__addr", readout.address_width),
            ("write__en", 1), ("bank", 1))


def write_changes(number: int, trace: Trace, pins: dict[str, Any], folder: Path) -> None:
    """Writes K.drive and K.expect for player K = ``number``: one "clock word" a line,
    hexadecimal; a word that repeats the one before is left out. The first line of K.drive is the
    number of clocks."""
    drive = _lines(*_driven(trace.design, trace, pins))
    (folder / f"{number}.drive").write_text(f"{trace.clocks:x}\n{drive}")
    (folder / f"{number}.expect").write_text(_lines(*_expected(trace.design, trace)))


def _lines(clocks: list[int], words: list[int]) -> str:
    changes = [f"{clock:x} {word:x}" for clock, word in zip(clocks, words)]
    return "\n".join([*changes, NEVER, NEVER, ""])


def _driven(
    design: Design, trace: Trace, pins: dict[str, Any]
) -> tuple[list[int], list[int]]:
    """The input pins. A payload is only a promise while i__valid is 1: between, its complement."""
    clocks, data = trace.clocks, np.asarray(pins["i_data"])
    flags = np.zeros(clocks, dtype=np.int64)
    for bit, name in enumerate(("o_ready", "i_valid", "clear", "rst")):
        flags |= np.asarray(pins[name]).astype(np.int64) << bit
    step = np.zeros(clocks, dtype=np.int64)
    taken = trace.steps.taken
    np.add.at(step, taken[taken + 1 < clocks] + 1, 1)
    step = np.minimum(np.cumsum(step), len(data) - 1)
    width = design.input.width
    mask, i_bits = (1 << width) - 1, design.inputs * width
    words = [
        sum((int(raw) & mask) << (k * width) for k, raw in enumerate(row))
        for row in data[: int(step[-1]) + 1]
    ]
    change = np.r_[True, (flags[1:] != flags[:-1]) | (step[1:] != step[:-1])]
    junk = (1 << i_bits) - 1
    exchanges: Exchanges | None = pins.get("exchanges")
    above = [0] * clocks
    if exchanges is not None:
        above = _exchanging(ReadoutMap(trace.schedule), exchanges)
        change |= np.array([True, *(a != b for a, b in zip(above, above[1:]))])
    changed = np.flatnonzero(change).tolist()
    return changed, [
        above[clock] << (i_bits + 4)
        | flag << i_bits | (words[q] if flag & 2 else words[q] ^ junk)
        for clock, flag, q in zip(changed, flags[changed].tolist(), step[changed].tolist())
    ]


def _exchanging(readout: ReadoutMap, exchanges: Exchanges) -> list[int]:
    """The pins of the readout on each clock. Address and data mean nothing between writes: there
    they would spoil the other bank."""
    shift = readout.entry_width + readout.address_width
    spoil = 1 << (shift - 1) | ((1 << readout.entry_width) - 1)
    entry, words = 0, []
    for clock, bank in enumerate(exchanges.bank.tolist()):
        write = exchanges.writes.get(clock)
        if write is not None:
            entry = write[0] << readout.entry_width | write[1]
        pins = entry ^ spoil if write is None else entry | 1 << shift
        words.append(pins | bank << (shift + 1))
    return words


def _expected(design: Design, trace: Trace) -> tuple[list[int], list[int]]:
    o_bits = design.outputs * design.output.width
    shift = {"o__payload": 0, "o__valid": o_bits, "i__ready": o_bits + 1}
    values = dict.fromkeys(PINS, 0)
    words: dict[int, int] = {}
    for clock, pin, value in trace.changes():
        values[pin] = value
        words[clock] = sum(values[name] << shift[name] for name in PINS)
    return list(words), list(words.values())


def read_result(number: int, folder: Path) -> dict[str, int]:
    """What a player counted: ``clock`` (clocks compared), ``mismatches``, and of
    the first mismatch its clock ``first`` and the pins ``shown`` and ``wanted``."""
    words = (folder / f"{number}.result").read_text().split()
    names = ("clock", "mismatches", "first", "shown", "wanted")
    return {name: int(word, 16) for name, word in zip(names, words)}
