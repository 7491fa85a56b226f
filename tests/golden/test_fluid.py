"""The fluid network against plain Python integers; its conservation, and its bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from designs import random_inputs
from designs_fluid import lively_design, random_design
from fluid_oracle import run
from hypothesis import given, settings
from hypothesis import strategies as st
from words_oracle import words_of

from liquidgate.golden import Golden
from liquidgate.spec import Adaptive, Design, Fluid, QFormat, Schedule, SparseMatrix
from liquidgate.spec.codec import from_plain, to_plain


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 12))
def test_every_cast_point(seed: int, neurons: int) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng, neurons=neurons)
    inputs = random_inputs(rng, design, 12)
    golden = Golden(design)
    found = golden.run(inputs, trace=True)
    steps = run(design, inputs)
    for t, step in enumerate(steps):
        assert {**{name: values[t].tolist() for name, values in found.points.items()},
                "mass": step["mass"]} == step
    assert golden.memory[: design.liquid.neurons].tolist() == steps[-1]["mass"]
    assert from_plain(Design, to_plain(design), "design") == design


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_mass_is_conserved(seed: int) -> None:
    """From any masses in range: closed networks never change the sum; in others it changes by
    what comes from outside."""
    rng = np.random.default_rng(seed)
    design = random_design(rng)
    liquid: Any = design.liquid
    golden = Golden(design)
    model: Any = golden._liquid
    low, high = np.array(liquid.mass_range).T
    memory = golden.memory
    memory[: liquid.neurons] = rng.integers(low, high + 1)
    golden._memory = memory
    for u in random_inputs(rng, design, 60):
        before = golden.memory[: liquid.neurons]
        p = model.pressures(before)
        points = golden.run([u], trace=True).points
        masses = golden.memory[: liquid.neurons]
        assert ((low <= masses) & (masses <= high)).all()
        d, v = points["drive"][0], points["loss"][0]
        full, empty = p == liquid.pressure.raw_max, p == liquid.pressure.raw_min
        d = np.where(full & (d > 0) | empty & (d < 0), 0, d)
        assert masses.sum() == before.sum() + (d - v).sum()
        if not (any(liquid.bias) or any(liquid.viscosity) or liquid.input.nnz):
            assert masses.sum() == before.sum()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_closed_networks_flow(seed: int) -> None:
    """A network without drive and loss keeps its mass for ever, while pressures move."""
    rng = np.random.default_rng(seed)
    design = random_design(rng, closed=True)
    golden = Golden(design)
    memory = golden.memory
    memory[0] = design.liquid.mass_range[0][1]
    golden._memory = memory
    golden.run(random_inputs(rng, design, 200))
    assert golden.memory[: design.liquid.neurons].sum() == memory[: design.liquid.neurons].sum()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_edges_is_of_no_account(seed: int) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng, watch="pressure")
    liquid: Any = design.liquid
    order = rng.permutation(len(liquid.tails))
    other = replace(liquid, **{name: tuple(getattr(liquid, name)[e] for e in order)
                               for name in ("tails", "heads", "initial")})
    inputs = random_inputs(rng, design, 30)
    assert (Golden(design).run(inputs) == Golden(replace(design, liquid=other)).run(inputs)).all()


@pytest.mark.parametrize("kind", ["fixed", "adaptive"])
def test_lively(kind: str) -> None:
    design = lively_design(kind)
    found = Golden(design).run(random_inputs(np.random.default_rng(0), design, 2000),
                               trace=True).points
    for name, fmt in design.liquid.points.items():
        low, high = found[name].min(), found[name].max()
        assert low < 0 < high or name == "conductivity", (name, fmt)


@pytest.mark.parametrize(("change", "message"), [
    ({"tails": ()}, "the number of edges must be in 1..32768, not 0"),
    ({"heads": (1,) * 6}, "fluid.heads must have one entry an edge: 7, not 6"),
    ({"heads": (1, 2, 2, 3, 4, 0, 4)}, r"fluid.heads\[3\] must differ from its tail, vessel 3"),
    ({"tails": (0, 0, 1, 3, 3, 5, 2)}, r"fluid.tails\[5\] must be in 0..4, not 5"),
    ({"initial": (1, 2, 3, 4, 5, 64, 7)}, r"fluid.initial\[5\] must fit QFormat"),
    ({"conductivity": QFormat(1, 6)}, "fluid.conductivity must be an unsigned format of 1..24"),
    ({"flow": QFormat(1, 24)}, "fluid.flow must be a signed format of 2..24 bits"),
    ({"pressure": QFormat(1, 5)}, "fluid.pressure.f_bits - fluid.activation.input.f_bits must"),
    ({"flow": QFormat(-9, 16)}, "fluid.conductivity.f_bits . fluid.activation.output.f_bits - "),
    ({"inverse_density": (1, 1, 0, 1, 1)}, r"fluid.inverse_density\[2\] must be in 1..262143"),
    ({"viscosity": (1, 1, 1, 1)}, "fluid.viscosity must have one entry a vessel: 5, not 4"),
    ({"pressure_shift": 40}, "the masses of fluid must fit 40 bits, not 4"),
    ({"watch": "mass"}, "fluid.watch must be one of pressure, conductivity, both, not 'mass'"),
    ({"watch": "both"}, "fluid.watch must be pressure when the conductivities are fixed, not both"),
    ({"input": SparseMatrix.from_rows([[1]] * 4, 1)}, "fluid.input must be 5 x 1, not 4 x 1"),
    ({"bias": (0,)}, "the number of vessels must be in 2..4096, not 1"),
])
def test_bad_fields(change: dict[str, Any], message: str) -> None:
    liquid = lively_design("fixed").liquid
    assert isinstance(liquid, Fluid)
    with pytest.raises(ValueError, match=message):
        replace(liquid, **change)


@pytest.mark.parametrize(("fields", "message"), [
    ((25, 0, 0, 0, 0), "fluid.adaptation.shift must be in 0..24, not 25"),
    ((4, 17, 0, 0, 0), "fluid.adaptation.decay must be in 0..16, not 17"),
    ((4, 0, 0, 0, -1), "fluid.adaptation.drying must be in 0..281474976710655, not -1"),
])
def test_bad_rules(fields: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Adaptive(*fields)


def test_bad_tables_and_ports() -> None:
    design = lively_design("adaptive")
    liquid: Any = design.liquid
    with pytest.raises(ValueError, match=r"fluid.activation.base\[0\] must be 0: no flow"):
        replace(liquid, activation=replace(liquid.activation, base=(1, 112, 190, 225)))
    one = replace(design.input, channels=design.input.channels[:1])
    with pytest.raises(ValueError, match="fluid.input must have one column an input channel: 1"):
        replace(design, input=one)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 4, 32]))
def test_the_page_gives_the_schedule(seed: int, lanes: int) -> None:
    """docs/timing.md, "The plan of a fluid network", a second time."""
    design = random_design(np.random.default_rng(seed))
    liquid: Any = design.liquid
    n, edges = len(liquid.bias), len(liquid.tails)
    words, ends = words_of([list(columns) for columns in liquid.input.indices], lanes)
    mac = 5 + int(np.log2(lanes))
    flow = 7 + (2 if liquid.activation.kind == "clip" else 5)
    begin = max([edges + flow, *(end + mac + 3 - i for i, end in enumerate(ends))])
    pressures = {i: begin + i + 9 for i in range(n)}
    conductivities = {n + e: e + flow + 5 for e in range(edges)}
    ready = {"pressure": pressures, "both": {**conductivities, **pressures},
             "conductivity": {tap - n: clock for tap, clock in conductivities.items()}}
    plan = Schedule(design, lanes).plan
    assert dict(zip(plan.order, plan.ready)) == ready[liquid.watch]
    assert list(plan.order) == list(ready[liquid.watch])
    assert (plan.busy, plan.clear, len(plan.words)) == (begin + n + 8, n, len(words))
