"""The liquid state machine, one cast point after the other, on int64 arrays."""

from __future__ import annotations

import numpy as np

from liquidgate.golden.casts import Ints, round_shift, saturate
from liquidgate.golden.liquid import LiquidModel, Step
from liquidgate.golden.lsm_encoders import MODELS
from liquidgate.golden.sums import exact_matmul
from liquidgate.spec import Design, Lsm
from liquidgate.spec.liquid import expect
from liquidgate.spec.lsm_plan import event_work, fan_out, work
from liquidgate.spec.lsm_taps import SpikeCount, SpikeTrace


def ints(values: tuple[int, ...]) -> Ints:
    return np.array(values, dtype=np.int64)


class LsmModel(LiquidModel):
    """A step of the liquid of ``design``.

    The memory is, in this order: currents, membranes, refractory steps left, adaptation (when
    there is any), traces or counts (unless membranes are seen), the place in the window (of
    counts), neurons' spikes of the last D + 1 steps, channels' of the last D, newest first, what
    is above the use and what is spent (with dynamics), and the encoder's own. ``sources`` of a step
    are, by delay, neurons' then channels' spikes; with dynamics, efficacies.
    """

    def __init__(self, design: Design) -> None:
        lsm = self.liquid = expect(Lsm, design.liquid)
        n, channels, delays = lsm.neurons, lsm.spike_channels, lsm.max_delay + 1
        self.encoder = MODELS[lsm.encoder.kind](lsm.encoder, design.input)
        weights = np.zeros((delays, n + channels, n), dtype=np.int64)
        for i in range(n):
            for source, delay, weight in lsm.synapses(i):
                weights[delay, source, i] = weight
        self.weights: Ints = weights.reshape(-1, n)
        self.magnitude = 1 << lsm.drive_width
        self.current_decay, self.membrane_decay = ints(lsm.current_decay), ints(lsm.membrane_decay)
        self.bias, self.threshold = ints(lsm.bias), ints(lsm.threshold)
        self.refractory = ints(lsm.refractory)
        if lsm.dynamics:
            self.use = ints(lsm.dynamics.use)
            self.facilitation = ints(lsm.dynamics.facilitation)
            self.recovery = ints(lsm.dynamics.recovery)
        seen = lsm.seen
        self.constants = {trace: (ints(trace.decay), ints(trace.jump))
                          for trace in (lsm.adaptation, seen) if isinstance(trace, SpikeTrace)}
        parts = [n, n, n, n if lsm.adaptation else 0,
                 n if isinstance(seen, SpikeTrace | SpikeCount) else 0,
                 int(isinstance(seen, SpikeCount)), delays * n, (delays - 1) * channels,
                 *([n, n] if lsm.dynamics else [0, 0])]
        self._cuts = np.cumsum(parts)
        self.words = sum(parts) + self.encoder.words
        self.cost: Ints = np.zeros(0, dtype=np.int64)
        self.clocked(1)

    def clocked(self, lanes: int) -> None:
        lsm = self.liquid
        if lsm.schedule == "event":
            lists = fan_out(lsm, lanes)
            keys = ((delay, source) for delay in range(lsm.max_delay + 1)
                    for source in range(lsm.neurons + lsm.spike_channels))
            self.cost = ints(tuple(event_work(len(lists.get(key, ()))) for key in keys))

    def first(self) -> Ints:
        zeros = np.zeros(self.words - self.encoder.words, dtype=np.int64)
        return np.concatenate((zeros, self.encoder.first()))

    def step(self, memory: Ints, inputs: Ints, outputs: Ints) -> Step:
        lsm = self.liquid
        n, channels, leak = lsm.neurons, lsm.spike_channels, lsm.leak_shift
        (current, membrane, left, adaptation, seen, place, own, sent, raised, spent,
         encoder) = np.split(memory, self._cuts, axis=-1)

        # Spikes of each delay: neurons' of the steps before, channels' of this one too.
        encoder, encoded = self.encoder.step(encoder, inputs)
        sent = np.concatenate((encoded, sent), axis=-1)
        by_delay = [np.reshape(part, (*part.shape[:-1], -1, count))
                    for part, count in ((own, n), (sent << lsm.efficacy_bits, channels))]
        sources = np.concatenate(by_delay, axis=-1)
        sources = sources.reshape(*sources.shape[:-2], -1)
        drive = exact_matmul(sources, self.weights, self.magnitude)

        # Cast points: current, membrane, spike.
        current = saturate(round_shift(self.current_decay * current, leak)
                           + round_shift(drive << lsm.weight_shift, lsm.efficacy_bits),
                           lsm.current)
        free = left == 0
        moved = saturate(round_shift(self.membrane_decay * membrane, leak) + current + self.bias,
                         lsm.membrane)
        charged = np.where(free, moved, membrane)
        threshold = self.threshold + adaptation if lsm.adaptation else self.threshold
        spike = (free & (charged >= threshold)).astype(np.int64)
        after = charged - threshold if lsm.reset == "subtract" else np.zeros_like(charged)
        membrane = np.where(spike == 1, after, charged)
        left = np.where(spike == 1, self.refractory, np.maximum(left - 1, 0))
        points: tuple[Ints, ...] = (encoded, current, charged, spike)

        # What follows the spikes.
        if lsm.adaptation:
            adaptation = self._trace(lsm.adaptation, adaptation, spike)
            points += (adaptation,)
        sending = spike
        if lsm.dynamics:
            raised, sending, spent, found = self._dynamics(raised, spent, spike)
            points += found
        taps = membrane
        if isinstance(lsm.seen, SpikeTrace):
            taps = seen = self._trace(lsm.seen, seen, spike)
        elif isinstance(lsm.seen, SpikeCount):
            taps = seen = np.where(place == 0, 0, seen) + spike
            place = (place + 1) % lsm.seen.window
        own = np.concatenate((sending, own[..., : own.shape[-1] - n]), axis=-1)
        sent = sent[..., : sent.shape[-1] - channels]
        memory = np.concatenate((current, membrane, left, adaptation, seen, place, own, sent,
                                 raised, spent, encoder), axis=-1)
        clocks = work(lsm) + sources @ self.cost if len(self.cost) else 0
        return Step(memory, taps, (*points, taps), clocks)

    def _trace(self, trace: SpikeTrace, value: Ints, spike: Ints) -> Ints:
        decay, jump = self.constants[trace]
        return saturate(round_shift(decay * value, self.liquid.leak_shift) + spike * jump,
                        trace.format)

    def _dynamics(self, raised: Ints, spent: Ints,
                  spike: Ints) -> tuple[Ints, Ints, Ints, tuple[Ints, ...]]:
        """What is above the use, the efficacies, what is spent; and the cast points."""
        bits, leak = self.liquid.efficacy_bits, self.liquid.leak_shift
        one = 1 << bits
        base = self.use + round_shift(self.facilitation * raised, leak)
        left = one - round_shift(self.recovery * spent, leak)
        used = base + spike * round_shift(self.use * (one - base), bits)
        efficacy = spike * round_shift(used * left, bits)
        spent = one - left + efficacy
        return used - self.use, efficacy, spent, (used, efficacy, spent)
