"""Outputs of a design as the columns of a table, in the data's units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liquidgate.spec import Design
    from liquidgate.train.arrays import Floats


def inputs_of(path: str, design: Design) -> Floats:
    """(T, K) inputs from the columns of a CSV file: see ``check_inputs``."""
    from liquidgate.train.data.csv_file import read_columns

    values = read_columns(path, [channel.name for channel in design.input.channels])
    check_inputs(path, design, values)
    return values


def check_inputs(path: str, design: Design, inputs: Floats, *, first: int = 2) -> None:
    """Raises ValueError for an interval below 0, and for a spike that is not 0 or 1.

    A circuit takes any raw value; these mean nothing to its network.

    Parameters
    ----------
    inputs : (T, K) in the data's units.
    first : number of the first row in the file.
    """
    import numpy as np

    names = [channel.name for channel in design.input.channels]
    stages = getattr(design.liquid, "stages", (design.liquid,))
    # the first stage hears it last; a chain says which one its later stages hear
    timed = [getattr(design.liquid, "interval", -1)]
    timed += [len(names) - 1] * bool(getattr(stages[0], "timed", False))
    direct = getattr(getattr(stages[0], "encoder", None), "kind", "") == "direct"
    spikes = direct and design.input.width == 1
    heard = design.input.decode(design.input.encode(inputs))
    for wrong, wanted in (
        ((inputs < 0) & np.isin(np.arange(len(names)), timed), "an interval of at least 0"),
        ((inputs != heard) & spikes, "a spike, 0 or 1"),
    ):
        for row, k in np.argwhere(wrong)[:1]:
            raise ValueError(f"{path}: row {row + first}, column {names[k]!r} must be {wanted}, "
                             f"not {inputs[row, k]:g}")


def checked_rows(lines: Iterable[str], name: str, design: Design) -> Iterator[list[float]]:
    """Rows of inputs as the lines of a CSV file come, each as ``inputs_of`` would have it."""
    import numpy as np

    from liquidgate.train.data.csv_file import rows_of

    channels = [channel.name for channel in design.input.channels]
    for number, row in enumerate(rows_of(lines, name, channels), 2):
        check_inputs(name, design, np.array([row]), first=number)
        yield row


def with_targets(
    path: str, design: Design, target: Sequence[str], horizon: int
) -> tuple[Floats, Floats]:
    """(T, K) inputs and (T, O) true outputs from the columns of a CSV file; not a number where the
    true output, ``horizon`` rows ahead, is beyond the end, and without ``target`` everywhere."""
    import numpy as np

    from liquidgate.train.data.csv_file import read_columns

    names, outputs = [channel.name for channel in design.input.channels], design.outputs
    if target and len(target) != outputs:
        raise ValueError(f"--target must be given once an output channel, {outputs} times, "
                         f"not {len(target)}")
    if horizon < 0:
        raise ValueError(f"horizon must be at least 0, not {horizon}")
    values = read_columns(path, [*names, *target])
    check_inputs(path, design, values[:, : len(names)])
    if len(values) <= horizon:
        raise ValueError(f"{path}: must have more than {horizon} rows below the header, "
                         f"not {len(values)}")
    truth = np.full((len(values), outputs), np.nan)
    if target:
        truth[: len(values) - horizon] = values[horizon:, len(names):]
    return values[:, : len(names)], truth


def clipped(design: Design, raws: Any, reals: Any) -> int:
    """How many inputs were beyond their channel's range; (T, K) raws of (T, K) reals."""
    # rounding moves a value by half a step at most; clearly more is clipping
    steps = [0.75 * 2.0**-channel.f_bits for channel in design.input.channels]
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
