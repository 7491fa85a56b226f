"""What quantisation did: each cast point's range and noise, and the memory it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design, QFormat
from liquidgate.train.arrays import Floats
from liquidgate.train.quantise.picture import picture
from liquidgate.train.quantise.seam import Integers, point_formats, traced

MOST_ROWS = 2000
"""Training rows that are traced."""


@dataclass(frozen=True)
class Point:
    """A cast point: its format, the raw range met in training, saturations, signal to noise.

    ``snr_db`` compares with the same network computed without any rounding; None: there is
    nothing to compare with.
    """

    point: str
    format: str
    width: int
    low: int
    high: int
    raw_min: int
    raw_max: int
    saturated: int
    values: int
    snr_db: float | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Before and after; a liquid may add fields in a subclass.

    Attributes
    ----------
    points : the cast points, "output" the last.
    memory_bits : that the design must store, whatever the circuit.
    """

    points: tuple[Point, ...]
    memory_bits: int

    def caption(self) -> str:
        """A line over the picture."""
        return f"{self.memory_bits:,} bits of memory"

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a cast point, for a table."""
        return [asdict(point) for point in self.points]

    def plot(self, path: str | Path) -> None:
        """Draws it as PNG or SVG, by the ending of ``path``."""
        picture(self, path)


def report(design: Design, integers: Integers, twin: Design, driven: Sequence[np.ndarray],
           skip: int) -> Report:
    """Traces golden on the training inputs ``driven`` of ``twin`` beside exact arithmetic.

    Raises
    ------
    ValueError : when the liquid finds its integers silent or saturated.
    """
    formats = point_formats(design)
    fixed: dict[str, list[np.ndarray]] = {name: [] for name in formats}
    exact: dict[str, list[Floats]] = {name: [] for name in formats}
    # a part of many rows tells as much: whole sequences, and the start of a long one
    ends = np.cumsum([len(u) for u in driven])
    seen = [u[:MOST_ROWS] for u, end in zip(driven, ends) if end - len(u) < MOST_ROWS]
    golden = Golden(twin)
    for u, ideal in zip(seen, integers.reference(twin, seen)):
        trace = traced(golden, u)
        drop = min(skip, len(u) - 1)
        for name in formats:
            fixed[name].append(trace[name][drop:])
            if name in ideal:
                exact[name].append(ideal[name][drop:])
    rows = {name: np.vstack(parts) for name, parts in fixed.items()}
    points = tuple(_point(name, fmt, rows[name], np.vstack(exact[name]) if exact[name] else None)
                   for name, fmt in formats.items())
    readout = design.readout
    bits = integers.memory_bits + readout.outputs * readout.taps * readout.weight_width
    return integers.conclude(design, Report(points=points, memory_bits=bits), rows)


def _point(name: str, fmt: QFormat, fixed: np.ndarray, exact: Floats | None) -> Point:
    if exact is None:
        snr, lost = None, int(((fixed == fmt.raw_min) | (fixed == fmt.raw_max)).sum())
    else:
        noise = float(((fixed - exact) ** 2).mean())
        signal = float(exact.var(axis=0).mean())
        ratio = 10 * np.log10(signal / noise) if noise > 0 and signal > 0 else float("inf")
        snr = round(min(float(ratio), 999.0), 1)
        # values that the exact network holds and the format can not
        lost = int(((exact < fmt.raw_min - 0.5) | (exact >= fmt.raw_max + 0.5)).sum())
    return Point(name, str(fmt), fmt.width, int(fixed.min()), int(fixed.max()), fmt.raw_min,
                 fmt.raw_max, lost, int(fixed.size), snr)
