"""Quantises liquids in series: each stage on the integers that the one before really gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from liquidgate.spec import Chain, Design, Port
from liquidgate.spec.chain import hears_interval, joined, tap_port
from liquidgate.spec.liquid import expect
from liquidgate.train import liquids
from liquidgate.train.arrays import Floats
from liquidgate.train.chain import ChainNetwork
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.material import Material
from liquidgate.train.quantise.seam import (
    Frame,
    Integers,
    Raws,
    centres,
    exact_outputs,
    golden_taps,
)

PASSES = 3
"""The last stage's format is guessed for the first stage of a loop: at most so often."""


def quantise_chain(model: Any, data: Material, formats: Formats, frame: Frame) -> Integers:
    """The integers of a fitted ``Chain`` or ``ChainClassifier``."""
    assert isinstance(model, ChainNetwork)
    series = model.reservoir_
    frame = replace(frame, passthrough=False)
    # the float network, in the order of its sequences, then of its stages
    heard = [series.all_heard(model.scaled(u)) for u in data.inputs]
    if not series.loop:
        made = _stages(model, data, formats, frame, heard, None)
        port = made[0].input
    else:
        last = _last(model, data, formats, frame, heard)
        for _ in range(PASSES):
            made = _stages(model, data, formats, frame, heard, last)
            if made[-1].liquid.taps == last.liquid.taps and (made[-1].scale == last.scale).all():
                break
            last = made[-1]
        port = _behind(made[0].input, len(last.scale), frame)
    later = any(network.timed for network in model.networks()[1:])
    chain = Chain(tuple(part.liquid for part in made),  # type: ignore[misc]
                  interval=len(port.channels) - 1 if later else -1, loop=series.loop)
    return Integers(
        liquid=chain, input=port, scale=np.concatenate([part.scale for part in made]),
        memory_bits=sum(part.memory_bits for part in made),
        reference=lambda design, raws: _reference(design, raws, made),
    )


def _stages(model: ChainNetwork, data: Material, formats: Formats, frame: Frame,
            heard: list[list[Floats]], last: Integers | None) -> list[Integers]:
    """The stages one after the other; ``last``: whose taps the first one hears, in a loop."""
    series, networks = model.reservoir_, model.networks()
    made: list[Integers] = []
    if last is None:
        own, material = frame, data
        offset, scale = model.input_offset_, model.input_scale_
    else:
        own, material, offset, scale = _entry(model, data, formats, frame, heard, last)
    for k in range(len(networks)):
        final = k == len(networks) - 1
        chosen = replace(formats, states="plain") if final and last is not None else formats
        made.append(_quantised(model, k, offset, scale, material, chosen, own))
        if final:
            break
        # the next stage's inputs are raw taps: x = scale * raw + constant
        raws = [made[k].input.encode(u) for u in material.inputs]
        taps = golden_taps(own.design(made[k].liquid, made[k].input), raws)
        floats = [series.stages[k].run(h[k]) for h in heard]
        constant = centres(floats, taps, made[k].scale, data.skip)
        offset = (series.offset[k] - constant) / made[k].scale
        scale = made[k].scale * series.scale[k]
        inputs, port = [t.astype(float) for t in taps], tap_port(made[k].liquid)
        timed = bool(networks[k + 1].timed)
        if timed:
            inputs = [np.column_stack([t, u[:, -1]]) for t, u in zip(inputs, data.inputs)]
            offset, scale = np.append(offset, 0.0), np.append(scale, model.input_scale_[-1])
            port = joined(port, made[0].input, made[0].input.channels[-1:])
        material = replace(data, inputs=inputs)
        own = replace(frame, input=port, input_names=tuple(c.name for c in port.channels),
                      timed=timed)
    return made


def _quantised(model: ChainNetwork, k: int, offset: Floats, scale: Floats, material: Material,
               formats: Formats, frame: Frame) -> Integers:
    """Stage k as a network of its own, over these inputs."""
    network = model.networks()[k]
    network.reservoir_ = model.reservoir_.stages[k]
    network.input_offset_, network.input_scale_ = offset, scale
    network.warmup, network.refit_ = model.warmup, model.refit_
    return liquids.find(network.liquid).quantise(network, material, formats, frame)


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"in{j}" for j in range(count))


def _last(model: ChainNetwork, data: Material, formats: Formats, frame: Frame,
          heard: list[list[Floats]]) -> Integers:
    """The last stage over what it hears in floats: its taps' formats are what counts."""
    inputs = [h[-1] for h in heard]
    k = inputs[0].shape[1]
    own = replace(frame, input_names=_names(k), timed=bool(model.networks()[-1].timed))
    return _quantised(model, len(model.reservoir_.stages) - 1, np.zeros(k), np.ones(k),
                      replace(data, inputs=inputs), replace(formats, states="plain"), own)


def _entry(model: ChainNetwork, data: Material, formats: Formats, frame: Frame,
           heard: list[list[Floats]], last: Integers) -> tuple[Frame, Material, Floats, Floats]:
    """What stage 0 hears in a loop: raw taps of the last stage, then the inputs."""
    taps, port = len(last.scale), tap_port(last.liquid)
    raws = [np.clip(np.round(h[0][:, :taps] / last.scale), port.format.raw_min,
                    port.format.raw_max) for h in heard]
    material = replace(data, inputs=[np.hstack([r, u]) for r, u in zip(raws, data.inputs)])
    offset = np.concatenate([np.zeros(taps), model.input_offset_])
    scale = np.concatenate([last.scale, model.input_scale_])
    free = replace(frame, input_names=_names(len(offset)))
    found = _behind(_quantised(model, 0, offset, scale, material, formats, free).input, taps, frame)
    given = joined(port, found, found.channels)
    names = tuple(channel.name for channel in given.channels)
    return replace(frame, input=given, input_names=names), material, offset, scale


def _behind(port: Port, taps: int, frame: Frame) -> Port:
    """The design's own inputs, behind the taps."""
    return Port(port.width, port.signed, tuple(
        replace(channel, name=name)
        for channel, name in zip(port.channels[taps:], frame.input_names)))


def _reference(design: Design, raws: Raws, made: list[Integers]) -> list[dict[str, Floats]]:
    """The cast points of all stages without rounding, stage after stage.

    In a loop, stage 0 hears golden's own old taps: each step is exact, not the way there.
    """
    found: list[dict[str, Floats]] = [{} for _ in raws]
    states: list[list[Floats]] = [[] for _ in raws]
    chain = expect(Chain, design.liquid)
    heard: Raws = raws
    if chain.loop:
        old = [np.roll(t, 1, axis=0)[:, chain.first_tap[-2]:] for t in golden_taps(design, raws)]
        for rows in old:
            rows[0] = 0
        heard = [np.hstack([t, u]) for t, u in zip(old, raws)]
    for k, (stage, integers) in enumerate(zip(chain.designs(design.input), made)):
        if k and hears_interval(stage.liquid):
            heard = [np.column_stack([x, u[:, chain.interval]]) for x, u in zip(heard, raws)]
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
