"""The design that solves a maze: a pump, a drain, and conductivities that follow their flow."""

from __future__ import annotations

import numpy as np

from liquidgate.spec import (
    Adaptive,
    Channel,
    Clip,
    Design,
    Fluid,
    LinearReadout,
    Port,
    QFormat,
    SparseMatrix,
)
from liquidgate.spec.formats import check_int
from liquidgate.train.maze import CEILING, WIDE, Maze, patience
from liquidgate.train.quantise.drive import power_ceil

STEEP = 64
"""Of the surviving way, one edge's difference of pressures is 1 / STEEP of the clip's range."""
FINER = 3
"""Fraction bits of a mass beyond a pressure's."""


def maze_design(maze: Maze, *, conductivity_bits: int | None = None, pressure_bits: int = 18,
                output_bits: int = 8, name: str = "maze") -> Design:
    """A maze as a design of integers: ``train.maze.maze_flow`` on its grid.

    Its input channel "pump" is 1 while the pump runs (one bit); its output channels are the new
    conductivities of all edges, in units of which 2**output_bits is ``CEILING``: in the
    end WIDE = 0.2 along the shortest way, and 0 elsewhere. What the pump gives the drain takes, so
    the mass in the maze never changes.

    Parameters
    ----------
    conductivity_bits : 8..20; by default 10 and those of the time constant, whose steps would
        else be lost in rounding (a 10 x 10 maze of two ways of 30 and 32 edges failed with 15).
    pressure_bits : 14..24.
    output_bits : 1..conductivity_bits.

    Raises
    ------
    TypeError, ValueError : naming the width that is wrong.
    """
    n, edges, k = maze.cells, len(maze.edges), patience(maze)
    if conductivity_bits is None:
        conductivity_bits = min(20, 10 + k)
    check_int(conductivity_bits, 8, 20, "conductivity_bits")
    check_int(pressure_bits, 14, 24, "pressure_bits")
    check_int(output_bits, 1, conductivity_bits, "output_bits")
    spare = -power_ceil(CEILING)
    conductivity = QFormat(-spare, conductivity_bits + spare, signed=False)
    i_bits = 1 + max(1, power_ceil(n / STEEP))  # a way through every cell, and as much again
    pressure = QFormat(i_bits, pressure_bits - i_bits)
    linear = QFormat(1, min(15, pressure.f_bits))
    flow = QFormat(1 - spare, min(pressure.f_bits + FINER, 23 + spare))
    # WIDE / growth is the flow of the pump; growth turns raw flows into raw conductivities
    pump = round(WIDE / STEEP * 2.0**flow.f_bits)
    log_growth = power_ceil(STEEP) + conductivity.f_bits - flow.f_bits
    shift = k + max(0, -log_growth)
    growth = 1 << max(0, log_growth)
    # a flow that is rounded up to one raw unit keeps no edge alive
    rule = Adaptive(shift=shift, decay=1 << (shift - k), growth=growth, limit=flow.raw_max,
                    drying=(1 << (shift - 1)) + growth)
    drive = np.zeros((n, 1), dtype=int)
    drive[maze.start], drive[maze.goal] = pump, -pump
    i, j = maze.edges.T.tolist()
    fluid = Fluid(
        tails=tuple(i), heads=tuple(j), conductivity=conductivity, adaptation=rule,
        initial=(round(WIDE * 2.0**conductivity.f_bits),) * edges, activation=Clip(linear, linear),
        flow=flow, weight_width=pump.bit_length() + 1, input=SparseMatrix.from_rows(drive, 1),
        bias=(0,) * n, acc_shift=0, viscosity=(0,) * n, viscosity_shift=0,
        inverse_density=(1,) * n, pressure_shift=flow.f_bits - pressure.f_bits,
        pressure=pressure, watch="conductivity",
    )
    shown = tuple(Channel(f"edge_{a}_{b}", output_bits + spare) for a, b in zip(i, j))
    same = tuple(tuple(int(a == b) for b in range(edges)) for a in range(edges))
    readout = LinearReadout(2, same, (0,) * edges, conductivity_bits - output_bits)
    return Design(name, Port(1, False, (Channel("pump", 0),)),
                  Port(output_bits, False, shown), fluid, readout)
