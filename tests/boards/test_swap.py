"""Another readout in a finished bitstream: the bytes of a build, equal in the bench."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_netlist import check, design_of

from liquidgate.boards import build, load_report, netlist, synthesis
from liquidgate.boards.families import family_of
from liquidgate.boards.filling import memories
from liquidgate.boards.frames import IDENTITY_BYTES, Identity
from liquidgate.boards.registry import find
from liquidgate.boards.swap import check as check_designs
from liquidgate.boards.swap import swap
from liquidgate.spec import Design, Esn, Schedule, load
from liquidgate.spec.liquid import expect


def retrained(design: Design, seed: int = 3) -> Design:
    """Other weights and other biases."""
    rng, readout = np.random.default_rng(seed), design.readout
    top = 1 << (readout.weight_width - 1)
    weights = rng.integers(-top, top, (readout.outputs, readout.taps))
    return replace(design, readout=replace(
        readout, weights=tuple(tuple(row) for row in weights.tolist()),
        bias=tuple(b + int(rng.integers(-9, 10)) for b in readout.bias),
    ))


def identity(folder: Path, board: str) -> Identity:
    """What the link will say, from the memory in which it stands."""
    family = family_of(find(board))
    cells = json.loads((folder / "placed.json").read_text())["modules"]["top"]["cells"]
    (cell,) = (cell for name, cell in cells.items() if name.startswith("top.link.framer.rom."))
    words = memories((folder / family.CONFIG).read_text())[family.memory(cell)]
    if board == "icebreaker":  # two bytes in the even and in the odd bits of a row of 16
        rows = [words[k // 32] >> 16 * (k // 2 % 16) + k % 2 for k in range(IDENTITY_BYTES)]
        order = (0, 4, 2, 6, 1, 5, 3, 7)  # of Yosys' brams_map
        words = [sum((row >> 2 * at & 1) << bit for bit, at in enumerate(order)) for row in rows]
    return Identity.decode(bytes(words[:IDENTITY_BYTES]))


def swapped_is_built(board: str, kind: str, lanes: int, freq: float, folder: Path) -> None:
    design = design_of(kind)
    other = retrained(design)
    build(design, board, lanes, folder / "built", freq=freq, swappable=True)
    report = swap(folder / "built", other, folder / "swapped")
    assert report == load_report(folder / "swapped")
    assert report.digest == other.digest and load(folder / "swapped" / f"{other.name}.lgd") == other
    (step,) = report.seconds
    assert step.name == "swap" and 0 < float(step.value)

    # what was routed holds what synthesis was given, read in the same way
    family = family_of(find(board))
    module = synthesis.modules(folder / "built")[design.name]
    for cell in module["cells"].values():
        cell["parameters"] = {name: value.replace("x", "0") if name.startswith("INIT") else value
                              for name, value in cell["parameters"].items()}
    given = copy.deepcopy(module)
    netlist.initialise(module, family, folder / "built", family.PLACED)
    assert module == given
    netlist.initialise(module, family, folder / "built", family.CONFIG)
    assert module != given

    # byte for byte what a build holds, memories and all the rest
    full = build(other, board, lanes, folder / "full", freq=freq, swappable=True)
    data = (folder / "swapped" / report.bitstream).read_bytes()
    assert report.sha256 == full.sha256 == hashlib.sha256(data).hexdigest()
    assert data == (folder / "full" / full.bitstream).read_bytes()
    held = [memories((folder / where / family.CONFIG).read_text())
            for where in ("built", "swapped", "full")]
    assert held[0] != held[1] == held[2]

    said = identity(folder / "swapped", board)
    assert said.digest == other.digest and said == Identity.of(
        Schedule(other, lanes), clock_hz=report.clock_hz, baud=report.baud)

    # what stands in the bitstream's memories, in the cells that were placed, in the bench
    text, _ = netlist.core_of_build(folder / "swapped", other)
    result = check(text, other, lanes, folder)
    assert result.ok and result.outputs > 30, result.first

    # there and back again, in the same folder
    back = swap(folder / "swapped", design, folder / "swapped")
    assert back.sha256 == load_report(folder / "built").sha256


def test_a_small_design(tmp_path: Path) -> None:
    swapped_is_built("icebreaker", "small", 1, 24e6, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("board", ["icebreaker", "ulx3s-25f"])
def test_a_design_with_memories(board: str, tmp_path: Path) -> None:
    swapped_is_built(board, "memories", 4, 24e6, tmp_path)


def test_what_a_swap_refuses(tmp_path: Path) -> None:
    design = design_of("small")
    check_designs(design, retrained(design), 1)
    readout = design.readout
    shifted = replace(design, readout=replace(readout, shift=readout.shift + 1))
    said = "^the design must differ from the one built in readout.weights and readout.bias alone"
    with pytest.raises(ValueError, match=f"{said}, not in readout.shift, built {readout.shift}, "
                                         f"now {readout.shift + 1}: build it anew$"):
        check_designs(design, shifted, 1)
    with pytest.raises(ValueError, match=f"{said}, not in name, built 'core_small', now 'another'"):
        check_designs(design, replace(design, name="another"), 1)
    liquid = expect(Esn, design.liquid)
    other = replace(liquid, decay=liquid.gain, gain=liquid.decay)
    another = replace(retrained(design), liquid=other)
    with pytest.raises(ValueError, match=f"{said}, not in liquid.decay"):
        check_designs(design, another, 1)
    huge = replace(design, readout=replace(readout, bias=(1 << 50,)))
    with pytest.raises(ValueError, match=r"readout.bias\[0\] with its rounding must be in "
                                         r"-\d+..\d+, not \d+"):
        check_designs(design, huge, 1)
    with pytest.raises(FileNotFoundError):
        swap(tmp_path, design, tmp_path)
    with pytest.raises(ValueError, match="swappable must be False for tangnano9k: no tool "
                                         "exchanges memories in bitstreams of the family gowin"):
        build(design, "tangnano9k", 1, tmp_path / "none", swappable=True)
    assert not (tmp_path / "none").exists()


def test_a_build_for_one_readout(tmp_path: Path) -> None:
    for text in ("{}", "[]"):
        (tmp_path / "report.json").write_text(text)
        with pytest.raises(ValueError, match="not the report of a build"):
            swap(tmp_path, design_of("small"), tmp_path)


def test_memories_of_a_configuration() -> None:
    assert memories(".device 1k\n.ram_data 8 3\n00ff\n1234\n\n.sym 1 x\n") == {"8 3": [255, 4660]}
    assert memories(".bram_init 5\n14c 003\n000 1ff\n\n") == {"5": [332, 3, 0, 511]}
