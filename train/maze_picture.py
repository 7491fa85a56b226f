"""The picture of a maze that a fluid solves: its flows over time, and how its ways dry out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.maze import WIDE, Maze

SHOWN = 5
"""Moments in a picture."""


def maze_picture(maze: Maze, flow: Any, conductivity: Any, path: str | Path, *,
                 title: str = "") -> None:
    """Writes PNG or SVG, by the ending of ``path``.

    Parameters
    ----------
    flow : (T, E) of each step, in any unit (the largest is drawn widest).
    conductivity : (T, E), on the scale of ``train.maze``.
    """
    from matplotlib.figure import Figure

    q, g = np.abs(np.asarray(flow, dtype=float)), np.asarray(conductivity, dtype=float)
    if q.shape != g.shape or q.shape[1:] != (len(maze.edges),):
        raise ValueError(f"flow and conductivity must be of shape (steps, {len(maze.edges)}), "
                         f"not {q.shape} and {g.shape}")
    figure = Figure(figsize=(2.4 * SHOWN, 5.2), layout="constrained")
    grid = figure.add_gridspec(2, SHOWN, height_ratios=(3, 2))
    moments = np.unique(np.geomspace(1, len(q), SHOWN).round().astype(int)) - 1
    for k, t in enumerate(moments.tolist()):
        axes = figure.add_subplot(grid[0, k])
        _draw(axes, maze, q[t] / max(q.max(), 1e-300), g[t])
        axes.set_title(f"after step {t + 1}", fontsize=9)
    axes = figure.add_subplot(grid[1, :])
    steps = np.arange(1, len(g) + 1)
    for on, color, label in ((False, "0.65", "other edges"),
                             (True, "tab:blue", "edges of the shortest way (Dijkstra)")):
        lines = axes.plot(steps, g[:, maze.shortest == on], color=color, linewidth=0.8)
        if lines:
            lines[0].set_label(label)
    axes.set(xlabel="step", ylabel="conductivity", xscale="log", xlim=(1, len(g)))
    axes.legend(loc="center left", fontsize=8)
    axes.grid(alpha=0.3)
    if title:
        figure.suptitle(title, fontsize=10)
    figure.savefig(path, dpi=130)


def _draw(axes: Any, maze: Maze, share: Floats, g: Floats) -> None:
    """Walls in black; each edge as wide as its conductivity and as blue as its flow."""
    from matplotlib import colormaps

    opened = {tuple(pair) for pair in maze.edges.tolist()}
    for cell in range(maze.cells):
        row, column = divmod(cell, maze.columns)
        if column == maze.columns - 1 or (cell, cell + 1) not in opened:
            axes.plot([column + 0.5] * 2, [row - 0.5, row + 0.5], color="black", linewidth=1)
        if row == maze.rows - 1 or (cell, cell + maze.columns) not in opened:
            axes.plot([column - 0.5, column + 0.5], [row + 0.5] * 2, color="black", linewidth=1)
    axes.plot([-0.5, -0.5, maze.columns - 0.5], [maze.rows - 0.5, -0.5, -0.5], color="black",
              linewidth=1)
    for (i, j), part, width in zip(maze.edges.tolist(), share, g / WIDE):
        if width > 0.01:
            (r, c), (s, d) = divmod(i, maze.columns), divmod(j, maze.columns)
            axes.plot([c, d], [r, s], color=colormaps["Blues"](0.25 + 0.75 * np.sqrt(part)),
                      linewidth=5 * width, solid_capstyle="round")
    for cell, mark in ((maze.start, "S"), (maze.goal, "G")):
        row, column = divmod(cell, maze.columns)
        axes.text(column, row, mark, ha="center", va="center", fontsize=8, color="tab:red",
                  weight="bold")
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.axis("off")
