"""Quantises liquids in series: each stage on the integers that the one before really gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from liquidgate.spec import Chain, Design
from liquidgate.spec.chain import tap_port
from liquidgate.spec.liquid import expect
from liquidgate.train import liquids
from liquidgate.train.arrays import Floats
from liquidgate.train.chain import ChainNetwork
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import Frame, Integers, Raws, exact_outputs, golden_taps


def quantise_chain(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``Chain`` or ``ChainClassifier``."""
    assert isinstance(model, ChainNetwork)
    series, made = model.reservoir_, []
    offset, scale = model.input_offset_, model.input_scale_
    heard = [model.scaled(u) for u in data.inputs]
    own, material = replace(frame, passthrough=False), data
    for k, network in enumerate(model.networks()):
        network.reservoir_ = series.stages[k]
        network.input_offset_, network.input_scale_ = offset, scale
        network.warmup = model.warmup
        integers = liquids.find(network.liquid).quantise(network, material, formats, own)
        made.append(integers)
        if k == len(series.stages) - 1:
            break
        # the next stage's inputs are raw taps: x = scale * raw + constant
        port = tap_port(integers.liquid)
        raws = [integers.input.encode(u) for u in material.inputs]
        taps = golden_taps(own.design(integers.liquid, integers.input), raws)
        floats = [series.stages[k].run(u) for u in heard]
        constant = _mean([x - t * integers.scale for x, t in zip(floats, taps)], data.skip)
        offset = (series.offset[k] - constant) / integers.scale
        scale = integers.scale * series.scale[k]
        heard = [series.heard(k + 1, x) for x in floats]
        material = replace(data, inputs=[t.astype(float) for t in taps])
        own = replace(own, input=port, input_names=tuple(c.name for c in port.channels))
    return Integers(
        liquid=Chain(tuple(part.liquid for part in made)),  # type: ignore[misc]
        input=made[0].input, scale=np.concatenate([part.scale for part in made]),
        memory_bits=sum(part.memory_bits for part in made),
        reference=lambda design, raws: _reference(design, raws, made),
    )


def _mean(parts: Sequence[Floats], skip: int) -> Floats:
    return np.asarray(np.vstack([p[min(skip, len(p) - 1):] for p in parts]).mean(axis=0))


def _reference(design: Design, raws: Raws, made: list[Integers]) -> list[dict[str, Floats]]:
    """The cast points of all stages without rounding, stage after stage."""
    found: list[dict[str, Floats]] = [{} for _ in raws]
    states: list[list[Floats]] = [[] for _ in raws]
    heard: Raws = raws
    stages = expect(Chain, design.liquid).designs(design.input)
    for k, (stage, integers) in enumerate(zip(stages, made)):
        exact = integers.reference(stage, heard)
        for points, kept, one in zip(found, states, exact):
            points |= {f"stage{k}.{n}": v for n, v in one.items() if n != "output"}
            kept.append(one["state"])
        heard = [one["state"] for one in exact]
    for points, kept, u in zip(found, states, raws):
        points["state"] = np.hstack(kept)
        points["output"] = exact_outputs(design, points["state"], u)
    return found


def sizes(chain: Chain) -> dict[str, Any]:
    """What ``liquidgate info`` tells of the liquid."""
    found: dict[str, Any] = {"neurons": chain.neurons}
    for k, stage in enumerate(chain.stages):
        own = liquids.find(stage.kind).sizes(stage)
        found |= {f"stage{k}": stage.kind, **{f"stage{k}_{n}": v for n, v in own.items()}}
    return found
