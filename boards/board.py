"""What a board is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board as a value; one file a board, listed in registry.py.

    Parameters
    ----------
    name, title : for the command line, and for people.
    link : where its UART comes out.
    family : of the flow that builds for it, a name in families.py. part, package : as the family's
        tools name them (Gowin: the whole part number, and the device it belongs to).
    speed : speed grade, for families whose part does not tell it.
    oscillator_hz : on the clock pin. clock_hz : of the core when nothing else is asked for.
    baud : of the UART when nothing else is asked for.
    loader : its name for openFPGALoader. cable : of that, where it is not the name's own.
    budget : cells of each kind that the part has, by the family's names.
    pins : clock, rx, tx (from the board's side); and where there are such, alive and active
        (lights), reset (a button).
    high : lights and buttons that are active high; the others are active low.
    standards : I/O standards by pin, where it is not the family's 3.3 V.
    dedicated : whether the clock pin is the PLL's own.
    """

    name: str
    title: str
    link: str
    family: str
    part: str
    package: str
    speed: str = ""
    oscillator_hz: int
    clock_hz: int
    baud: int
    loader: str
    budget: Mapping[str, int]
    pins: Mapping[str, int | str]
    high: frozenset[str] = frozenset()
    standards: Mapping[str, str] = field(default_factory=dict)
    dedicated: bool = False
    cable: str = ""

    def pull(self, pin: str) -> str | None:
        """UP or DOWN for an input that may hang in the air; None for the other pins."""
        if pin not in ("rx", "reset") or pin in self.standards:
            return None
        return "DOWN" if pin in self.high else "UP"
