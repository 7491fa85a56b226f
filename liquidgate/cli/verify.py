"""liquidgate verify"""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from liquidgate.cli.columns import inputs_of
from liquidgate.cli.output import CheckFailed, DesignFile, Json, progress, show, table, to_json


def command(
    design: DesignFile,
    lanes: Annotated[int | None, typer.Option(
        help="Multiply-accumulate lanes: 1, 2, 4, ... 64; default: those of FILE or DIR, else 4.")
    ] = None,
    steps: Annotated[int | None, typer.Option(
        help="Time steps; default 100, or all rows of the CSV file.")] = None,
    input: Annotated[str | None, typer.Option(
        "--input", metavar="IN.csv", help="Real inputs instead of random ones.")] = None,
    stalls: Annotated[str, typer.Option(help="none, random or worst.")] = "none",
    seed: Annotated[int, typer.Option(help="Of random inputs and stalls.")] = 0,
    readout: Annotated[str | None, typer.Option(
        metavar="rom|ram", help="In ram it is exchanged all the time; default: that of FILE, else "
        "rom.")] = None,
    waves: Annotated[bool, typer.Option(
        "--waves", help="Write a waveform, NAME.vcd, into DIR or the present folder.")] = False,
    verilog: Annotated[str | None, typer.Option(
        metavar="FILE", help="Verify this Verilog, not a fresh one.")] = None,
    netlist: Annotated[str | None, typer.Option(
        metavar="BOARD|DIR", help="Verify the synthesised core: what Yosys makes for a board, or "
        "made in the folder of a build.")] = None,
    output: Annotated[str | None, typer.Option(
        "--output", "-o", metavar="DIR", help="Write the result there, as verify.json.")] = None,
    as_json: Json = False,
) -> None:
    """Simulates the Verilog in Verilator and compares every output pin with golden on every clock.

    Exit code 1 at a mismatch; the first one is told: clock, step, neuron, cast point, both values.

    \b
    Examples:
      liquidgate verify build/laser/design.lgd --stalls worst --steps 200
      liquidgate verify build/laser/design.lgd --verilog edited.v --waves
      liquidgate verify build/laser/design.lgd --readout ram --stalls worst
      liquidgate verify build/laser/design.lgd --netlist icebreaker
    """
    from liquidgate.files import staged
    from liquidgate.referee import verify
    from liquidgate.spec import load
    from liquidgate.spec.lgd import write_text

    start = time.perf_counter()
    read = load(design)
    reals = inputs_of(input, read) if input else None
    writes = output is not None or waves
    with progress() as say, staged(output or ".") if writes else nullcontext(Path()) as work:
        result = verify(read, lanes, verilog=verilog, netlist=netlist, steps=steps, inputs=reals,
                        stalls=stalls, seed=seed, progress=say, readout=readout,
                        waves=work / f"{read.name}.vcd" if waves else None)
        plain = {"kind": "verification", **result.plain(), "ok": result.ok, "seed": seed,
                 "netlist": netlist,
                 "seconds": round(time.perf_counter() - start, 2)}
        if output:
            write_text(work / "verify.json", to_json(plain))
    verdict = "equal on every clock" if result.ok else f"FIRST MISMATCH: {result.first}"
    show(as_json, plain, summary(plain), verdict)
    if not result.ok:
        raise CheckFailed


def summary(plain: dict[str, Any]) -> Any:
    """The result of a verification for people."""
    return table(f"{plain['design']}, {plain['lanes']} lanes, stalls: {plain['stalls']}",
                 ("", "value"), [
        ("cycles compared", plain["clocks"]),
        ("transfers in", plain["inputs"]),
        ("transfers out", plain["outputs"]),
        ("mismatches", plain["mismatches"]),
        ("cycles a second", round(plain["speed"])),
        ("latency on the wire", plain["latency"]),
        ("clocks a step", plain["interval"]),
    ])
