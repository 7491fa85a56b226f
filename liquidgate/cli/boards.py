"""liquidgate boards"""

from __future__ import annotations

from liquidgate.cli.output import Json, show, table


def command(as_json: Json = False) -> None:
    """Lists the boards that liquidgate build knows: chip, budget, clock and link.

    \b
    Example:
      liquidgate boards --json
    """
    from liquidgate.boards import BOARDS

    rows = [{"board": b.name, "title": b.title, "part": f"{b.family} {b.part}-{b.package}",
             "oscillator_hz": b.oscillator_hz, "clock_hz": b.clock_hz, "baud": b.baud,
             "link": b.link, "budget": dict(b.budget)}
            for b in BOARDS.values()]
    show(as_json, rows, table(
        "Boards",
        ("board", "", "budget", "clock", "baud", "link"),
        [(r["board"], r["title"], ", ".join(f"{n} {kind}" for kind, n in b.budget.items()),
          f"{b.clock_hz / 1e6:g} MHz", r["baud"], r["link"])
         for r, b in zip(rows, BOARDS.values())],
    ))
