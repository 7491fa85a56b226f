"""docs/arithmetic.md, "Network of synapses", in plain Python integers."""

from __future__ import annotations

from typing import Any

from step_oracle import activate, cast

from liquidgate.spec import Design


def run(design: Design, inputs: Any) -> list[dict[str, list[int]]]:
    """Every cast point of every step, in lists."""
    net: Any = design.liquid
    readout, share = design.readout, net.share
    s, steps = [0] * net.neurons, []
    for u in ([int(v) for v in row] for row in inputs):
        step: dict[str, list[int]] = {name: [] for name in net.points}
        for _ in range(net.substeps):
            new = []
            for i in range(net.neurons):
                load, current = net.leak[i], net.rest[i]
                for j, source in enumerate(net.sources[i]):
                    z = cast(net.offset[i][j] + net.slope[i][j] * (s + u)[source], net.acc_shift,
                             net.activation.input)
                    g = activate(z, net.activation)
                    load += net.weight[i][j] * g
                    current += net.pull[i][j] * g
                    step["preactivation"].append(z)
                    step["activation"].append(g)
                q = cast(load, net.load_shift, net.load)
                p = cast(current, net.current_shift, net.current)
                step["load"].append(q)
                step["current"].append(p)
                t = 1
                if net.timed:
                    t = u[-1]
                    q = cast(q * t, net.load.f_bits + net.time_bits - share.input.f_bits,
                             share.input)
                    step["dose"].append(q)
                w = activate(q, share)
                moment = net.current.f_bits + net.time_bits
                d = cast(s[i] * 2 ** (moment - net.state.f_bits) + p * t,
                         moment - net.drive.f_bits, net.drive)
                shift = share.output.f_bits + net.drive.f_bits - net.state.f_bits
                new.append(cast((2**share.output.f_bits - w) * d, shift, net.state))
                step["share"].append(w)
                step["drive"].append(d)
            s = new
            step["membrane"] += s
        step["state"] = s
        step["output"] = [
            cast(b + sum(w * v for w, v in zip(row, s + u)), readout.shift, design.output.format)
            for row, b in zip(readout.weights, readout.bias)]
        steps.append(step)
    return steps
