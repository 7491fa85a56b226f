"""Cells trained with ncps (1.0, PyTorch) as ours: its CfC and its LTC, wired or not."""

from __future__ import annotations

from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.cfc import CfC, Heads
from liquidgate.train.cfc_pure import PureCfC, PureHead
from liquidgate.train.chain import Chain, Series
from liquidgate.train.esn import Reservoir
from liquidgate.train.readout import Readout
from liquidgate.train.regressor import Regressor, assembled
from liquidgate.train.synaptic import Synapses, SynapticLTC

BACKBONES = {"LeCun": (0.666, 1.7159), "Tanh": (1.0, 1.0)}
"""Backbone activations a * tanh(b z) by their class in ncps: (b, a)."""


KINDS: dict[type, str] = {Heads: "cfc", PureHead: "cfc_pure", Reservoir: "esn"}


def from_ncps(module: Any, *, timed: bool = False, interval: float = 1.0,
              readout: Any = None) -> Regressor:
    """A trained ``CfC`` or ``LTC`` of ncps, or a cell of one, as a fitted model.

    Its outputs are those of the module, from zero states: of ``fc`` when it has a projection, else
    the states, or the motor neurons of a wiring. Each layer of a CfC's wiring, and of a backbone,
    becomes a stage of a ``Chain``. ``quantise`` keeps the trained readout.

    Parameters
    ----------
    module : only its attributes are read; PyTorch is the caller's.
    timed : the last input channel is the timespan of each sample; else all are ``interval``.
    interval : ncps' own default is 1.
    readout : a ``torch.nn.Linear`` behind the module's outputs.

    Raises
    ------
    TypeError : when it is none of these. ValueError : for mixed_memory, or another activation of
    the backbone than lecun_tanh and tanh.
    """
    if not isinstance(timed, bool):
        raise TypeError(f"timed must be True or False, not {timed!r}")
    if not np.isfinite(interval) or interval <= 0:
        raise ValueError(f"interval must be a number above 0, not {interval!r}")
    if getattr(module, "use_mixed", False):
        raise ValueError("mixed_memory must be False: an LSTM is no liquid here")
    cell = getattr(module, "rnn_cell", module)
    if hasattr(cell, "_ode_unfolds"):
        return _ltc(module, cell, timed, interval, readout)
    if hasattr(cell, "_layers"):
        stages: list[Any] = [_heads(layer, timed, interval) for layer in cell._layers]
    elif hasattr(cell, "ff1"):
        stages = [*_backbone(cell, timed), _heads(cell, timed, interval)]
    else:
        raise TypeError("module must be a CfC or LTC of ncps.torch or a cell of one, "
                        f"not a {type(module).__name__}")
    kinds = [KINDS[type(stage)] for stage in stages]
    outputs, states = stages[-1].units, sum(stage.units for stage in stages)
    weights, bias = _behind(module, readout, np.eye(outputs, states, states - outputs),
                            np.zeros(outputs))
    common: dict[str, Any] = dict(units=states, normalise=False, warmup=0)
    if len(stages) == 1:
        cell_class = PureCfC if kinds == ["cfc_pure"] else CfC
        model: Regressor = cell_class(in_degree=states, timed=timed, **common)
        found: Any = stages[0]
    else:
        model = Chain(" >> ".join(
            f"{kind}(units={stage.units}{', timed=True' if timed and kind != 'esn' else ''})"
            for kind, stage in zip(kinds, stages)), **common)
        between = [np.zeros(stage.units) for stage in stages[:-1]]
        found = Series(kinds=tuple(kinds), stages=tuple(stages), offset=tuple(between),
                       scale=tuple(np.ones_like(b) for b in between), loop="esn" in kinds)
    return _trained(model, found, weights, bias)


def _trained(model: Regressor, reservoir: Any, weights: Floats, bias: Floats) -> Regressor:
    model = assembled(model, reservoir, Readout(weights=weights, bias=bias))
    model.refit_ = False
    return model


