"""What a board is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Board:
    """A board as a value; one file a board, listed in registry.py.

    Parameters
    ----------
    name, title : for the command line, and for people.
    family : of the flow that builds for it. part, package : as nextpnr names them.
    oscillator_hz : on the clock pin. clock_hz : of the core when nothing else is asked for.
    baud : of the UART when nothing else is asked for.
    loader : its name for openFPGALoader.
    budget : cells of each kind the part has: LC, EBR, DSP.
    pins : clock, rx, tx (from the board's side), alive and active (lights), reset (a button);
        lights and button are active low.
    """

    name: str
    title: str
    family: str
    part: str
    package: str
    oscillator_hz: int
    clock_hz: int
    baud: int
    loader: str
    budget: Mapping[str, int]
    pins: Mapping[str, int]
