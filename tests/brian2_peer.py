"""Brian2, imported, and the same spiking network in it."""

from __future__ import annotations

import importlib.machinery
import sys
import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from liquidgate.train.lsm import Spiking

GONE = "    ptp = wrap_function_keep_dimensions(np.ndarray.ptp)\n"
"""A line of Brian2 2.9, the last one for Python 3.11: NumPy 2.4 has no such method any more."""


class _WithoutPtp(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        return compile((self.get_source(fullname) or "").replace(GONE, ""), self.path, "exec")


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Any, target: Any = None) -> Any:
        if name != "brian2.units.fundamentalunits":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None:
            spec.loader = _WithoutPtp(name, str(spec.origin))
        return spec


def brian2() -> ModuleType:
    """The module, on NumPy alone; the test is skipped where it is not installed."""
    finder: Any = _Finder
    sys.meta_path.insert(0, finder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own, of libraries newer than it
            found = pytest.importorskip("brian2")
    finally:
        sys.meta_path.remove(finder)
    found.prefs.codegen.target = "numpy"
    return found


def spikes(liquid: Spiking, encoded: np.ndarray) -> np.ndarray:
    """(T, N) spikes of the network in Brian2, given the encoder's (T, E).

    The decays are those of Brian2's own Euler steps of dI/dt = -I/tau_syn and dv/dt = -v/tau_mem
    + (I + bias)/dt, with tau = dt/(1 - decay). Its order within a step is: integrate, threshold,
    synapses, reset; so a synapse without delay moves the current that the next step integrates.
    What a spike is worth is what the state says in its own step, before the reset: with a
    utilisation there may be no delays.
    """
    b = brian2()
    n, (steps, channels) = liquid.units, encoded.shape
    b.start_scope()
    b.defaultclock.dt = 1 * b.ms
    reset = "v -= theta + a" if liquid.reset == "subtract" else "v = 0"
    group = b.NeuronGroup(
        n, """dI/dt = -I * slow_i / dt_ : 1
              dv/dt = (-v * slow_v + I + bias * int(t_in_timesteps > 0)) / dt_ : 1
                      (unless refractory)
              da/dt = -a * slow_a / dt_ : 1
              dy/dt = -y * slow_y / dt_ : 1
              dq/dt = -q * slow_q / dt_ : 1
              u = U + y + U * (1 - U - y) : 1
              efficacy = u * (1 - q) * dynamic + 1 - dynamic : 1
              slow_y : 1 (constant)
              slow_q : 1 (constant)
              U : 1 (constant)
              dynamic : 1 (constant)
              slow_i : 1 (constant)
              slow_v : 1 (constant)
              slow_a : 1 (constant)
              bias : 1 (constant)
              theta : 1 (constant)
              jump : 1 (constant)
              rest : second (constant)""",
        threshold="v >= theta + a",
        reset=reset + "; a += jump; q += u * (1 - q); y += U * (1 - U - y)", refractory="rest",
        method="euler", namespace={"dt_": 1 * b.ms})
    for name, value in (("slow_i", 1 - liquid.current_decay), ("bias", liquid.bias),
                        ("slow_v", 1 - liquid.membrane_decay), ("theta", liquid.threshold),
                        ("slow_a", 1 - liquid.adaptation_decay), ("U", liquid.utilisation),
                        ("slow_y", 1 - liquid.facilitation_decay),
                        ("slow_q", 1 - liquid.recovery_decay), ("dynamic", float(liquid.dynamic)),
                        # there the threshold has already decayed once when it is compared with
                        ("jump", liquid.adaptation / liquid.adaptation_decay)):
        setattr(group, name, value)
    # there the step of the spike counts as the first one
    group.rest = (liquid.refractory + 1) * b.ms
    at, who = np.nonzero(encoded)
    heard = b.SpikeGeneratorGroup(channels, who, at * b.ms)
    parts = [group, heard]
    for source, weights, late, worth in ((group, liquid.W, liquid.delay, "efficacy_pre * w"),
                                         (heard, liquid.Win, liquid.input_delay, "w")):
        hears, sends = np.nonzero(weights)
        synapses = b.Synapses(source, group, "w : 1", on_pre=f"I_post += {worth}")
        synapses.connect(i=sends, j=hears)
        synapses.w = weights[hears, sends]
        synapses.delay = late[hears, sends] * b.ms
        parts.append(synapses)
    monitor = b.SpikeMonitor(group)
    # what the encoder says in step t arrives in its synapses' slot and counts from step t + 1
    network = b.Network(*parts, monitor)
    network.run((steps + 1) * b.ms)
    found = np.zeros((steps + 1, n))
    found[np.round(monitor.t / b.ms).astype(int), monitor.i] = 1
    return found[1:]
