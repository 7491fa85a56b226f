"""Liquids in series in floats: deep and mixed reservoirs (Gallicchio, Micheli, Pedrelli 2017)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats, Numbers
from liquidgate.train.classifier import Classifier
from liquidgate.train.network import Network, power_scaling
from liquidgate.train.parameters import MOST_UNITS, check_parameters, check_whole
from liquidgate.train.regressor import Regressor
from liquidgate.train.reservoir import FloatReservoir

LATER: dict[str, Any] = dict(input_scaling=0.3, input_connectivity=0.2)
"""Defaults of the stages behind the first, which have many inputs."""
COMMON = ("feedback", "fb_scaling", "normalise", "passthrough", "pooling", "ridge", "warmup")
"""What no stage has of its own: it is the chain's, and no stage hears the outputs."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Series(FloatReservoir):
    """Stages in series: stage k >= 1 hears (taps - offset) * scale of the one before.

    One to which the last input is an interval hears the inputs' last one behind these.

    Parameters
    ----------
    kinds : of the stages. stages : their reservoirs.
    offset, scale : for each stage but the last, (taps,).
    loop : stage 0 hears the old taps of the last stage, then the inputs; for imports.
    """

    kinds: tuple[str, ...]
    stages: tuple[FloatReservoir, ...]
    offset: tuple[Floats, ...]
    scale: tuple[Floats, ...]
    loop: bool = False

    @property
    def units(self) -> int:
        return sum(stage.units for stage in self.stages)

    @property
    def inputs(self) -> int:
        return self.stages[0].inputs - self.stages[-1].taps * self.loop

    @property
    def timed(self) -> bool:
        return any(getattr(stage, "timed", False) for stage in self.stages)

    @property
    def width(self) -> int:
        return sum(stage.width for stage in self.stages)

    @property
    def taps(self) -> int:
        return sum(stage.taps for stage in self.stages)

    def start(self) -> Floats:
        return np.concatenate([stage.start() for stage in self.stages])

    def states(self, x: Floats) -> list[Floats]:
        """The stages' own states (.., S_k) of states (.., S)."""
        return np.split(x, np.cumsum([stage.width for stage in self.stages])[:-1], axis=-1)

    def heard(self, k: int, taps: Floats, u: Floats) -> Floats:
        """What stage k >= 1 hears of the taps of stage k - 1, and the scaled inputs u."""
        own = (taps - self.offset[k - 1]) * self.scale[k - 1]
        timed = getattr(self.stages[k], "timed", False)
        return np.concatenate([own, u[..., -1:]], axis=-1) if timed else own

    def entry(self, x: Floats, u: Floats) -> Floats:
        """What stage 0 hears, of the states before and the scaled inputs u."""
        if not self.loop:
            return u
        return np.concatenate([self.stages[-1].seen(self.states(x)[-1]), u], axis=-1)

    def step(self, x: Floats, u: Floats) -> Floats:
        found: list[Floats] = []
        for k, (stage, own) in enumerate(zip(self.stages, self.states(x))):
            heard = (self.heard(k, self.stages[k - 1].seen(found[-1]), u) if k
                     else self.entry(x, u))
            found.append(stage.step(own, heard))
        return np.concatenate(found, axis=-1)

    def trajectory(self, U: Floats, *, state: Floats | None = None) -> Floats:
        """Stage after stage, each by its own quick way; in a loop, step by step."""
        if self.loop:
            return super().trajectory(U, state=state)
        found: list[Floats] = []
        starts = self.states(self.start() if state is None else state)
        for k, (stage, own) in enumerate(zip(self.stages, starts)):
            heard = self.heard(k, self.stages[k - 1].seen(found[-1]), U) if k else U
            found.append(stage.trajectory(heard, state=own))
        return np.concatenate(found, axis=-1)

    def all_heard(self, U: Floats) -> list[Floats]:
        """(T, inputs) what each stage hears over scaled inputs U, from the start."""
        x = self.trajectory(U)
        parts = [stage.seen(own) for stage, own in zip(self.stages, self.states(x))]
        first = self.entry(np.vstack([self.start(), x[:-1]]), U)
        return [first, *(self.heard(k, parts[k - 1], U) for k in range(1, len(parts)))]

    def seen(self, x: Floats) -> Floats:
        parts = [stage.seen(own) for stage, own in zip(self.stages, self.states(x))]
        return np.concatenate(parts, axis=-1)

    def stored_bits(self, weight_bits: int, state_bits: int) -> int:
        return sum(stage.stored_bits(weight_bits, state_bits) for stage in self.stages)

    def plain(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        settings: dict[str, Any] = {"kinds": list(self.kinds), "stages": [], "loop": self.loop}
        arrays: dict[str, np.ndarray] = {}
        for k, stage in enumerate(self.stages):
            own, data = stage.plain()
            settings["stages"].append(own)
            arrays |= {f"stage{k}_{name}": array for name, array in data.items()}
        for k, (offset, scale) in enumerate(zip(self.offset, self.scale)):
            arrays |= {f"between{k}_offset": offset, f"between{k}_scale": scale}
        return settings, arrays

    @classmethod
    def restored(cls, settings: dict[str, Any], arrays: dict[str, np.ndarray]) -> Series:
        from liquidgate.train import liquids

        stages = []
        for k, (kind, own) in enumerate(zip(settings["kinds"], settings["stages"])):
            mark = f"stage{k}_"
            data = {n.removeprefix(mark): a for n, a in arrays.items() if n.startswith(mark)}
            stages.append(liquids.find(kind).regressor.reservoir_class.restored(own, data))
        between = range(len(stages) - 1)
        return cls(kinds=tuple(settings["kinds"]), stages=tuple(stages),
                   offset=tuple(arrays[f"between{k}_offset"] for k in between),
                   scale=tuple(arrays[f"between{k}_scale"] for k in between),
                   loop=settings["loop"])


class ChainNetwork(Network):
    """What both have in common. Parameters: see ``Chain``."""

    liquid = "chain"
    reservoir_class = Series
    reservoir_: Series

    def __init__(self, stages: str = "esn >> esn", units: int = 100, *,
                 passthrough: bool = False, ridge: Numbers | str = "cv", warmup: int = 100,
                 weight_bits: int | None = None, normalise: bool = True, seed: int = 0,
                 pooling: str = "mean") -> None:
        self.stages = stages
        self.units = units
        self.passthrough = passthrough
        self.ridge = ridge
        self.warmup = warmup
        self.weight_bits = weight_bits
        self.normalise = normalise
        self.seed = seed
        self.pooling = pooling

    @property
    def timed(self) -> bool:
        """Whether a stage takes the last input as the interval since the sample before."""
        return any(network.timed for network in self.networks())

    def networks(self) -> list[Network]:
        """An unfitted estimator for each stage."""
        from liquidgate.train import liquids

        check_whole(self.units, "units", 1, MOST_UNITS)
        described = stages_of(self.stages)
        if self.units < len(described):
            raise ValueError(f"units must be at least one a stage, {len(described)}, "
                             f"not {self.units}")
        made: list[Network] = []
        for k, (kind, given) in enumerate(described):
            if kind not in liquids.kinds():
                known = [name for name in liquids.kinds() if name != self.liquid]
                raise ValueError(f"stages must be of {', '.join(known)}, not {kind!r}")
            found = liquids.find(kind)
            own: dict[str, Any] = {
                "units": self.units // len(described) + (k < self.units % len(described)),
                "seed": self.seed + k, "normalise": self.normalise, "passthrough": False,
                "weight_bits": self.weight_bits, **given,
            }
            usual = {**found.default, **(LATER if k else {})}
            legal = found.parameters()
            own_legal = [name for name in legal if name not in COMMON]
            for name in given:
                if name not in own_legal:
                    raise ValueError(f"stages: {kind} has no parameter {name}: choose from "
                                     f"{', '.join(own_legal)}")
            check_parameters(kind, given, f"stages: {kind}.")
            changes = found.completed({n: v for n, v in own.items() if n in legal}, usual)
            parameters = {n: v for n, v in {**usual, **changes}.items() if n in legal}
            made.append(found.regressor(**parameters))
            with _of_stage(kind):
                made[-1].check()
            if k and getattr(made[-1], "schedule", "static") != "static":
                raise ValueError(f"stages: {kind}.schedule must be 'static' behind another liquid, "
                                 f"not {made[-1].schedule!r}")  # type: ignore[attr-defined]
        total = sum(network.units for network in made)
        if total > MOST_UNITS:
            raise ValueError(f"units of all stages must be at most {MOST_UNITS}, not {total}")
        return made

    def draw(self, inputs: int, outputs: int) -> Series:
        networks = self.networks()
        stages: list[FloatReservoir] = []
        for k, network in enumerate(networks):
            if k:
                inputs = stages[-1].taps + bool(network.timed)
            with _of_stage(network.liquid):
                stages.append(network.draw(inputs, 0))
        between = [np.zeros(stage.taps) for stage in stages[:-1]]
        return Series(kinds=tuple(network.liquid for network in networks), stages=tuple(stages),
                      offset=tuple(between), scale=tuple(np.ones_like(b) for b in between))

    def _prepare(self, inputs: Floats, targets: Floats) -> None:
        """The taps between stages are brought near mean 0, deviation 1, as inputs are."""
        super()._prepare(inputs, targets)
        series, scaled = self.reservoir_, self.scaled(inputs)
        heard = scaled
        for k, stage in enumerate(series.stages[:-1]):
            taps = stage.run(heard)
            offset, scale = power_scaling(taps[min(self.warmup, len(taps) - 2):])
            series = replace(
                series, offset=(*series.offset[:k], offset, *series.offset[k + 1:]),
                scale=(*series.scale[:k], scale, *series.scale[k + 1:]),
            )
            heard = series.heard(k + 1, taps, scaled)
        self.reservoir_ = series


class Chain(ChainNetwork, Regressor):
    """Liquids in series for regression: each feeds the next, the readout sees all.

    Parameters
    ----------
    stages : liquids by name, each with parameters of its own that differ from its defaults, as
        "esn(lr=0.3) >> esn(lr=0.9, units=60)". The first hears the inputs. Passthrough, ridge,
        warmup, normalise and pooling are the chain's alone.
    units : neurons of all stages together, for those without ``units`` of their own.
    weight_bits : draw the weights on a grid of so many bits.
    passthrough, ridge, warmup, normalise, seed, pooling : as of every ``Network``.
    """


class ChainClassifier(ChainNetwork, Classifier):
    """Liquids in series that classify sequences by their pooled scores. Parameters: ``Chain``."""


@contextmanager
def _of_stage(kind: str) -> Iterator[None]:
    """Names the stage in front of the parameter that is wrong."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise type(error)(f"stages: {kind}.{error}") from None


def stages_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    """(kind, parameters) of each stage of a description; ValueError says what is wrong with it."""
    example = "as in 'esn(lr=0.3) >> esn'"
    if not isinstance(text, str):
        raise TypeError(f"stages must be a text {example}, not {text!r}")
    try:
        tree: ast.expr = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        text = text if len(text) < 80 else f"{text[:80]}.."
        raise ValueError(f"stages must be liquids {example}, not {text!r}") from None
    parts: list[ast.expr] = []
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.RShift):
        parts.insert(0, tree.right)
        tree = tree.left
    parts.insert(0, tree)
    found = []
    for part in parts:
        name = part.func if isinstance(part, ast.Call) else part
        keywords = part.keywords if isinstance(part, ast.Call) else []
        plain = not (isinstance(part, ast.Call) and part.args)
        if not isinstance(name, ast.Name) or not plain or any(k.arg is None for k in keywords):
            raise ValueError(f"stages must be liquids {example}, not {text!r}")
        if name.id == "chain":
            raise ValueError("stages must not be chains themselves")
        names = [str(k.arg) for k in keywords]
        for twice in sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"stages must give each parameter once, not {twice} twice, "
                             f"as in {text!r}")
        try:
            given = {str(k.arg): ast.literal_eval(k.value) for k in keywords}
        except (ValueError, TypeError, RecursionError, MemoryError):
            raise ValueError(f"stages must have plain numbers and texts as parameters, "
                             f"not {text!r}") from None
        found.append((name.id, given))
    if len(found) < 2:
        raise ValueError(f"stages must be at least 2, {example}, not {text!r}")
    return found
