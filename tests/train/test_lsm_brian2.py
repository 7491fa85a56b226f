"""The same network in Brian2 gives the same spikes, in floats and from the integer circuit.

*Same* means: over all steps, every neuron fires in the same steps, none more and none less; step t
of ours is the (t + 1)th of Brian2's, where what is sent in one step is integrated in the next.
Brian2 gets the float network's weights, delays and constants and the encoder's spikes, and does
its own Euler integration, thresholds, resets, refractory times and synaptic queues in float64.

The integers are those of 24-bit formats: decays and weights, drawn on the circuit's grid, are then
exact, and what remains is the rounding of leaks: membranes stay within 2**-12 of the float ones,
in units of a threshold. With synapses that tire this is so in floats alone: efficacies have 14 bits
in the circuit, and there it is they that are compared, until the first spike that differs. Two
spiking networks part for good when one of them has a spike that the
other has not; here no membrane comes so near to its threshold that rounding changes a decision.
"""

from __future__ import annotations

import numpy as np
import pytest
from brian2_peer import spikes

from liquidgate.golden import Golden
from liquidgate.train.lsm_model import LSM
from liquidgate.train.quantise import Formats, quantise

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Brian2's own
STEPS = 1000


def drive(steps=STEPS):
    t = np.arange(steps + 1)
    u = np.sin(t / 5) + 0.7 * np.sin(t / 17 + 1) + 0.4 * np.sin(t / 3)
    # on the grid of the samples, so that both encoders see the same
    u = np.round(u * 64) / 64
    return u[:-1, None], u[1:, None]


NETWORKS = {
    "plain": dict(encoder="delta", delta=0.125, tau_syn=0.0, refractory=0, bias_scaling=0.3,
                  input_connectivity=0.7, input_scaling=0.7),
    "currents, delays, refractory": dict(
        encoder="delta", delta=0.125, tau_syn=3.0, tau_mem=6.0, refractory=2, delay=4,
        bias_scaling=0.1, recurrent_scaling=1.5, input_connectivity=0.6),
    "depression": dict(
        encoder="delta", delta=0.125, tau_syn=2.0, tau_mem=6.0, utilisation=0.5, tau_recovery=40.0,
        recurrent_scaling=2.5, bias_scaling=0.1, input_connectivity=0.6),
    "facilitation": dict(
        encoder="delta", delta=0.125, tau_syn=2.0, tau_mem=6.0, refractory=1, utilisation=0.0625,
        tau_facilitation=60.0, tau_recovery=10.0, recurrent_scaling=5.0, bias_scaling=0.1,
        input_connectivity=0.6),
    "subtract, adaptation": dict(
        encoder="population", fields=5, radius=0.5, tau_syn=1.5, tau_mem=12.0, refractory=1,
        delay=2, input_delay=3, reset="subtract", adaptation=0.4, tau_adaptation=20.0,
        recurrent_scaling=0.8, input_connectivity=0.5, bias_scaling=0.2),
}


@pytest.mark.parametrize("parameters", NETWORKS.values(), ids=NETWORKS)
def test_spikes_are_those_of_brian2(parameters):
    u, y = drive()
    model = LSM(60, weight_bits=10, normalise=False, warmup=50, seed=3, **parameters).fit(u, y)
    liquid = model.reservoir_
    states, encoded = liquid.trajectory(u), liquid.encoded(u)
    ours = liquid.spikes(states)
    assert 0.02 < ours.mean() < 0.3
    assert np.argwhere(ours != spikes(liquid, encoded)).tolist() == []

    wide = Formats(state_bits=24, weight_bits=10, input_bits=20, readout_bits=24)
    design = quantise(model, u, y, formats=wide).design
    if liquid.dynamic:
        _check_efficacies(design, liquid, states, u, ours)
        return
    points = Golden(design).run(design.input.encode(u), trace=True).points
    assert np.array_equal(points["encoded"], encoded)
    assert np.argwhere(points["spike"] != ours).tolist() == []
    before = np.vstack([liquid.start(), states[:-1]])
    charged = points["membrane"] * design.liquid.membrane.lsb
    assert np.abs(charged - liquid.charged(before, states)).max() < 2**-12


def _check_efficacies(design, liquid, states, u, ours):
    """A leak of q stands still below half a unit over 1 - decay: 40 steps make 20 units of it."""
    points = Golden(design).run(design.input.encode(u), trace=True).points
    parted = np.flatnonzero((points["spike"] != ours).any(axis=1))
    same = parted[0] if len(parted) else len(ours)
    assert same > 200
    found = points["efficacy"] / (1 << design.liquid.efficacy_bits)
    assert np.abs(found - liquid.efficacies(states))[:same].max() < 2**-9
    assert liquid.efficacies(states).max() > 2 * np.median(found[found > 0])
