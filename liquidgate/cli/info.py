"""liquidgate info"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from liquidgate.cli.output import DesignFile, Json, Lanes, show, table

if TYPE_CHECKING:
    from liquidgate.spec import Design, Schedule


def command(design: DesignFile, lanes: Lanes = 4, as_json: Json = False) -> None:
    """Tells a design's sizes, formats, cast points, schedule, memory and digest.

    \b
    Example:
      liquidgate info build/laser/design.lgd --lanes 4
    """
    from liquidgate.spec import Schedule, load

    read = load(design)
    plain = describe(read, Schedule(read, lanes))
    show(
        as_json, plain,
        table(f"{read.name}", ("", "value"), [("digest", plain["digest"]),
              *((k.replace("_", " "), v) for k, v in plain["sizes"].items())]),
        table("Cast points", ("point", "format", "raw low", "raw high", "low", "high"),
              [tuple(p.values()) for p in plain["cast_points"]]),
        table("Ports", ("channel", "direction", "bits", "low", "high", "step"),
              [tuple(c.values()) for c in plain["channels"]]),
        table(f"Schedule of {lanes} lanes, in clocks", ("", "value"),
              [(k.replace("_", " "), v) for k, v in plain["schedule"].items()]),
        table("Memory", ("memory", "words", "bits a word", "copies", "bits"),
              [tuple(m.values()) for m in plain["memory"]]),
    )


def describe(design: Design, schedule: Schedule) -> dict[str, Any]:
    """What ``info`` tells, as plain values."""
    from liquidgate.train.liquids import find
    from liquidgate.train.quantise.seam import point_formats

    return {
        "name": design.name, "digest": design.digest,
        "sizes": {
            "liquid": design.liquid.kind, **find(design.liquid.kind).sizes(design.liquid),
            "inputs": design.inputs, "outputs": design.outputs,
            "readout_weights": design.readout.outputs * design.readout.taps,
            "readout_weight_bits": design.readout.weight_width,
            "decision": design.readout.decision,
            "sum_bits": design.acc_width, "readout_sum_bits": design.readout_acc_width,
        },
        "cast_points": [
            {"point": name, "format": str(fmt), "raw_low": fmt.raw_min, "raw_high": fmt.raw_max,
             "low": fmt.real(fmt.raw_min), "high": fmt.real(fmt.raw_max)}
            for name, fmt in point_formats(design).items()
        ],
        "channels": [
            {"channel": c.name, "direction": direction, "bits": port.width,
             "low": c.real(port.format.raw_min), "high": c.real(port.format.raw_max),
             "step": 2.0**-c.f_bits}
            for direction, port in (("in", design.input), ("out", design.output))
            for c in port.channels
        ],
        "schedule": {
            "lanes": schedule.lanes, "products": schedule.products, "interval": schedule.interval,
            "latency": schedule.latency, "bound": schedule.bound,
            "utilisation": schedule.utilisation, "clear": schedule.clear,
            "parts": schedule.walk.parts,
        },
        "memory": _memory(design, schedule),
    }


def _memory(design: Design, schedule: Schedule) -> list[dict[str, Any]]:
    """The memories of the circuit; a block RAM has one read port, so each reader has a copy."""
    from liquidgate.rtl_gen.emit import emit, memories

    return [{"memory": name, "words": words, "width": width, "copies": reads,
             "bits": words * width * reads}
            for name, words, width, reads in memories(emit(design, schedule.lanes))]
