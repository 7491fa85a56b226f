"""Fitted models as one .npz: plain arrays and one JSON text, no pickle."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.spec.lgd import write_bytes
from liquidgate.train import liquids
from liquidgate.train.network import Network
from liquidgate.train.readout import Readout

FORMAT = "liquidgate model 2"
LEARNED = ("input_offset_", "input_scale_", "output_offset_", "output_scale_", "state_", "last_",
           "classes_")
DAMAGE = (ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError,
          RuntimeError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What the readers of zip, .npy and JSON are known to raise on damaged bytes."""


def save_model(model: Network, path: str | Path) -> None:
    """Writes a fitted network whole or not at all."""
    if not hasattr(model, "readout_"):
        raise ValueError("the model must be fitted before it is saved")
    settings, arrays = model.reservoir_.plain()
    out = model.readout_
    head = {"format": FORMAT, "liquid": model.liquid, "class": type(model).__name__,
            "parameters": {k: _plain(v) for k, v in model.get_params().items()},
            "reservoir": settings, "decision": out.decision, "ridge": out.ridge,
            "flat": getattr(model, "_flat", False), "refit": model.refit_}
    arrays = {**arrays, "readout_weights": out.weights, "readout_bias": out.bias}
    for name in LEARNED:
        if hasattr(model, name):
            arrays[name] = getattr(model, name)
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"{name} must hold numbers or texts to be saved without pickle")
    head["arrays"] = sorted(arrays)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, head=np.array(json.dumps(head)), **arrays)
    write_bytes(path, buffer.getvalue())


def load_model(path: str | Path) -> Any:
    """Reads what ``save_model`` wrote.

    Raises
    ------
    OSError : when it can not be read.
    ValueError : when it is no such file, or a damaged one.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"{path}: no such file")
    content = Path(path).read_bytes()  # np.load would leave a damaged file open
    try:
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise ValueError("no whole .npz archive")
        with np.load(io.BytesIO(content), allow_pickle=False) as data:
            head = json.loads(str(data["head"]))
            arrays = {name: data[name] for name in data.files if name != "head"}
        if head["format"] != FORMAT:
            raise ValueError(f"format must be {FORMAT!r}, not {head['format']!r}")
        if sorted(arrays) != head["arrays"]:
            raise ValueError(f"must hold {', '.join(head['arrays'])}, not "
                             f"{', '.join(sorted(arrays))}")
        known = liquids.find(head["liquid"])
        classes = {c.__name__: c for c in (known.regressor, known.classifier)}
        model: Any = classes[head["class"]](
            **{k: _value(v) for k, v in head["parameters"].items()})
        reservoir = model.reservoir_ = model.reservoir_class.restored(head["reservoir"], arrays)
        model.readout_ = Readout(weights=arrays["readout_weights"], bias=arrays["readout_bias"],
                                 decision=head["decision"], ridge=head["ridge"])
        seen = reservoir.taps + reservoir.inputs * bool(model.passthrough)
        if arrays["readout_weights"].shape[1] != seen:
            raise ValueError(f"readout_weights must have {seen} columns, "
                             f"not {arrays['readout_weights'].shape[1]}")
        model.n_features_in_, model.refit_ = reservoir.inputs, head["refit"]
        for name in LEARNED:
            if name in arrays:
                setattr(model, name, arrays[name])
        if isinstance(model, known.regressor):
            model._flat = head["flat"]
    except DAMAGE as error:
        raise ValueError(f"{path}: not a model file or a damaged one: {error}") from None
    return model


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"array": value.tolist()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return {"tuple": list(value)} if isinstance(value, tuple) else value


def _value(plain: Any) -> Any:
    if isinstance(plain, dict) and "tuple" in plain:
        return tuple(plain["tuple"])
    return np.array(plain["array"]) if isinstance(plain, dict) and "array" in plain else plain
