"""Spiking networks in the Neuromorphic Intermediate Representation (Pedersen et al. 2024)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.lsm import Spiking
from liquidgate.train.lsm_encoders import Direct
from liquidgate.train.lsm_model import GIVEN, LSM, LSMClassifier
from liquidgate.train.nir_flat import Edges, flat

SUPPORTED = ("Affine", "CubaLIF", "Input", "LIF", "Linear", "Output")
NEURONS, WEIGHTS = ("CubaLIF", "LIF"), ("Affine", "Linear")
DT = 1e-4
"""Seconds of a step, by default."""


def from_nir(source: Any, *, dt: float = DT, estimator: type[LSM] | type[LSMClassifier] = LSM,
             **parameters: Any) -> LSM | LSMClassifier:
    """An unfitted estimator with the neurons and weights of a NIR graph; ``fit`` trains a readout.

    One or several populations of LIF or CubaLIF nodes, an Input, and Linear or Affine nodes that
    lead from the Input or from neurons to neurons; graphs as nodes (as snnTorch and Norse write
    recurrent layers) are made flat. NIR's equations are in continuous time; here
    they take forward Euler steps of ``dt``, and in a step everything is integrated in this order,
    with S the spikes of the Input in this step and of neurons in the step before:

    - CubaLIF: I' = I + dt / tau_syn (w_in W S - I);  LIF: I' = W S + b
    - v' = v + dt / tau_mem (v_leak - v + r I'); a spike when v' > v_threshold, then v' = v_reset

    A spike counts as 1 in its step, and neurons begin at v = v_reset. A population so hears
    another one step later, as in any recurrent network.

    Parameters
    ----------
    source : a ``nir.NIRGraph``, or a file of one.
    dt : seconds of a step, at most the time constants.
    estimator : LSM or LSMClassifier.
    parameters : of the estimator, but those of neurons, weights and topology. Without
        ``encoder``, inputs are the graph's own spikes ("direct").

    Raises
    ------
    FileNotFoundError, TypeError : when the source is none.
    ValueError : for what is not supported, naming the node and its type, or the damaged file.
    """
    graph = _read(source) if isinstance(source, (str, Path)) else source
    if not isinstance(graph, _nir().NIRGraph):
        raise TypeError(f"source must be a nir.NIRGraph or a file of one, not {graph!r:.80}")
    nodes, edges = flat(graph)
    kinds = {name: type(node).__name__ for name, node in nodes.items()}
    for name, kind in kinds.items():
        if kind not in SUPPORTED:
            raise ValueError(f"NIR node {name!r} of type {kind} is not supported: it must be one "
                             f"of {', '.join(SUPPORTED)}")
    inputs = [name for name, kind in kinds.items() if kind == "Input"]
    groups = {name: _population(name, nodes[name], dt)
              for name, kind in kinds.items() if kind in NEURONS}
    if len(inputs) != 1 or not groups:
        raise ValueError(f"a NIR graph must have one Input and at least one of "
                         f"{', '.join(NEURONS)}, not {len(inputs)} and {len(groups)}")
    for sender, hearer in edges:
        if hearer in groups and kinds[sender] not in WEIGHTS:
            raise ValueError(f"NIR node {hearer!r} of type {kinds[hearer]} must hear others "
                             f"through Linear or Affine, not {sender!r} of type {kinds[sender]}")
    joined = {name: np.concatenate([group[name] for group in groups.values()])
              for name in ("gain", "bias", "threshold", "current_decay", "membrane_decay")}
    # every source: the neurons of all populations, then the Input
    sizes = {**{name: len(group["gain"]) for name, group in groups.items()},
             inputs[0]: int(np.prod(nodes[inputs[0]].input_type["input"]))}
    weights, shift = _weights(nodes, edges, kinds, sizes)
    gain, n = joined.pop("gain"), sum(sizes.values()) - sizes[inputs[0]]
    joined["bias"] = joined["bias"] + gain * shift
    w, win = np.split(gain[:, None] * weights, [n], axis=1)
    model = estimator(**{"units": n, "encoder": "direct", **parameters, "topology": GIVEN})
    model.reservoir_ = Spiking(
        encoder=Direct(inputs=win.shape[1]), W=w, Win=win, delay=np.zeros(w.shape),
        input_delay=np.zeros(win.shape), refractory=np.zeros(n), adaptation=np.zeros(n),
        adaptation_decay=np.zeros(n), reset="zero", tap=model.tap, window=model.window,
        trace_decay=np.full(n, np.exp(-1 / model.tau_trace) if model.tau_trace else 0.0), **joined)
    return model


def _weights(nodes: dict[str, Any], edges: Edges, kinds: dict[str, str],
             sizes: dict[str, int]) -> tuple[Floats, Floats]:
    """(N, N + E) weights from all sources to all neurons, and (N,) biases beside them.

    sizes : of the populations, then of the Input.
    """
    groups = list(sizes)[:-1]
    ends = np.cumsum([*sizes.values()]).tolist()
    places = {name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends)}
    n = ends[len(groups) - 1]
    weights, shift = np.zeros((n, ends[-1])), np.zeros(n)
    for name, node in nodes.items():
        if kinds[name] not in WEIGHTS:
            continue
        where = f"NIR node {name!r} of type {kinds[name]}"
        weight = np.asarray(node.weight, dtype=float)
        bias = np.asarray(getattr(node, "bias", np.zeros(len(weight))), dtype=float)
        senders = [a for a, b in edges if b == name]
        for hearer in (b for a, b in edges if a == name):
            if hearer not in groups:
                raise ValueError(f"{where} must lead to neurons, not to {hearer!r} of type "
                                 f"{kinds[hearer]}")
            if bias.any() and kinds[hearer] == "CubaLIF":
                raise ValueError(f"{where} must have no bias before {hearer!r} of type CubaLIF")
            for sender in senders:
                if sender not in sizes:
                    raise ValueError(f"{where} must lead from the Input or neurons, not from "
                                     f"{sender!r} of type {kinds[sender]}")
                if weight.shape != (sizes[hearer], sizes[sender]):
                    raise ValueError(f"{where} must have a weight of shape "
                                     f"{(sizes[hearer], sizes[sender])}, not {weight.shape}")
                weights[places[hearer], places[sender]] += weight
            shift[places[hearer]] += bias
    return weights, shift


def to_nir(model: LSM | LSMClassifier | Spiking, *, dt: float = DT) -> Any:
    """The ``nir.NIRGraph`` of a liquid, whose import is that liquid; save it by ``nir.write``.

    LIF nodes when no neuron has a synaptic current, else CubaLIF. The graph's Input is the spikes
    behind the encoder; encoder, traces and readout have no place in NIR.

    Raises
    ------
    ValueError : for what NIR can not say: delays, refractory times, adaptation, synapses that
        tire, reset by subtraction, neurons without a leak.
    """
    liquid: Spiking = model if isinstance(model, Spiking) else model.reservoir_
    nir = _nir()
    for name, wrong, wanted in (
        ("delay", liquid.delays > 1, "0"), ("refractory", liquid.refractory.any(), "0"),
        ("adaptation", liquid.adaptation.any(), "0"), ("utilisation", liquid.dynamic, "0"),
        ("reset", liquid.reset != "zero", "'zero'"),
        ("membrane_decay", (liquid.membrane_decay == 1).any(), "below 1"),
        ("current_decay", (liquid.current_decay == 1).any(), "below 1"),
    ):
        if wrong:
            raise ValueError(f"{name} must be {wanted} to be written in NIR")
    leak = 1 - liquid.membrane_decay
    # NIR fires above the threshold, we on it
    neuron = dict(r=1 / leak, v_leak=liquid.bias / leak, v_reset=np.zeros(liquid.units),
                  v_threshold=np.nextafter(liquid.threshold, -np.inf))
    if liquid.current_decay.any():
        decay = 1 - liquid.current_decay
        node = nir.CubaLIF(tau_mem=dt / leak, tau_syn=dt / decay, w_in=1 / decay, **neuron)
    else:
        node = nir.LIF(tau=dt / leak, **neuron)
    nodes = {"input": nir.Input(np.array([liquid.encoder.channels])),
             "input_weights": nir.Linear(liquid.Win), "neurons": node,
             "recurrent": nir.Linear(liquid.W), "output": nir.Output(np.array([liquid.units]))}
    edges = [("input", "input_weights"), ("input_weights", "neurons"), ("neurons", "recurrent"),
             ("recurrent", "neurons"), ("neurons", "output")]
    return nir.NIRGraph(nodes=nodes, edges=edges)


def _population(name: str, node: Any, dt: float) -> dict[str, Floats]:
    """Our constants of a node's neurons; ``gain`` (N,) of the weights that lead to them."""
    where, cuba = f"NIR node {name!r} of type {type(node).__name__}", hasattr(node, "tau_syn")

    def values(field: str) -> Floats:
        return np.asarray(getattr(node, field), dtype=float).ravel()

    taus = {field: values(field) for field in (("tau_mem", "tau_syn") if cuba else ("tau",))}
    for field, tau in taus.items():
        if not (np.isfinite(tau) & (tau >= dt)).all():
            raise ValueError(f"{where} must have {field} of at least dt = {dt:g} s, "
                             f"not {tau.min():g}")
    leak = dt / taus["tau_mem" if cuba else "tau"]
    reset, threshold = values("v_reset"), values("v_threshold")
    if not (threshold > reset).all():
        raise ValueError(f"{where} must have v_threshold above v_reset")
    gain, current_decay = leak * values("r"), np.zeros(len(leak))
    if cuba:
        gain = gain * values("w_in") * (dt / taus["tau_syn"])
        current_decay = 1 - dt / taus["tau_syn"]
    return {"gain": gain, "current_decay": current_decay, "membrane_decay": 1 - leak,
            "bias": leak * (values("v_leak") - reset),
            "threshold": np.nextafter(threshold - reset, np.inf)}


def _read(path: str | Path) -> Any:
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no such file")
    try:
        return _nir().read(path)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ValueError(f"{path}: not a file of a NIR graph: {error}") from None


def _nir() -> Any:
    try:
        import nir
    except ImportError:
        raise ModuleNotFoundError("NIR graphs need the package nir: pip install nir") from None
    return nir
