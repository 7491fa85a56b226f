"""The hunt: which of the mutants of an emitted text the bench kills."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from liquidgate.golden import trace
from liquidgate.spec import Design, Schedule
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.tb.build import build
from liquidgate.tb.collisions import treacherous
from liquidgate.tb.mutants import Mutant
from liquidgate.tb.planting import selectable
from liquidgate.tb.play import play
from liquidgate.tb.player import TOP, read_result, text, write_changes


def hunt(
    verilog: str, design: Design, lanes: int, planted: Sequence[Mutant],
    stimuli: Sequence[dict[str, Any]], *, folder: Path, cache: Path,
) -> dict[Mutant, str | None]:
    """Plants each of the mutants and plays the stimuli (see ``trace``) until one kills it, on
    treacherous memories (see ``collisions``).

    Returns
    -------
    How each mutant was seen; None for those that were not.

    Raises
    ------
    ToolError : when a tool is missing.
    ValueError : when the undamaged text is not right.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source, circuit = folder / "players.v", folder / "mutants.v"
    ram = any("exchanges" in pins for pins in stimuli)
    maps = [ReadoutMap(Schedule(design, lanes)) if ram else None]
    source.write_text(text([design], readouts=maps))
    circuit.write_text(treacherous(selectable(verilog, planted)))
    program = build([circuit, source], TOP, folder / "sim", cache=cache)
    fates = _play(program, design, lanes, range(len(planted) + 1), stimuli[0], folder)
    if fates[0] is not None:
        raise ValueError(f"the text must be right before it is damaged, not with {fates[0]}")
    for pins in stimuli[1:]:
        left = [number for number, fate in fates.items() if fate is None]
        fates.update(_play(program, design, lanes, left, pins, folder))
    return {mutant: fates[number] for number, mutant in enumerate(planted, 1)}


def _play(
    program: Path, design: Design, lanes: int, numbers: Iterable[int], pins: dict[str, Any],
    folder: Path,
) -> dict[int, str | None]:
    """Plays the mutants of these numbers (0: the undamaged text)."""
    write_changes(0, trace(design, Schedule(design, lanes), **pins), pins, folder)
    for number in numbers:
        own = folder / f"mutant{number}"
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir()
        for suffix in ("drive", "expect"):
            (own / f"0.{suffix}").symlink_to(f"../0.{suffix}")
    play(program, folder, ["+mutants=" + ",".join(map(str, numbers))])
    return {number: _fate(folder / f"mutant{number}") for number in numbers}


def _fate(own: Path) -> str | None:
    if not (own / "0.result").exists():
        return "the simulation breaks off"
    seen = read_result(0, own)
    if seen["mismatches"]:
        return f"mismatches from clock {seen['first']} on"
    return None
