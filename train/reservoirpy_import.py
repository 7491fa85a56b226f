"""Networks built and fitted in reservoirpy (0.4.2) as ours: Reservoir >> Ridge."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from liquidgate.train.arrays import Floats
from liquidgate.train.esn import Reservoir
from liquidgate.train.esn_model import ESN
from liquidgate.train.readout import Readout
from liquidgate.train.regressor import assembled


def _dense(value: Any) -> Floats:
    return np.asarray(value.toarray() if sp.issparse(value) else value, dtype=float)


def from_reservoirpy(model: Any) -> ESN:
    """A fitted ``Reservoir >> Ridge``, or ``[Input, Input >> Reservoir] >> Ridge``, as an ESN.

    reservoirpy's own class ``ESN`` is one of these.

    Reads public attributes only (W, Win, bias, lr, activation; Wout, bias). The states are
    reservoirpy's own, from zero states, and so are the outputs.

    Raises
    ------
    TypeError : when the model is of other nodes. ValueError : when it is not fitted, has
    feedback, several inputs, or an activation other than tanh.
    """
    from reservoirpy.model import Model
    from reservoirpy.nodes import Input, Output, Ridge
    from reservoirpy.nodes import Reservoir as Theirs

    if not isinstance(model, Model):
        raise TypeError("the model must be a reservoirpy model Reservoir >> Ridge, "
                        f"not a {type(model).__name__}")
    kinds = sorted(type(node).__name__ for node in model.nodes
                   if not isinstance(node, (Input, Output)))
    if kinds != ["Reservoir", "Ridge"]:
        raise TypeError(f"the model must be Reservoir >> Ridge, not of {', '.join(kinds)}")
    pool = next(n for n in model.nodes if isinstance(n, Theirs))
    ridge = next(n for n in model.nodes if isinstance(n, Ridge))
    if not model.initialized or not isinstance(ridge.Wout, np.ndarray):
        raise ValueError("the model must be fitted: call fit before importing it")
    if any(delay for _, delay, _ in model.edges):
        raise ValueError("the model must have no feedback or delayed connection")
    if len(model.inputs) != 1:
        raise ValueError(f"the model must have one input, not {len(model.inputs)}")
    if pool not in model.parents[ridge]:
        raise ValueError("the Ridge must see the Reservoir")
    if getattr(pool.activation, "__name__", "") != "tanh":
        raise ValueError("the activation of the Reservoir must be tanh, "
                         f"not {getattr(pool.activation, '__name__', pool.activation)!r}")
    n = pool.units
    bias = np.broadcast_to(_dense(pool.bias).ravel(), (n,)).copy()
    reservoir = Reservoir(W=pool.W if sp.issparse(pool.W) else _dense(pool.W),
                          Win=_dense(pool.Win), bias=bias,
                          lr=np.broadcast_to(np.asarray(pool.lr, float), (n,)).copy())
    weights = np.asarray(ridge.Wout, float)
    parents = list(model.parents[ridge])
    if len(parents) == 2:
        weights = _states_first(weights, n, parents.index(pool))
    readout = Readout(weights=weights.T.copy(), bias=np.asarray(ridge.bias, float).ravel(),
                      ridge=float(ridge.ridge))
    model = ESN(units=n, normalise=False, ridge=readout.ridge, passthrough=len(parents) == 2)
    return assembled(model, reservoir, readout)


def _states_first(weights: Floats, units: int, place: int) -> Floats:
    """Rows in our order: the reservoir's, then the inputs'."""
    inputs = len(weights) - units
    return weights if place == 0 else np.vstack([weights[inputs:], weights[:inputs]])
