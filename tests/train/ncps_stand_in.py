"""Modules of ncps without PyTorch: those of tests/train/ncps.npz (tools/ncps_fixture.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

STORED = Path(__file__).with_name("ncps.npz")


class Tensor:
    """What the import asks of a tensor."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> np.ndarray:
        return self.values


class Module:
    """Attributes of a module; iterates over its parts, as a Sequential does."""

    sparsity_mask = None
    bias: Any = None

    def __iter__(self) -> Any:
        return iter(self.parts)


def stored() -> dict[str, np.ndarray]:
    with np.load(STORED) as data:
        return dict(data)


def case(name: str, arrays: dict[str, np.ndarray]) -> Any:
    return _module(json.loads(str(arrays[f"{name}/tree"])), name, arrays)


def _module(tree: dict[str, Any], where: str, arrays: dict[str, np.ndarray]) -> Any:
    module = type(tree["class"], (Module,), {})()
    for name, value in tree["plain"].items():
        setattr(module, name, value)
    for name in tree["tensors"]:
        setattr(module, name, Tensor(arrays[f"{where}/{name}"]))
    module.parts = []
    for name, part in tree["parts"].items():
        setattr(module, name, _module(part, f"{where}/{name}", arrays))
        module.parts.append(getattr(module, name))
    if tree["layers"]:
        module._layers = [getattr(module, name) for name in tree["layers"]]
    return module
