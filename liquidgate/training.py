"""Train, quantise, measure, and write it all down: the work behind two commands."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate import evaluation, pictures
from liquidgate.config import Config
from liquidgate.source import Source, source_from
from liquidgate.spec import save
from liquidgate.spec.lgd import write_text
from liquidgate.train import liquids, tasks
from liquidgate.train.data import DataSet
from liquidgate.train.quantise import (
    Formats,
    Quantised,
    fit_bits,
    fit_memory,
    quantise,
)
from liquidgate.train.search import search
from liquidgate.train.store import load_model, save_model
from liquidgate.train.tasks import Model

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A fitted model with its data, and how it came about."""

    model: Model
    data: DataSet
    source: Source
    history: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How formats are chosen; at most one of the two.

    Parameters
    ----------
    within : fewest state bits whose error is within this share of the float error.
    bits : least error whose weights, readout and states fit so many bits of memory.
    """

    within: float | None = None
    bits: int | None = None

    def __post_init__(self) -> None:
        if self.within is not None and self.bits is not None:
            raise ValueError("give --within or --budget, not both")


def train(source: Source, config: Config, *, seed: int, progress: Progress) -> Trained:
    """Fits a network; the test range is not looked at.

    Parameters
    ----------
    seed : of the network, unless the configuration says another.

    Raises
    ------
    ValueError, TypeError, OSError : for what can not be trained on.
    """
    progress("loading data")
    data = source.load()
    changes, kind = _changes(data, config), config.network.liquid
    history: dict[str, Any] = {"seconds": {}}
    if config.search.budget:
        progress(f"searching hyperparameters: {config.search.budget} trials")
        start = time.perf_counter()
        found = search(data, budget=config.search.budget, seed=config.search.seed, liquid=kind,
                       **changes)
        changes = {**changes, **found.parameters}
        history["search"] = {**asdict(config.search), **asdict(found)}
        history["seconds"]["search"] = time.perf_counter() - start
    progress(f"training on {data.title}")
    start = time.perf_counter()
    model = tasks.fit(data, **{"liquid": kind, "seed": seed, **changes})
    history["seconds"]["train"] = time.perf_counter() - start
    return Trained(model=model, data=data, source=source, history=history)


def _changes(data: DataSet, config: Config) -> dict[str, Any]:
    """What the configuration changes in the data set's preset."""
    changes, known = config.network.changes(), liquids.find(config.network.liquid)
    if "weight_bits" in known.parameters():
        # weights are drawn on the grid on which the circuit stores them: quantising costs nothing
        changes.setdefault("weight_bits", config.formats.weight_bits)
    return known.completed(changes, tasks.preset(data.name, liquid=known.kind))


def reload(path: str | Path) -> tuple[Trained, Formats]:
    """A trained model and its formats again, from a folder of ``write`` or the model in it.

    Raises
    ------
    OSError, ValueError : when model or report is missing or damaged, or the data is gone.
    """
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    model = load_model(folder / "model.npz" if Path(path).is_dir() else path)
    report = read_report(folder / "report.json")
    source = source_from(report.get("source"), str(folder / "report.json"))
    history = {"search": report["search"]} if "search" in report else {}
    formats = report.get("formats")
    try:
        known = Formats(**formats)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"{folder / 'report.json'}: formats must be what training wrote, "
                         f"not {formats!r}") from None
    trained = Trained(model=model, data=source.load(), source=source,
                      history={**history, "seconds": {}})
    return trained, known


def read_report(path: Path) -> dict[str, Any]:
    """The JSON object of a report."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: not a report or a damaged one: {error}") from None
    if not isinstance(plain, dict):
        raise ValueError(f"{path}: not a report: must be an object")
    return plain


def quantised(trained: Trained, formats: Formats, budget: Budget, *, name: str | None,
              progress: Progress) -> Quantised:
    """The design of a trained model; only training rows are looked at."""
    data, (start, stop) = trained.data, trained.data.split.train
    inputs, targets = data.inputs[start:stop], data.targets[start:stop]
    names: dict[str, Any] = {"name": name or data.name, "input_names": data.input_names}
    if data.kind == "regression":
        names["output_names"] = data.target_names
    progress("quantising")
    if budget.within is not None:
        return fit_bits(trained.model, inputs, targets, within=budget.within, formats=formats,
                        progress=progress, **names)
    if budget.bits is not None:
        return fit_memory(trained.model, inputs, targets, bits=budget.bits, formats=formats,
                          progress=progress, **names)
    return quantise(trained.model, inputs, targets, formats=formats, **names)


def write(trained: Trained, formats: Formats, budget: Budget, directory: Path, *,
          name: str | None = None, progress: Progress) -> dict[str, Any]:
    """Quantises, measures, and writes design.lgd, model.npz, report.json and the pictures.

    Returns
    -------
    dict : the report, as in report.json.
    """
    start = time.perf_counter()
    made = quantised(trained, formats, budget, name=name, progress=progress)
    seconds = {**trained.history["seconds"], "quantise": time.perf_counter() - start}
    progress("measuring on the test rows")
    start = time.perf_counter()
    model, data, design = trained.model, trained.data, made.design
    figures = evaluation.evaluate(model, design, data)
    seconds["evaluate"] = time.perf_counter() - start
    progress("drawing")
    start = time.perf_counter()
    save(design, directory / "design.lgd")
    save_model(model, directory / "model.npz")
    floats, fixed = evaluation.both(model, design, data)
    for kind in ("png", "svg"):
        pictures.forecast(data, floats, fixed, directory / f"forecast.{kind}")
    made.report.plot(directory / "quantise.png")
    seconds["draw"] = time.perf_counter() - start
    report = {
        "kind": "training", "task": data.name, "title": data.title,
        "design": design.name, "digest": design.digest, **figures,
        "seed": model.seed, "liquid": model.liquid, "network": _plain(model.get_params()),
        "formats": asdict(made.formats),
        "quantise": made.report.plain(), "split": asdict(data.split), "washout": data.washout,
        "channels": {"inputs": list(data.input_names), "targets": list(data.target_names)},
        "licence": data.licence, "origin": data.source, "source": trained.source.plain(),
        **({"search": trained.history["search"]} if "search" in trained.history else {}),
        "seconds": {k: round(v, 2) for k, v in seconds.items()},
        "versions": {p: version(p) for p in ("liquidgate", "numpy", "scipy", "scikit-learn")},
    }
    write_text(directory / "report.json", json.dumps(report, indent=2) + "\n")
    return report


def _plain(value: Any) -> Any:
    """Parameters as JSON has them."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray | tuple | list):
        return [_plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value
