"""A damaged text yields a divergence that says where it began."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from kinds import LIVELY
from lively import lively_design

from liquidgate.golden import Golden
from liquidgate.rtl_gen import emit
from liquidgate.spec import Design, Schedule, SparseMatrix
from liquidgate.tb import Divergence, verify
from liquidgate.tb.stimulus import random_inputs

Diverge = Callable[..., Divergence]


@pytest.fixture
def diverge(lively: Callable[[str], Design], tmp_path: Path, cache: Path) -> Diverge:
    """Damages a design (clip; 2 lanes) by ``old`` -> ``new`` in one module; its divergence."""

    def run(module: str, old: str, new: str, stalls: str = "none",
            design: Design | None = None) -> Divergence:
        design = design or lively("clip")
        text = emit(design, 2)
        start = re.search(rf"^module \\?{re.escape(design.name + module)} ?\(", text, re.M)
        assert start is not None
        end = text.index("endmodule", start.start())
        body = text[start.start() : end]
        assert body.count(old) == 1, f"{old} must be there once, not {body.count(old)} times"
        damaged = text[: start.start()] + body.replace(old, new) + text[end:]
        path = tmp_path / "damaged.v"
        path.write_text(damaged)
        result = verify(path, design, 2, folder=tmp_path / "bench", cache=cache, stalls=stalls,
                        rng=np.random.default_rng(21), inputs=stream(design))
        assert not result.ok and result.first is not None
        return result.first

    return run


def stream(design: Design) -> np.ndarray:
    return random_inputs(design, 60, np.random.default_rng(7))


def golden_at(design: Design, found: Divergence) -> int:
    trace = Golden(design).run(stream(design), trace=True)
    return int(trace.points[str(found.point)][found.step, found.index])


@pytest.mark.parametrize("stalls", ["none", pytest.param("worst", marks=pytest.mark.slow)])
def test_a_rom_word(diverge: Diverge, lively: Callable[[str], Design], stalls: str) -> None:
    """A weight of one neuron: the first wrong value is this neuron's preactivation."""
    design = lively("clip")
    schedule = Schedule(design, 2)
    word = next(k for k, w in enumerate(schedule.neuron_words) if w.split == 2 and not w.last)
    row = sum(w.last for w in schedule.neuron_words[:word])
    text = emit(design, 2)
    old = re.search(rf"    weights\[{word}\] = 10'h(\w+);", text)
    assert old is not None
    new = old[0].replace(f"h{old[1]};", f"h{int(old[1], 16) ^ 0x8:03x};")
    found = diverge(".lanes", old[0], new, stalls)
    assert (found.point, found.index) == ("preactivation", schedule.order[row])
    assert found.inner_clock is not None and found.inner_clock < found.clock
    if stalls == "none":
        assert found.golden == golden_at(design, found) != found.circuit
    fmt = design.liquid.activation.input
    assert found.circuit_real == fmt.real(found.circuit)
    assert found.golden_real == fmt.real(found.golden)


def test_the_rounding_of_the_states(diverge: Diverge, lively: Callable[[str], Design]) -> None:
    found = diverge(".neuron", "+ $signed(7'h20)", "+ $signed(7'h00)")
    design = lively("clip")
    assert found.point == "state"
    assert found.circuit == found.golden - 1
    assert found.golden == golden_at(design, found)


def test_the_readout(diverge: Diverge, lively: Callable[[str], Design]) -> None:
    design = lively("clip")
    text = emit(design, 2)
    old = re.search(r"    rom\[1\] = (\d+)'h(\w+);", text[text.index(".output_stage.bias ("):])
    assert old is not None
    new = old[0].replace(f"h{old[2]};", f"h{int(old[2], 16) ^ 0x40:x};")
    found = diverge(".output_stage.bias", old[0], new)
    assert (found.pin, found.point, found.index) == ("o__payload", "output", 1)
    assert found.golden == golden_at(design, found)
    channel = design.output.channels[1]
    assert found.circuit_real == channel.real(found.circuit)
    width = design.output.width
    digits = [f"0x{raw & ((1 << width) - 1):03x}" for raw in (found.circuit, found.golden)]
    assert str(found) == (
        f"clock {found.clock}, step {found.step}: pin o__payload differs; it began in clock "
        f"{found.inner_clock} at cast point output of output channel 1: circuit {digits[0]} "
        f"({found.circuit_real:.6g}), golden {digits[1]} ({found.golden_real:.6g})"
    )


