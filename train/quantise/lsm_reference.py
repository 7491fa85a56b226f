"""The liquid state machine without rounding, hearing the circuit's own spikes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from liquidgate.golden import Golden
from liquidgate.spec import Design, Lsm
from liquidgate.spec.liquid import expect
from liquidgate.spec.lsm_taps import SpikeCount, SpikeTrace
from liquidgate.train.arrays import Floats
from liquidgate.train.quantise.seam import exact_outputs, traced


def without_rounding(design: Design, sequences: Sequence[np.ndarray]) -> list[dict[str, Floats]]:
    """Every cast point on real numbers, in raw units, given golden's spikes before it.

    Two spiking networks part for good at the first spike that one has and the other has not. So
    both are given the same spikes in every step; "spike" then tells which decisions of this step
    rounding has changed, and the other points what it did to the values.
    """
    golden, fmt = Golden(design), design.input.format
    found = []
    for u in sequences:
        # behind another liquid they are real numbers, but what is encoded are integers
        raws = np.clip(np.floor(u + 0.5), fmt.raw_min, fmt.raw_max).astype(np.int64)
        found.append(_replayed(design, traced(golden, raws), u))
    return found


def _replayed(design: Design, fixed: dict[str, np.ndarray],
              inputs: np.ndarray) -> dict[str, Floats]:
    lsm = expect(Lsm, design.liquid)
    n, one = lsm.neurons, float(1 << lsm.leak_shift)
    # efficacies are given like spikes: each is a product of what is given, rounded once
    sent = fixed["efficacy"] / float(1 << lsm.efficacy_bits) if lsm.dynamics else fixed["spike"]
    drive = _drive(lsm, fixed["encoded"], sent) * 2.0**lsm.weight_shift
    keep_c, keep_v = np.array(lsm.current_decay) / one, np.array(lsm.membrane_decay) / one
    bias, threshold = np.array(lsm.bias, float), np.array(lsm.threshold, float)
    refractory = np.array(lsm.refractory)
    rows: dict[str, list[Floats]] = {name: [] for name in lsm.points}
    c, v, a, seen, left, raised, spent = (np.zeros(n) for _ in range(7))
    for t, spike in enumerate(fixed["spike"]):
        c = keep_c * c + drive[t]
        charged = np.where(left == 0, keep_v * v + c + bias, v)
        level = threshold + a
        decided = ((left == 0) & (charged >= level)).astype(float)
        v = np.where(spike == 1, charged - level if lsm.reset == "subtract" else 0.0, charged)
        left = np.where(spike == 1, refractory, np.maximum(left - 1, 0))
        rows["current"].append(c)
        rows["membrane"].append(charged)
        rows["spike"].append(decided)
        if lsm.adaptation:
            a = np.array(lsm.adaptation.decay) / one * a + np.array(lsm.adaptation.jump) * spike
            rows["adaptation"].append(a)
        if lsm.dynamics:
            full, use = float(1 << lsm.efficacy_bits), np.array(lsm.dynamics.use)
            used = use + np.array(lsm.dynamics.facilitation) / one * raised
            used = used + spike * use * (1 - used / full)
            tired = np.array(lsm.dynamics.recovery) / one * spent
            efficacy = spike * used * (1 - tired / full)
            raised, spent = used - use, tired + efficacy
            for name, value in (("utilisation", used), ("efficacy", efficacy), ("spent", spent)):
                rows[name].append(value)
        if isinstance(lsm.seen, SpikeTrace):
            seen = np.array(lsm.seen.decay) / one * seen + np.array(lsm.seen.jump) * spike
        elif isinstance(lsm.seen, SpikeCount):
            seen = (0 if t % lsm.seen.window == 0 else seen) + spike
        else:
            seen = v
        rows["state"].append(seen)
    found = {name: np.array(values) for name, values in rows.items() if values}
    found["encoded"] = fixed["encoded"].astype(float)
    found["output"] = exact_outputs(design, found["state"], inputs)
    return found


def _drive(lsm: Lsm, encoded: np.ndarray, spikes: np.ndarray) -> Floats:
    """(T, N) sums of the weights whose sources spiked."""
    n = lsm.neurons
    weights = np.zeros((lsm.max_delay + 1, n + lsm.spike_channels, n))
    for i in range(n):
        for source, delay, weight in lsm.synapses(i):
            weights[delay, source, i] = weight
    total = np.zeros((len(spikes), n))
    for d, matrix in enumerate(weights):
        # a neuron's spike is heard d + 1 steps later, a channel's d steps later
        total[d + 1:] += spikes[: len(spikes) - d - 1] @ matrix[:n]
        total[d:] += encoded[: len(encoded) - d] @ matrix[n:]
    return total
