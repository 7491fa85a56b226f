"""liquidgate boards"""

from __future__ import annotations

from liquidgate.cli.output import Json, Lanes, show, table


def command(lanes: Lanes = 4, as_json: Json = False) -> None:
    """Lists the boards that liquidgate build knows: chip, budget, clock, link, and neurons.

    Neurons: of the largest echo state network that fits with so many lanes; one input and output,
    10 weights a neuron of 8 bits, states of 16 bits; by the model of liquidgate fit, with room for
    its error.

    \b
    Example:
      liquidgate boards --lanes 8
    """
    from liquidgate.boards import BOARDS
    from liquidgate.boards.fit import largest
    from liquidgate.spec.schedule import check_lanes

    check_lanes(lanes)
    rows = [{"board": b.name, "title": b.title, "part": f"{b.family} {b.part}-{b.package}",
             "oscillator_hz": b.oscillator_hz, "clock_hz": b.clock_hz, "baud": b.baud,
             "link": b.link, "budget": dict(b.budget), "neurons": largest(b, lanes)}
            for b in BOARDS.values()]
    show(as_json, rows, table(
        f"Boards; the largest echo state network with {lanes} lanes",
        ("board", "", "budget", "clock", "baud", "link", "neurons"),
        [(r["board"], r["title"], ", ".join(f"{n} {kind}" for kind, n in b.budget.items()),
          f"{b.clock_hz / 1e6:g} MHz", r["baud"], r["link"], r["neurons"])
         for r, b in zip(rows, BOARDS.values())],
    ))
