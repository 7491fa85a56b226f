"""Pictures: forecast against truth, float against fixed; spikes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from liquidgate.golden import Golden
from liquidgate.spec import Design, Lsm
from liquidgate.spec.liquid import expect
from liquidgate.train.data import DataSet

SHOWN = 200
"""Test rows in a picture."""
TRUTH, FLOAT, FIXED = "0.6", "tab:blue", "tab:orange"


def forecast(data: DataSet, floats: Any, fixed: Any, path: str | Path) -> None:
    """The first test rows of truth, float and fixed, or the two confusion matrices of classes."""
    if data.kind == "classification":
        figure = _confusions(data, floats, fixed)
    else:
        figure = _series(data, floats, fixed)
    _save(figure, path)


def _save(figure: Figure, path: str | Path) -> None:
    with rc_context({"svg.hashsalt": "liquidgate"}):  # the same bytes for the same picture
        figure.savefig(path, dpi=120,
                       metadata={"Date": None} if str(path).endswith(".svg") else {})


def monitor(inputs: Any, outputs: Any, truth: Any, input_names: Sequence[str],
            output_names: Sequence[str], path: str | Path) -> None:
    """All steps of a run on a board: inputs, outputs beside the truth (NaN: unknown), errors."""
    known = ~np.isnan(truth)
    figure = Figure(figsize=(9, 6), layout="constrained")
    rooms = figure.subplots(3 if known.any() else 2, 1, sharex=True)
    for k, name in enumerate(input_names):
        rooms[0].plot(inputs[:, k], linewidth=1, label=name)
    for k, name in enumerate(output_names):
        if known[:, k].any():
            rooms[1].plot(truth[:, k], color=TRUTH, linewidth=3, label=f"{name}, truth")
            rooms[2].plot(outputs[:, k] - truth[:, k], linewidth=1, label=name)
        rooms[1].plot(outputs[:, k], linewidth=1, label=name)
    for axes, title in zip(rooms, ("input", "output", "error")):
        axes.set(ylabel=title)
        axes.grid(alpha=0.3)
        axes.legend(loc="upper right", ncols=4)
    rooms[-1].set(xlabel="step")
    figure.savefig(path, dpi=120)


def _series(data: DataSet, floats: Any, fixed: Any) -> Figure:
    start = data.split.test[0]
    rows = np.arange(start, min(start + SHOWN, data.split.test[1]))
    figure = Figure(figsize=(9, 5.5), layout="constrained")
    top, middle, bottom = figure.subplots(3, 1, sharex=True, height_ratios=(3, 1, 1))
    truth, unit = data.targets[rows, 0], data.units[1]
    top.plot(rows, truth, color=TRUTH, linewidth=3, label="truth")
    top.plot(rows, floats[rows, 0], color=FLOAT, linewidth=1, label="float")
    top.plot(rows, fixed[rows, 0], "--", color=FIXED, linewidth=1, label="fixed point")
    top.set(title=data.title, ylabel=f"{data.target_names[0]} {f'({unit})' if unit else ''}")
    top.legend(loc="upper right", ncols=3)
    middle.plot(rows, floats[rows, 0] - truth, color=FLOAT, label="float")
    middle.plot(rows, fixed[rows, 0] - truth, "--", color=FIXED, label="fixed point")
    middle.set(ylabel="error")
    bottom.plot(rows, fixed[rows, 0] - floats[rows, 0], color="black", linewidth=1)
    bottom.set(ylabel="fixed - float", xlabel=f"step ({data.step})" if data.step else "step")
    for axes in (top, middle, bottom):
        axes.grid(alpha=0.3)
    return figure


def _confusions(data: DataSet, floats: Any, fixed: Any) -> Figure:
    rows = slice(*data.split.test)
    classes, truth = np.unique(data.targets), data.targets[rows]
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    for axes, name, found in zip(figure.subplots(1, 2), ("float", "fixed point"),
                                 (floats[rows], fixed[rows])):
        counts = np.array([[np.sum((truth == a) & (found == b)) for b in classes]
                           for a in classes])
        axes.imshow(counts, cmap="Blues")
        for (i, j), count in np.ndenumerate(counts):
            if count:
                axes.text(j, i, str(count), ha="center", va="center",
                          color="white" if 2 * count > counts.max() else "black")
        axes.set(title=f"{name}: {np.mean(truth == found):.1%} right", xlabel="found",
                 ylabel="truth", xticks=range(len(classes)), yticks=range(len(classes)),
                 xticklabels=classes, yticklabels=classes)
    figure.suptitle(data.title)
    return figure


def raster(design: Design, inputs: Any, path: str | Path, *, names: tuple[str, ...] = ()) -> None:
    """The spikes of a liquid state machine in golden, over one run from the first state.

    Parameters
    ----------
    design : of kind "lsm".
    inputs : (T, K) in the data's units.
    path : a PNG or SVG, by its ending.
    names : of the channels, over their curves; by default those of the port.

    Raises
    ------
    TypeError : when the design has another liquid.
    """
    lsm = expect(Lsm, design.liquid)
    u = np.asarray(inputs, dtype=float).reshape(len(inputs), -1)
    points = Golden(design).run(design.input.encode(u), trace=True).points
    steps = np.arange(len(u))
    figure = Figure(figsize=(9, 7), layout="constrained")
    top, middle, bottom, under = figure.subplots(4, 1, sharex=True, height_ratios=(2, 2, 5, 1.5))
    shown = names or tuple(channel.name for channel in design.input.channels)
    top.plot(steps, u, linewidth=1, label=shown)
    if len(shown) <= 4:
        top.legend(loc="upper right", ncols=4, fontsize=8)
    for axes, spikes, color in ((middle, points["encoded"], "black"), (bottom, points["spike"],
                                                                      FLOAT)):
        at, who = np.nonzero(spikes)
        axes.scatter(at, who, s=4, marker="|", color=color)
        axes.set_ylim(-1, spikes.shape[1])
    under.fill_between(steps, points["spike"].mean(axis=1), step="mid", color=FLOAT, alpha=0.6)
    top.set(title=f"{lsm.neurons} neurons, encoder {lsm.encoder.kind}: "
                  f"{points['spike'].mean():.1%} fire in a step", ylabel="inputs")
    middle.set(ylabel="encoded")
    bottom.set(ylabel="neuron")
    under.set(ylabel="share", xlabel="step")
    _save(figure, path)
