"""Mazes, and the fluid that finds the shortest way through them."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.train.maze import (
    WIDE,
    Maze,
    maze_flow,
    neighbours,
    random_maze,
    steps_needed,
    surviving,
)
from liquidgate.train.maze_picture import maze_picture
from liquidgate.train.quantise.maze import maze_design

LADDER = Maze(rows=2, columns=3, start=0, goal=2,
              edges=np.array([[0, 1], [0, 3], [1, 2], [2, 5], [3, 4], [4, 5]]))


def walked(maze):
    """Steps from the start to each cell, by breadth first."""
    beside = {cell: [] for cell in range(maze.cells)}
    for i, j in maze.edges.tolist():
        beside[i].append(j)
        beside[j].append(i)
    found, queue = {maze.start: 0}, deque([maze.start])
    while queue:
        cell = queue.popleft()
        for other in beside[cell]:
            if other not in found:
                found[other] = found[cell] + 1
                queue.append(other)
    return found


@pytest.mark.parametrize(("rows", "columns", "loops"), [(6, 6, 6), (3, 8, 0), (1, 5, 0), (9, 4, 5)])
def test_a_random_maze_reaches_all_cells_and_has_its_loops(rows, columns, loops):
    for seed in range(5):
        maze = random_maze(rows, columns, loops=loops, seed=seed)
        assert len(walked(maze)) == maze.cells == rows * columns
        assert len(maze.edges) == maze.cells - 1 + loops
        assert maze.unique and maze.shortest.sum() == maze.length == walked(maze)[maze.goal]
        assert np.array_equal(maze.edges, random_maze(rows, columns, loops=loops, seed=seed).edges)


def test_mazes_differ_by_seed():
    edges = {random_maze(seed=seed).edges.tobytes() for seed in range(10)}
    assert len(edges) == 10


def test_neighbours_of_a_grid():
    assert neighbours(2, 2).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_the_shortest_way_is_marked_in_the_text():
    assert LADDER.shortest.tolist() == [True, False, True, False, False, False]
    assert LADDER.text(LADDER.shortest).splitlines() == [
        "#######", "#S...G#", "# ### #", "#     #", "#######"]


def test_the_float_fluid_finds_the_shortest_way():
    for maze in (LADDER, *(random_maze(5, seed=seed) for seed in range(6))):
        run = maze_flow(maze).trajectory(np.ones((steps_needed(maze), 1)))
        g = run[-1, maze.cells:]
        assert np.array_equal(surviving(g), maze.shortest)
        assert g[maze.shortest] == pytest.approx(WIDE, rel=1e-2)
        assert run[-1, : maze.cells].sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("widths", [{}, {"conductivity_bits": 12, "pressure_bits": 16}])
def test_the_integers_find_it_too_and_keep_all_mass(widths):
    for maze in (LADDER, random_maze(5, seed=1), random_maze(3, 7, seed=2)):
        design = maze_design(maze, **widths)
        golden = Golden(design)
        steps = steps_needed(maze)
        g = design.output.decode(golden.run(np.ones((steps, 1), dtype=int)))[-1]
        assert np.array_equal(surviving(g), maze.shortest)
        assert (g[~maze.shortest] == 0).all()  # dry to the last bit
        assert golden.memory[: maze.cells].sum() == 0


def test_integers_follow_the_floats():
    maze = random_maze(4, seed=3)
    design = maze_design(maze, conductivity_bits=16, output_bits=15)
    pump = np.ones((400, 1))
    floats = maze_flow(maze).trajectory(pump)[:, maze.cells:]
    fixed = design.output.decode(Golden(design).run(pump.astype(int)))
    assert np.abs(fixed - floats).max() < 0.01 * WIDE


def test_one_bit_an_edge_says_the_way():
    design = maze_design(LADDER, output_bits=1)
    found = Golden(design).run(np.ones((steps_needed(LADDER), 1), dtype=int))[-1]
    assert found.tolist() == LADDER.shortest.astype(int).tolist()


@pytest.mark.slow
def test_a_hundred_mazes():
    right = 0
    for seed in range(100):
        maze = random_maze(6, seed=seed)
        design = maze_design(maze)
        g = Golden(design).run(np.ones((steps_needed(maze), 1), dtype=int))[-1]
        right += np.array_equal(surviving(design.output.decode(g[None])[0]), maze.shortest)
    assert right == 100


def test_a_picture(tmp_path):
    run = Golden(maze_design(LADDER)).run(np.ones((60, 1), dtype=int), trace=True)
    maze_picture(LADDER, run.points["flow"], run.points["conductivity"], tmp_path / "m.png")
    assert (tmp_path / "m.png").read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(ValueError, match=r"^flow and conductivity must be of shape \(steps, 6\), "):
        maze_picture(LADDER, np.zeros((5, 6)), np.zeros((5, 5)), tmp_path / "n.png")


@pytest.mark.parametrize(("changes", "message"), [
    ({"goal": 6}, "goal must be a cell of 0..5, not 6"),
    ({"goal": 0}, "goal must differ from start, cell 0"),
    ({"edges": [[0, 4]]}, "edges[0] must be cells i < j side by side, not [0, 4]"),
    ({"edges": [[0, 1]]}, "there must be a way from cell 0 to cell 2"),
])
def test_wrong_mazes(says, changes, message):
    with says(message):
        Maze(**{"rows": 2, "columns": 3, "edges": LADDER.edges, "start": 0, "goal": 2, **changes})


@pytest.mark.parametrize(("given", "message"), [
    ({"rows": 0}, "rows must be an integer of at least 1, not 0"),
    ({"rows": 3, "columns": 2.5}, "columns must be an integer of at least 1, not 2.5"),
    ({"rows": 1, "columns": 1}, "a maze must have at least 2 cells, not 1"),
    ({"rows": 3, "loops": 9}, "loops must be in 0..4, not 9"),
    ({"rows": 2, "loops": 1}, "loops must be fewer for a unique shortest way, not 1"),
])
def test_wrong_random_mazes(says, given, message):
    with says(message):
        random_maze(**given)


@pytest.mark.parametrize(("given", "message"), [
    ({"conductivity_bits": 7}, "conductivity_bits must be in 8..20, not 7"),
    ({"pressure_bits": 25}, "pressure_bits must be in 14..24, not 25"),
    ({"output_bits": 15}, "output_bits must be in 1..14, not 15"),
])
def test_wrong_widths(says, given, message):
    with says(message):
        maze_design(LADDER, **given)
