"""What a design will take: the gates of a circuit, Yosys' rules, and the estimate made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from amaranth.back import rtlil
from amaranth.hdl import Elaboratable, Module, Mux, Signal, signed
from amaranth.lib.memory import Memory
from designs import random_design
from kinds import LIVELY

from liquidgate.boards import BOARDS, blocks, fitted
from liquidgate.boards.cover import cover
from liquidgate.boards.fit import FEATURES, Estimate, Fit, largest
from liquidgate.boards.gates import Gates
from liquidgate.boards.report import Cells
from liquidgate.boards.rtlil import read
from liquidgate.boards.synthesis import into_logic


class Circuit(Elaboratable):
    """An enabled register, a sum, a product, a constant column, a register that never moves."""

    def __init__(self) -> None:
        self.a, self.b, self.go = Signal(signed(8)), Signal(signed(6)), Signal()
        self.held, self.total = Signal(4), Signal(signed(9))
        self.product, self.still = Signal(signed(14)), Signal(3)
        self.chosen, self.word = Signal(signed(8)), Signal(8)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        with m.If(self.go):
            m.d.sync += self.held.eq(self.a[:4])
        m.d.sync += [
            self.total.eq(self.a + self.b), self.product.eq(self.a * self.b),
            self.still.eq(self.still & 5), self.chosen.eq(Mux(self.go, self.a, self.b)),
        ]
        m.submodules.rom = rom = Memory(shape=8, depth=4, init=[0x10, 0x13, 0x16, 0x1C])
        port = rom.read_port()
        m.d.comb += [port.addr.eq(self.a[:2]), self.word.eq(port.data)]
        return m


def gates(circuit: Circuit) -> Gates:
    ports = [circuit.a, circuit.b, circuit.go, circuit.held, circuit.total, circuit.product,
             circuit.still, circuit.chosen, circuit.word]
    return Gates(read(rtlil.convert(circuit, name="top", ports=ports, emit_src=False)))


def test_gates_of_a_circuit() -> None:
    found = gates(Circuit())
    assert [(cell.kind, n) for cell, n in found.chains.values()] == [("add", 9)]
    assert blocks.products(found) == [(8, 6, 14)]
    (port,), = found.reads.values()
    assert found.used[id(port)] == {0, 1, 2, 3}  # the other four bits never change
    logic = cover(found)
    # held 4, total 9, product 14, chosen 8; still's bit 1 and its AND are constants
    assert logic.registers in (4 + 9 + 14 + 8 + 2, 4 + 9 + 14 + 8 + 3)
    assert logic.tables == 8 and logic.chains == 9
    # the enabled ones take their values from pins, the product's from a multiplier
    assert logic.alone >= 4 + 14


class Unknown(Elaboratable):
    """A division, which no design has."""

    def __init__(self) -> None:
        self.a, self.b, self.q = Signal(4), Signal(4), Signal(4)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.d.sync += self.q.eq((self.a ^ self.b) // 3)
        return m


def test_what_it_does_not_know_counts_nothing() -> None:
    made = Unknown()
    text = rtlil.convert(made, name="top", ports=[made.a, made.b, made.q], emit_src=False)
    logic = cover(Gates(read(text)))
    assert (logic.tables, logic.registers) == (4, 4)


@pytest.mark.parametrize(("family", "width", "words", "rom", "reads", "cells"), [
    # counted by Yosys 0.70, synth_* with -no-rw-check
    ("ice40", 18, 512, True, 1, 3), ("ice40", 33, 260, True, 1, 5), ("ice40", 20, 300, False, 2, 6),
    ("ice40", 5, 600, False, 1, 1), ("ice40", 40, 1100, True, 1, 13),
    ("ice40", 26, 600, False, 3, 15), ("ice40", 19, 1030, True, 2, 12),
    ("ice40", 32, 30, True, 1, 0),
    ("ecp5", 20, 300, False, 2, 2), ("ecp5", 40, 1100, True, 1, 4), ("ecp5", 19, 1030, True, 2, 3),
    ("ecp5", 21, 64, False, 2, 2), ("ecp5", 16, 256, False, 1, 1),
    ("gowin", 26, 600, False, 3, 6), ("gowin", 40, 1100, True, 1, 4),
])
def test_blocks_of_memories(
    family: str, width: int, words: int, rom: bool, reads: int, cells: int
) -> None:
    used = [set(range(width))] * reads
    assert blocks.mapped(blocks.MAPPINGS[family], width, words, used, rom, False).blocks == cells


@pytest.mark.parametrize(("family", "width", "words", "reads", "cells"), [
    ("ecp5", 12, 16, 5, 15), ("ecp5", 9, 100, 1, 21), ("ecp5", 17, 30, 3, 30),
    ("gowin", 21, 64, 2, 48), ("gowin", 8, 128, 2, 32),
])
def test_memories_in_distributed_cells(
    family: str, width: int, words: int, reads: int, cells: int
) -> None:
    found = blocks.mapped(blocks.MAPPINGS[family], width, words, [set(range(width))] * reads,
                          False, False)
    assert (found.blocks, found.distributed) == (0, cells)


def test_a_memory_may_ask_for_blocks() -> None:
    mapping = blocks.MAPPINGS["ice40"]
    assert blocks.mapped(mapping, 8, 52, [set(range(8))], True, False).blocks == 0
    assert blocks.mapped(mapping, 8, 52, [set(range(8))], True, True).blocks == 1


@pytest.mark.parametrize(("family", "size", "count"), [
    ("ice40", (16, 16, 32), 1), ("ice40", (17, 16, 33), 1), ("ice40", (18, 16, 34), 2),
    ("ice40", (22, 17, 39), 2), ("ice40", (22, 18, 40), 3), ("ice40", (8, 2, 10), 0),
    ("ice40", (13, 1, 14), 0), ("ecp5", (18, 18, 36), 1), ("ecp5", (21, 12, 33), 2),
    ("ecp5", (5, 3, 7), 1), ("gowin", (5, 3, 8), 0), ("gowin", (9, 4, 13), 1),
    ("gowin", (18, 10, 28), 1),
])
def test_multipliers_of_a_product(family: str, size: tuple[int, int, int], count: int) -> None:
    """A slice that is too small takes none."""
    assert blocks.multipliers(*size, blocks.MAPPINGS[family]) == count


def test_the_smallest_products_go_into_logic() -> None:
    assert into_logic([(16, 16), (8, 8), (5, 4), (20, 3), (18, 16)], 4, 16) == [2, 1, 0]
    assert into_logic([(16, 16), (8, 8)], 2, 16) == []
    assert into_logic([(3, 9), (8, 8)], 0, 16) == [0, 1]


@pytest.mark.parametrize("name", LIVELY)
def test_every_liquid(name: str) -> None:
    made, lanes = LIVELY[name]
    fit = Fit(made(), lanes)
    for board in BOARDS.values():
        found = fit.on(board)
        assert all(cell.used >= 0 and cell.estimated for cell in found.cells)
        assert 300 < found.cells[0].used < 20_000
        assert found.samples == board.clock_hz / found.interval


def test_more_lanes_and_wider_states_take_more() -> None:
    def logic(lanes: int, bits: int) -> int:
        design = random_design(
            np.random.default_rng(3), neurons=20, inputs=1, outputs=1, activation="clip",
            density=0.3, weight_width=8, state_width=bits, feedback=False, pass_through=False,
            zero_rows=False,
        )
        return Fit(design, lanes).on(BOARDS["ulx3s-85f"]).cells[0].used

    assert logic(1, 6) < logic(4, 6) < logic(4, 18)


def test_the_verdict() -> None:
    def estimate(logic: int, memories: int, error: float | None = 0.1) -> Estimate:
        cells = (Cells("LC", logic, 1000, True), Cells("EBR", memories, 30, True),
                 Cells("DSP", 9, 8, True))
        found = Estimate(BOARDS["icebreaker"], cells, error, 0, 100, 45_000_000)
        return replace(found, cells=(*cells[:2], replace(cells[2], used=8)))

    assert [estimate(n, 30).fits for n in (900, 950, 1090, 1110)] == [True, None, None, False]
    assert estimate(900, 31).fits is False
    # an error that nobody has measured decides nothing
    assert [estimate(1, n, None).fits for n in (30, 31)] == [None, False]


def test_the_fitted_model_is_whole() -> None:
    families = {board.family for board in BOARDS.values()}
    assert set(fitted.COEFFICIENTS) == set(fitted.ERRORS) == families
    for weights in fitted.COEFFICIENTS.values():
        assert len(weights) == len(FEATURES) and min(weights) >= 0
    for family in families:
        assert 0 < fitted.ERRORS[family]["esn"] <= 0.2


@pytest.mark.parametrize("lanes", fitted.LARGEST)
def test_the_largest_network(lanes: int) -> None:
    assert set(fitted.LARGEST[lanes]) == set(BOARDS)
    sizes = {name: largest(board, lanes) for name, board in BOARDS.items()}
    assert sizes["ulx3s-25f"] <= sizes["colorlight-i9"] <= sizes["ulx3s-85f"]
    assert sizes["icebreaker"] == sizes["upduino"] and sizes["tangnano9k"] <= sizes["tangnano20k"]


def test_largest_at_four_lanes() -> None:
    assert largest(BOARDS["icebreaker"], 4) >= 100
