"""Mazes, and the fluid network that finds the shortest way (Tero, Kobayashi, Nakagaki 2007)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.random import Generator
from scipy.sparse.csgraph import dijkstra

from liquidgate.train.arrays import Floats
from liquidgate.train.fluid import Flow

CEILING = 0.25
"""Of a conductivity: a cell has four ways at most, and gives away all it has at most."""
WIDE = 0.2
"""The conductivity of a way that carries all of the pump's flow."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Maze:
    """A rectangle of cells, numbered row by row, with a start and a goal.

    Parameters
    ----------
    rows, columns : its size.
    edges : (E, 2) pairs i < j of neighbours without a wall between them, in ascending order.
    start, goal : cells.

    Raises
    ------
    ValueError : naming the wrong cells, or when there is no way from start to goal.
    """

    rows: int
    columns: int
    edges: np.ndarray
    start: int
    goal: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", np.array(self.edges, dtype=int).reshape(-1, 2))
        for name in ("start", "goal"):
            if not 0 <= getattr(self, name) < self.cells:
                raise ValueError(f"{name} must be a cell of 0..{self.cells - 1}, "
                                 f"not {getattr(self, name)}")
        if self.start == self.goal:
            raise ValueError(f"goal must differ from start, cell {self.start}")
        known = {tuple(pair) for pair in neighbours(self.rows, self.columns).tolist()}
        for k, pair in enumerate(self.edges.tolist()):
            if tuple(pair) not in known:
                raise ValueError(f"edges[{k}] must be cells i < j side by side, not {pair}")
        if not np.isfinite(self.distances[0, self.goal]):
            raise ValueError(f"there must be a way from cell {self.start} to cell {self.goal}")

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    @cached_property
    def distances(self) -> Floats:
        """(2, cells) steps from the start and from the goal, by Dijkstra's algorithm."""
        i, j = self.edges.T
        graph = sp.csr_array((np.ones(len(i)), (i, j)), (self.cells, self.cells))
        return np.asarray(dijkstra(graph, directed=False, indices=[self.start, self.goal]))

    @property
    def length(self) -> int:
        """Steps of the shortest way."""
        return int(self.distances[0, self.goal])

    @cached_property
    def shortest(self) -> np.ndarray:
        """(E,) whether an edge is on a shortest way."""
        (a, b), (i, j) = self.distances, self.edges.T
        return np.asarray(np.minimum(a[i] + b[j], a[j] + b[i]) + 1 == self.length)

    @property
    def unique(self) -> bool:
        """Whether there is one shortest way alone."""
        return int(self.shortest.sum()) == self.length

    def text(self, marked: Any = ()) -> str:
        """The maze in ASCII; ``marked`` (E,): the edges of a way, shown by dots."""
        on = np.zeros(len(self.edges), dtype=bool)
        on[: len(marked)] = marked
        canvas = [["#"] * (2 * self.columns + 1) for _ in range(2 * self.rows + 1)]
        for cell in range(self.cells):
            row, column = divmod(cell, self.columns)
            canvas[2 * row + 1][2 * column + 1] = " "
        for (i, j), hit in zip(self.edges.tolist(), on):
            (r, c), (s, d) = divmod(i, self.columns), divmod(j, self.columns)
            canvas[r + s + 1][c + d + 1] = "." if hit else " "
            if hit:
                canvas[2 * r + 1][2 * c + 1] = canvas[2 * s + 1][2 * d + 1] = "."
        for cell, mark in ((self.start, "S"), (self.goal, "G")):
            row, column = divmod(cell, self.columns)
            canvas[2 * row + 1][2 * column + 1] = mark
        return "\n".join("".join(line) for line in canvas)


def neighbours(rows: int, columns: int) -> np.ndarray:
    """(E, 2) all pairs of cells side by side, ascending."""
    cell = np.arange(rows * columns).reshape(rows, columns)
    pairs = np.vstack([np.stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()], axis=1),
                       np.stack([cell[:-1].ravel(), cell[1:].ravel()], axis=1)])
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def random_maze(rows: int = 6, columns: int | None = None, *, loops: int | None = None,
                seed: int = 0) -> Maze:
    """A maze from one corner to the opposite one whose shortest way is the only one so short.

    A perfect maze (a random depth-first walk: each cell has one way to any other) from which
    ``loops`` further walls are taken, by default a sixth of the cells' number. Drawn again until
    the shortest way is unique: with two of them a fluid would use both.
    """
    columns = rows if columns is None else columns
    for name, value in (("rows", rows), ("columns", columns)):
        if type(value) is not int or value < 1:
            raise ValueError(f"{name} must be an integer of at least 1, not {value!r}")
    if rows * columns < 2:
        raise ValueError("a maze must have at least 2 cells, not 1")
    pairs = neighbours(rows, columns)
    walls = len(pairs) - rows * columns + 1
    loops = min(walls, rows * columns // 6) if loops is None else loops
    if not 0 <= loops <= walls:
        raise ValueError(f"loops must be in 0..{walls}, not {loops}")
    rng = np.random.default_rng(seed)
    for _ in range(1000):
        opened = _perfect(rows * columns, pairs, rng)
        opened[rng.permutation(np.flatnonzero(~opened))[:loops]] = True
        maze = Maze(rows=rows, columns=columns, edges=pairs[opened], start=0,
                    goal=rows * columns - 1)
        if maze.unique:
            return maze
    raise ValueError(f"loops must be fewer for a unique shortest way, not {loops}")


def _perfect(cells: int, pairs: np.ndarray, rng: Generator) -> np.ndarray:
    """Which pairs a random depth-first walk through all cells opens."""
    beside: list[list[tuple[int, int]]] = [[] for _ in range(cells)]
    for k, (i, j) in enumerate(pairs.tolist()):
        beside[i].append((j, k))
        beside[j].append((i, k))
    opened, seen, way = np.zeros(len(pairs), dtype=bool), {0}, [0]
    while way:
        ahead = [(cell, k) for cell, k in beside[way[-1]] if cell not in seen]
        if not ahead:
            way.pop()
            continue
        cell, k = ahead[rng.integers(len(ahead))]
        opened[k] = True
        seen.add(cell)
        way.append(cell)
    return opened


def patience(maze: Maze) -> int:
    """k: conductivities change by 2**-k a step, slow enough for pressures to follow."""
    return max(4, (2 * maze.cells - 1).bit_length())


def steps_needed(maze: Maze) -> int:
    """Steps after which the other ways are dry: some time constants of the conductivities."""
    return 25 << patience(maze)


def maze_flow(maze: Maze) -> Flow:
    """The maze as a fluid network in floats: a pump at the start, a drain at the goal.

    Its one input is the pump's flow: with 1 in every step the surviving conductivity of a way
    that carries all of it is ``WIDE``.
    """
    pump = np.zeros((maze.cells, 1))
    pump[maze.start], pump[maze.goal] = 1.0, -1.0
    ones = np.ones(maze.cells)
    return Flow(edges=maze.edges, conductivity=np.full(len(maze.edges), WIDE), density=ones,
                viscosity=0 * ones, bias=0 * ones, Win=pump, phi="linear",
                rate=2.0 ** -patience(maze), growth=WIDE, ceiling=CEILING)


def surviving(conductivity: Any) -> np.ndarray:
    """Which edges are at least half as wide as one that carries all of the flow."""
    return np.asarray(np.asarray(conductivity) >= WIDE / 2)