def _behind(module: Any, readout: Any, weights: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """Outputs through the module's projection, and the caller's."""
    for linear in (getattr(module, "fc", None), readout):
        if linear is not None and hasattr(linear, "weight"):
            matrix = _array(linear.weight)
            if matrix.shape[1] != len(weights):
                raise ValueError(f"readout must have {len(weights)} inputs, "
                                 f"not {matrix.shape[1]}")
            shift = 0.0 if linear.bias is None else _array(linear.bias)
            weights, bias = matrix @ weights, matrix @ bias + shift
    return weights, bias


def _array(tensor: Any) -> Floats:
    return np.asarray(tensor.detach().cpu().numpy(), dtype=float)


def _linear(cell: Any, name: str, *, masked: bool = False) -> tuple[Floats, Floats]:
    """(out, in) weights and (out,) bias; ncps masks ff1 and ff2 of a wired layer alone."""
    layer, mask = getattr(cell, name), getattr(cell, "sparsity_mask", None)
    weights = _array(layer.weight)
    if masked and mask is not None:
        weights = weights * _array(mask)
    return weights, _array(layer.bias)


def _heads(cell: Any, timed: bool, interval: float) -> Heads | PureHead:
    """The heads of a cell; behind a backbone they hear that alone."""
    n, seen = int(cell.hidden_size), int(cell.input_size)
    parts = [_linear(cell, "ff1", masked=True)]
    if cell.mode == "pure":
        if not timed and interval != 1:
            raise ValueError("interval must be 1 for mode 'pure', unless timed")
    else:
        (a, a_bias), (b, b_bias) = _linear(cell, "time_a"), _linear(cell, "time_b")
        parts.append(_linear(cell, "ff2", masked=True))
        parts += ([(a, a_bias), (b, b_bias)] if timed
                  else [(a * interval + b, a_bias * interval + b_bias)])
    weights = np.stack([matrix for matrix, _ in parts])
    if int(cell.backbone_layers) > 0:
        # what the activation of the last layer gives is scaled here
        scale = BACKBONES[_activation(cell)][1]
        w, win = np.zeros((len(parts), n, n)), weights * scale
    else:
        w, win = weights[:, :, seen:], weights[:, :, :seen]
    if timed:
        win = np.concatenate([win, np.zeros((*win.shape[:2], 1))], axis=2)
    bias = np.stack([bias for _, bias in parts])
    if cell.mode == "pure":
        return PureHead(W=w[0], Win=win[0], bias=bias[0], A=_array(cell.A).ravel(),
                        tau=np.abs(_array(cell.w_tau)).ravel(), timed=timed)
    return Heads(W=w, Win=win, bias=bias, mode=str(cell.mode))


def _activation(cell: Any) -> str:
    """The class of the backbone's activation."""
    names = [type(layer).__name__ for layer in cell.backbone if not hasattr(layer, "weight")]
    names = [name for name in names if name != "Dropout"]
    if names[0] not in BACKBONES:
        raise ValueError("activation must be 'lecun_tanh' or 'tanh' for the backbone to have a "
                         f"circuit, not {names[0]}")
    return names[0]


def _backbone(cell: Any, timed: bool) -> list[Reservoir]:
    """A stage without recurrence or leak for each layer; the first hears states, then inputs."""
    if int(cell.backbone_layers) == 0:
        return []
    inside, outside = BACKBONES[_activation(cell)]
    n, stages = int(cell.hidden_size), []
    for k, layer in enumerate(layer for layer in cell.backbone if hasattr(layer, "weight")):
        win = _array(layer.weight) * (inside * outside if k else inside)
        if not k:  # ncps has the inputs in front
            win = np.hstack([win[:, -n:], win[:, :-n], np.zeros((len(win), int(timed)))])
        units = len(win)
        stages.append(Reservoir(W=np.zeros((units, units)), Win=win, lr=np.ones(units),
                                bias=_array(layer.bias) * inside))
    return stages


def _ltc(module: Any, cell: Any, timed: bool, interval: float, readout: Any) -> Regressor:
    """The cell's synapses; outputs are its motor neurons', mapped."""
    positive = ((lambda x: np.logaddexp(0.0, x)) if cell._implicit_param_constraints
                else (lambda x: x))
    n, k, motors = int(cell.state_size), len(_array(cell.sensory_w)), int(cell.motor_size)

    def mapping(name: str, length: int, default: float) -> Floats:
        return _array(getattr(cell, name)) if hasattr(cell, name) else np.full(length, default)

    arrays: dict[str, Floats] = {}
    for kind in ("", "sensory_"):
        mask = _array(getattr(cell, f"{kind}sparsity_mask"))
        arrays |= {f"{kind}{name}": _array(getattr(cell, f"{kind}{name}"))
                   for name in ("mu", "sigma", "erev")}
        arrays[f"{kind}w"] = positive(_array(getattr(cell, f"{kind}w"))) * mask
    found = Synapses(
        **arrays, gleak=positive(_array(cell.gleak)), vleak=_array(cell.vleak),
        cm=positive(_array(cell.cm)), input_w=mapping("input_w", k, 1.0),
        input_b=mapping("input_b", k, 0.0), unfolds=int(cell._ode_unfolds),
        epsilon=float(cell._epsilon), interval=float(interval), timed=timed,
    )
    weights = np.eye(motors, n) * mapping("output_w", motors, 1.0)[:, None]
    weights, bias = _behind(module, readout, weights, mapping("output_b", motors, 0.0))
    model = SynapticLTC(n, in_degree=n, unfolds=found.unfolds, timed=timed, normalise=False,
                        warmup=0)
    return _trained(model, found, weights, bias)