def test_the_last_register(diverge: Diverge) -> None:
    """Nothing inside is wrong but the output pins: the channel is named all the same."""
    found = diverge(".output_stage", "    o__payload <= ", "    o__payload <= 18'h200 ^ ")
    assert (found.pin, found.point, found.index) == ("o__payload", "output", 1)
    assert found.circuit == found.golden ^ 1


LIVE = lively_design("clip")
PLAIN = replace(LIVE, liquid=replace(LIVE.liquid, feedback=SparseMatrix.from_rows([[]] * 6, 0)))
STATES = {"esn": (PLAIN, ".neuron", "state"), "cfc": (LIVELY["cfc"][0](), ".neuron", "state"),
          "chain": (LIVELY["chain"][0](), ".neuron.stage1", "stage1.state")}


@pytest.mark.parametrize("kind", STATES)
def test_a_state_of_every_kind_without_feedback(kind: str, diverge: Diverge) -> None:
    design, module, point = STATES[kind]
    width = design.liquid.points[point].width
    found = diverge(module, "    state <= ", f"    state <= {width}'h1 ^ ", design=design)
    assert (found.pin, found.point, found.step) == ("o__payload", point, 0)
    assert found.inner_clock is not None and found.inner_clock < found.clock
    assert found.circuit == found.golden ^ 1 and found.golden == golden_at(design, found)


@pytest.mark.parametrize("point, module, old", [
    ("stage0.state", ".neuron.stage0.neurons.trace", "    value <= "),
    ("stage1.state", ".neuron.stage1", "    state <= "),
])
def test_a_chain_of_unsigned_and_signed_taps(point: str, module: str, old: str,
                                             diverge: Diverge) -> None:
    """Each stage's values are read in its own format, whatever the memory of taps makes of them."""
    design = LIVELY["mixed"][0]()
    width = design.liquid.points[point].width
    # the top bit: the sign of the one, half the range of the other
    found = diverge(module, old, f"{old}{width}'h{1 << width - 1:x} ^ ", design=design)
    assert (found.pin, found.point, found.width) == ("o__payload", point, width)
    flip = -(1 << width - 1) if design.liquid.points[point].signed else 1 << width - 1
    assert found.golden == golden_at(design, found)
    assert found.circuit - found.golden in (flip, -flip)


def test_a_text_of_other_names(tmp_path: Path, cache: Path) -> None:
    """What has another name can not be watched; the next point says where it began."""
    text = emit(PLAIN, 2).replace("valid_preactivation", "renamed")
    start = text.index("module \\lively_clip.neuron ")
    text = text[:start] + text[start:].replace("    z <= ", "    z <= 1'h1 ^ ", 1)
    (tmp_path / "renamed.v").write_text(text)
    found = verify(tmp_path / "renamed.v", PLAIN, 2, folder=tmp_path / "bench", cache=cache,
                   rng=np.random.default_rng(21), inputs=stream(PLAIN)).first
    assert found is not None and (found.point, found.step) == ("activation", 0)


def test_a_handshake(diverge: Diverge) -> None:
    found = diverge(".output_stage", "    o__valid <= ", "    o__valid <= 1'h0 & ")
    assert (found.pin, found.point, found.circuit, found.golden) == ("o__valid", None, 0, 1)
    assert str(found).endswith("pin o__valid differs: circuit 0x0, golden 0x1")
    found = diverge(".sequencer", "  assign i_ready = ", "  assign i_ready = 1'h0 & ")
    assert (found.pin, found.point, found.circuit, found.golden) == ("i__ready", None, 0, 1)
