"""docs/arithmetic.md, "Liquid time-constant network", in plain Python integers."""

from __future__ import annotations

from typing import Any

from step_oracle import activate, cast

from liquidgate.spec import Design


def run(design: Design, inputs: Any) -> list[dict[str, list[int]]]:
    """Every cast point of every step, in lists."""
    ltc: Any = design.liquid
    readout, fused = design.readout, ltc.solver.kind == "fused"
    s, steps = [0] * ltc.neurons, []
    for u in ([int(v) for v in row] for row in inputs):
        step: dict[str, list[int]] = {name: [] for name in ltc.points}
        for _ in range(ltc.substeps):
            new = []
            for i in range(ltc.neurons):
                wires = [(ltc.recurrent, s), (ltc.input, u)]
                total = ltc.bias[i] + sum(
                    w * v[j] for m, v in wires for j, w in zip(m.indices[i], m.data[i]))
                z = cast(total, ltc.acc_shift, ltc.activation.input)
                g = activate(z, ltc.activation)
                q, r = ltc.middle + g, ltc.leak[i]
                if ltc.timed:
                    q, r = (cast(v * u[-1], ltc.time_shift, ltc.solver.share.input)
                            for v in (q, r))
                    step["dose"].append(q)
                    step["drain"].append(r)
                pull = q * ltc.target[i] - r * ltc.mean[i]
                v = s[i] * 2**ltc.f_bits + pull * 2**ltc.target_shift
                if fused:
                    share = ltc.solver.share
                    w = activate(cast(q + r, 0, share.input), share)
                    shift = ltc.f_bits + ltc.state.f_bits - ltc.solver.drive.f_bits
                    d = cast(v, shift, ltc.solver.drive)
                    step["share"].append(w)
                    step["drive"].append(d)
                    v -= w * d * 2 ** (shift - share.output.f_bits)
                else:
                    v -= (q + r) * s[i]
                new.append(cast(v, ltc.f_bits, ltc.state))
                step["preactivation"].append(z)
                step["activation"].append(g)
            s = new
            step["state"] += s
        step["output"] = [
            cast(b + sum(w * v for w, v in zip(row, s + u)), readout.shift, design.output.format)
            for row, b in zip(readout.weights, readout.bias)]
        steps.append(step)
    return steps
