"""Writes tests/train/ncps.npz: real cells of ncps, what they were given, and what they answered.

    pip install torch ncps
    python tools/ncps_fixture.py tests/train/ncps.npz

Every entry "<case>/<attribute>" is a tensor of a module or of one of its parts, in float64;
"<case>/tree" their classes and plain attributes as JSON. "<case>/inputs" (T, K) were given from
zero states; "<case>/outputs" (T, O) were answered, and "<case>/timed" with "<case>/timespans".
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

STEPS, INPUTS = 40, 3


def cases() -> dict[str, Any]:
    """A module of ncps for each case, its weights drawn anew, in float64."""
    import torch
    from ncps.torch import LTC, CfC
    from ncps.wirings import NCP, AutoNCP

    torch.manual_seed(20)
    found = {
        "default": CfC(INPUTS, 6, backbone_layers=0, proj_size=2),
        "no_gate": CfC(INPUTS, 6, mode="no_gate", backbone_layers=0),
        "pure": CfC(INPUTS, 6, mode="pure", backbone_layers=0, proj_size=2),
        "backbone": CfC(INPUTS, 5, backbone_layers=2, backbone_units=7, proj_size=2),
        "tanh": CfC(INPUTS, 5, activation="tanh", backbone_layers=1, backbone_units=7),
        "wired": CfC(INPUTS, AutoNCP(12, 2, seed=1), proj_size=3),
        "wired_no_gate": CfC(INPUTS, AutoNCP(11, 2, seed=2), mode="no_gate"),
        "ltc": LTC(INPUTS, 6, ode_unfolds=4),
        "ltc_explicit": LTC(INPUTS, 5, implicit_param_constraints=False, input_mapping="linear",
                            output_mapping=None),
        "ltc_wired": LTC(INPUTS, NCP(5, 4, 2, 3, 2, 2, 2)),
    }
    for module in found.values():
        module.double()
        with torch.no_grad():
            for parameter in module.parameters():
                if parameter.requires_grad:  # biases too, and masks not
                    parameter += 0.2 * torch.randn_like(parameter) * parameter.abs().mean()
    return found


def run(module: Any, inputs: np.ndarray, timespans: np.ndarray | None) -> np.ndarray:
    """(T, O) outputs of one sequence from zero states."""
    import torch

    with torch.no_grad():
        spans = None if timespans is None else torch.from_numpy(timespans)[None]
        return np.asarray(module(torch.from_numpy(inputs)[None], timespans=spans)[0][0].numpy())


def main() -> None:
    rng = np.random.default_rng(20)
    arrays: dict[str, np.ndarray] = {}
    for name, module in cases().items():
        inputs, spans = rng.normal(size=(STEPS, INPUTS)), rng.uniform(0.1, 3.0, STEPS)
        arrays |= {f"{name}/inputs": inputs, f"{name}/timespans": spans,
                   f"{name}/outputs": run(module, inputs, None),
                   f"{name}/timed": run(module, inputs, spans),
                   f"{name}/tree": np.array(json.dumps(tree(module, name, arrays)))}
    np.savez_compressed(sys.argv[1], **arrays)


def tree(part: Any, where: str, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """A module's class, plain attributes, children by name, and its tensors put into ``arrays``."""
    tensors = dict(part.named_parameters(recurse=False))
    for name, tensor in tensors.items():
        arrays[f"{where}/{name}"] = tensor.detach().numpy()
    plain = {k: v for k, v in vars(part).items() if isinstance(v, (bool, int, float, str))}
    for name in ("motor_size", "state_size"):
        if hasattr(part, name):
            plain[name] = int(getattr(part, name))
    return {"class": type(part).__name__, "plain": plain, "tensors": sorted(tensors),
            "layers": [f"layer_{k}" for k in range(len(getattr(part, "_layers", ())))],
            "parts": {name: tree(child, f"{where}/{name}", arrays)
                      for name, child in part.named_children()}}


if __name__ == "__main__":
    main()
