"""docs/arithmetic.md, "Liquid state machine", in plain Python integers."""

from __future__ import annotations

from typing import Any

from step_oracle import cast

from liquidgate.spec import Design, QFormat


def _rounded(value: int, shift: int) -> int:
    return cast(value, shift, QFormat(32, 0))


def _clip(value: int, fmt: QFormat) -> int:
    return min(max(value, fmt.raw_min), fmt.raw_max)


def _shifted(x: int) -> int:
    for _ in range(16):
        x = x // 2 ^ (0x80200003 if x % 2 else 0)
    return x


def encode(encoder: Any, port: Any, u: list[int], memory: dict[str, Any]) -> list[int]:
    """One step's spike channels; ``memory`` holds references or the shift register."""
    spikes = []
    if encoder.kind == "direct":
        return [int(value != 0) for value in u]
    if encoder.kind == "delta":
        references = memory.setdefault("references", [0] * len(u))
        for k, (value, threshold) in enumerate(zip(u, encoder.threshold)):
            up = value >= references[k] + threshold
            down = value <= references[k] - threshold
            references[k] += threshold * (up - down)
            spikes += [int(up), int(down)]
        return spikes
    if encoder.kind == "bsa":
        lines = memory.setdefault("lines", [[0] * len(encoder.filter) for _ in u])
        for line, value in zip(lines, u):
            line.pop(0)
            line.append(value - port.format.raw_min)
            without = sum(abs(s) for s in line)
            error = sum(abs(s - h) for s, h in zip(line, encoder.filter))
            fires = error <= without - encoder.margin
            line[:] = [s - h * fires for s, h in zip(line, encoder.filter)]
            spikes.append(int(fires))
        return spikes
    for k, value in enumerate(u):
        for centre in [None] if encoder.kind == "rate" else encoder.centres[k]:
            x = memory.setdefault("x", encoder.seed)
            if centre is None:
                low = -(1 << (port.width - 1)) if port.signed else 0
                spikes.append(int(value - low > x % 2 ** (port.width + encoder.shift)))
            else:
                height = 2**encoder.reach - abs(value - centre)
                spikes.append(int(height > x % 2 ** (encoder.reach + encoder.shift)))
            memory["x"] = _shifted(x)
    return spikes


def run(design: Design, inputs: Any) -> list[dict[str, list[int]]]:
    """Every cast point of every step, in lists."""
    lsm: Any = design.liquid
    readout, n, leak = design.readout, lsm.neurons, lsm.leak_shift
    c, v, a, t, left = ([0] * n for _ in range(5))
    fired: list[list[int]] = []  # by step
    sent: list[list[int]] = []
    memory: dict[str, Any] = {}
    steps = []
    dynamics = lsm.dynamics
    bits = dynamics.bits if dynamics else 0
    raised, spent = [0] * n, [0] * n
    for now, u in enumerate([int(value) for value in row] for row in inputs):
        e = encode(lsm.encoder, design.input, u, memory)
        sent.append([2**bits * z for z in e])
        points: dict[str, list[int]] = {"encoded": e, "current": [], "membrane": [], "spike": []}
        for i in range(n):
            total = 0
            for matrix, delays, past, late in ((lsm.recurrent, lsm.recurrent_delay, fired, 1),
                                               (lsm.input, lsm.input_delay, sent, 0)):
                row = delays[i] if delays else [0] * len(matrix.data[i])
                for j, w, d in zip(matrix.indices[i], matrix.data[i], row):
                    when = now - d - late
                    total += w * past[when][j] if when >= 0 else 0
            c[i] = _clip(_rounded(lsm.current_decay[i] * c[i], leak)
                         + (total * 2**lsm.weight_shift + 2**bits // 2) // 2**bits, lsm.current)
            points["current"].append(c[i])
            if not left[i]:
                v[i] = _clip(_rounded(lsm.membrane_decay[i] * v[i], leak) + c[i] + lsm.bias[i],
                             lsm.membrane)
            points["membrane"].append(v[i])
            threshold = lsm.threshold[i] + (a[i] if lsm.adaptation else 0)
            z = int(not left[i] and v[i] >= threshold)
            left[i] = max(left[i] - 1, 0)
            if z:
                v[i] = v[i] - threshold if lsm.reset == "subtract" else 0
                left[i] = lsm.refractory[i]
            points["spike"].append(z)
        z = points["spike"]
        fired.append(z)
        if lsm.adaptation:
            a = _traces(lsm.adaptation, a, z, leak)
            points["adaptation"] = a
        if dynamics:
            points |= _efficacies(dynamics, raised, spent, z, leak)
            fired[-1] = points["efficacy"]
        if lsm.seen.kind == "trace":
            t = _traces(lsm.seen, t, z, leak)
        elif lsm.seen.kind == "count":
            t = [(0 if now % lsm.seen.window == 0 else old) + new for old, new in zip(t, z)]
        else:
            t = list(v)
        y = [cast(b + sum(w * x for w, x in zip(row, t + u)), readout.shift, design.output.format)
             for row, b in zip(readout.weights, readout.bias)]
        steps.append({**points, "state": t, "output": y})
    return steps


def _efficacies(dynamics: Any, raised: list[int], spent: list[int], spikes: list[int],
                leak: int) -> dict[str, list[int]]:
    """The cast points of a step; ``raised`` and ``spent`` become the next ones."""
    found: dict[str, list[int]] = {"utilisation": [], "efficacy": [], "spent": []}
    one = 2**dynamics.bits
    for i, z in enumerate(spikes):
        u = dynamics.use[i] + _rounded(dynamics.facilitation[i] * raised[i], leak)
        q = _rounded(dynamics.recovery[i] * spent[i], leak)
        if z:
            u += _rounded(dynamics.use[i] * (one - u), dynamics.bits)
        e = _rounded(u * (one - q), dynamics.bits) if z else 0
        raised[i], spent[i] = u - dynamics.use[i], q + e
        for name, value in zip(found, (u, e, q + e)):
            found[name].append(value)
    return found


def _traces(trace: Any, old: list[int], spikes: list[int], leak: int) -> list[int]:
    return [_clip(_rounded(trace.decay[i] * old[i], leak) + trace.jump[i] * z, trace.format)
            for i, z in enumerate(spikes)]
