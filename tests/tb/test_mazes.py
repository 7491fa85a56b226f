"""Mazes solved on the circuit: the Verilog equals golden on every clock of the whole run."""

from __future__ import annotations

import numpy as np
import pytest

from liquidgate.golden import Golden
from liquidgate.referee import verify
from liquidgate.train.maze import random_maze, steps_needed, surviving
from liquidgate.train.quantise.maze import maze_design


@pytest.mark.parametrize("size", [3, pytest.param(6, marks=pytest.mark.slow)])
def test_a_maze_is_solved_on_the_circuit(size):
    maze = random_maze(size, seed=1)
    design, pump = maze_design(maze), np.ones((steps_needed(maze), 1))
    result = verify(design, 8, inputs=pump, steps=len(pump))
    assert result.mismatches == 0 and result.outputs == len(pump)
    found = design.output.decode(Golden(design).run(pump.astype(int)))[-1]
    assert np.array_equal(surviving(found), maze.shortest)
