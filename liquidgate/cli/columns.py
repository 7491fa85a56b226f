"""Outputs of a design as the columns of a table, in the data's units."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liquidgate.spec import Design


def clipped(design: Design, raws: Any, reals: Any) -> int:
    """How many inputs were beyond their channel's range; (T, K) raws of (T, K) reals."""
    # rounding moves a value by half a step at most; more than one step is clipping
    steps = [2.0**-channel.f_bits for channel in design.input.channels]
    return int((abs(design.input.decode(raws) - reals) > steps).sum())


def columns(design: Design, reals: Any) -> dict[str, list[Any]]:
    """(T, O) outputs by channel; a classification has one more column, "class": the channel of the
    greatest mean score of the rows so far."""
    names = [channel.name for channel in design.output.channels]
    found: dict[str, list[Any]] = {name: reals[:, k].tolist() for k, name in enumerate(names)}
    if design.readout.decision == "argmax":
        found["class"] = [names[k] for k in reals.cumsum(axis=0).argmax(axis=1)]
    return found


def csv_text(found: dict[str, list[Any]]) -> str:
    """A header, and a line a row."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(found)
    writer.writerows(zip(*found.values()))
    return file.getvalue()
