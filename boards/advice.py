"""What does not fit, and what to change."""

from __future__ import annotations

from collections.abc import Sequence

from liquidgate.boards.board import Board
from liquidgate.boards.families import family_of
from liquidgate.boards.report import Cells
from liquidgate.rtl_gen.images import RomImages
from liquidgate.spec import Chain, Schedule
from liquidgate.spec.design import AnyLiquid

SPARSER = {"esn": "rc_connectivity",
           "lsm": "density or in_degree or input_connectivity"}
"""By kind, the parameters of its estimator that leave out weights; of others ``in_degree``."""


def problems(
    board: Board, schedule: Schedule, cells: Sequence[Cells], clock_hz: int, fmax_hz: float
) -> tuple[str, ...]:
    """One sentence for each thing that does not fit; fmax_hz is 0 when nothing was routed."""
    found = [
        f"{cell.name}: {cell.used} needed, {board.title} has {cell.budget}: "
        + _advice(board, schedule, cell)
        for cell in cells if not cell.fits
    ]
    if fmax_hz and fmax_hz < clock_hz:
        found.append(
            f"clock: {fmax_hz / 1e6:.2f} MHz reached, {clock_hz / 1e6:g} MHz wanted: "
            + _slower(board, schedule, fmax_hz)
        )
    return tuple(found)


def _advice(board: Board, schedule: Schedule, cell: Cells) -> str:
    memory, bits = family_of(board).MEMORY
    return _memory(schedule, bits) if cell.name == memory else _logic(schedule)


def _fewer_lanes(schedule: Schedule) -> str:
    return f"build with --lanes {schedule.lanes // 2}, or " if schedule.lanes > 1 else ""


def _logic(schedule: Schedule) -> str:
    design = schedule.design
    sums = max(design.acc_width, design.readout_acc_width)
    return (
        f"{_fewer_lanes(schedule)}quantise with narrower formats (states have "
        f"{design.liquid.points['state'].width} bits, the exact sum {sums})"
    )


def _memory(schedule: Schedule, block: int) -> str:
    images = RomImages(schedule=schedule)
    titles = {"sources": "addresses"}
    bits = {
        **{titles.get(name, name): image.width * len(image.words)
           for name, image in images.all.items() if name != "control"},
        "states": (schedule.lanes + 1) * schedule.source_width << images.address_width,
    }
    shares = ", ".join(
        f"{name} {-(-size // block)}"
        for name, size in sorted(bits.items(), key=lambda item: -item[1])
    )
    sparser, smaller = _parameters(schedule.design.liquid)
    return (
        f"fewer weights that are not zero ({sparser}), narrower weights, or fewer neurons "
        f"({smaller}); memories by size, in blocks: {shares}"
    )


def _parameters(liquid: AnyLiquid) -> tuple[str, str]:
    """What a network is trained with to have fewer weights, and fewer neurons."""
    if not isinstance(liquid, Chain):
        return SPARSER.get(liquid.kind, "in_degree"), f"units: {liquid.neurons}"
    kinds = sorted({stage.kind for stage in liquid.stages})
    sizes = ", ".join(str(stage.neurons) for stage in liquid.stages)
    return ("; ".join(f"{kind}: {SPARSER.get(kind, 'in_degree')}" for kind in kinds),
            f"units of the stages: {sizes}")


def _slower(board: Board, schedule: Schedule, fmax_hz: float) -> str:
    clock = family_of(board).clock(board, fmax_hz) if fmax_hz >= board.oscillator_hz else None
    slower = (
        f"build with --freq {clock.hz / 1e6:g} (a step is then "
        f"{schedule.interval / clock.hz * 1e6:.1f} us)"
    ) if clock else f"it is slower than the oscillator ({board.oscillator_hz / 1e6:g} MHz)"
    return f"{slower}, or {_fewer_lanes(schedule)}quantise with narrower formats"
