"""The picture of a quantisation: how full each format is, and how clean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liquidgate.train.quantise.report import Report


def picture(report: Report, path: str | Path) -> None:
    """Writes PNG or SVG, by the ending of ``path``."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2), sharey=True)
    names = [p.point for p in report.points]
    for k, p in enumerate(report.points):
        half, middle = (p.raw_max - p.raw_min) / 2, (p.raw_max + p.raw_min) / 2
        left.barh(k, 2, left=-1, height=0.62, color="0.9", edgecolor="0.6")
        left.barh(k, (p.high - p.low) / half, left=(p.low - middle) / half, height=0.4,
                  color="tab:blue")
        note = f"{p.format}, {p.width} bits"
        note += f", {p.saturated} of {p.values} saturated" if p.saturated else ""
        left.text(0, k + 0.4, note, ha="center", va="center", fontsize=7)
    left.set_yticks(range(len(names)), names)
    left.invert_yaxis()
    left.set_xlim(-1.02, 1.02)
    left.set_xlabel("range used in training (blue) of the format's (grey)")
    found = [min(p.snr_db or 0.0, 130.0) for p in report.points]
    shown = [max(0.0, value) for value in found]
    right.barh(range(len(names)), shown, height=0.5, color="tab:orange")
    for k, value in enumerate(found):
        known = report.points[k].snr_db is not None
        right.text(shown[k] + 1, k, f"{value:.0f} dB" if known else "-", va="center", fontsize=8)
    right.set_xlim(0, max(shown) * 1.2 + 1)
    right.set_xlabel("signal to rounding noise (dB)")
    figure.suptitle(report.caption(), fontsize=9)
    figure.savefig(path, dpi=150)
