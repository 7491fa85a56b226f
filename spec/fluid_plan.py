"""When a fluid network does what within a step. docs/timing.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liquidgate.spec.activation import Clip
from liquidgate.spec.liquid import Plan
from liquidgate.spec.words import mac_latency, pack

if TYPE_CHECKING:
    from liquidgate.spec.fluid import Fluid

FETCH = 2
"""Clocks: edge, then the pressures at its ends."""
GRADIENT = 2
"""Difference, then cast."""
FLOW = 3
"""Product, sum, cast."""
ADAPT = 4
"""Size, products, sum, cast."""
DRIVE = 3
"""Bias, cast, write."""
NODE = 8
"""Fetch, total, loss (sum, cast), mass, pressure (product, sum, cast)."""
WRITE = 1


def flow_latency(fluid: Fluid) -> int:
    """Clocks from the issue of an edge to its flow."""
    return FETCH + GRADIENT + (2 if isinstance(fluid.activation, Clip) else 5) + FLOW


def begin(fluid: Fluid, lanes: int) -> int:
    """The clock of RUN in which the first vessel is fetched: every flow has arrived, and the
    drive of each vessel is there when its turn comes."""
    words = pack([total.row for total in fluid.sums()], lanes)
    ends = [t for t, word in enumerate(words) if word.last]
    driven = max(end - i for i, end in enumerate(ends)) + mac_latency(lanes) + DRIVE
    return max(len(fluid.tails) + flow_latency(fluid), driven)


def plan(fluid: Fluid, lanes: int) -> Plan:
    """An edge a clock, while the shared lanes do the drive; then a vessel a clock."""
    n, edges = fluid.neurons, len(fluid.tails)
    rows = [total.row for total in fluid.sums()]
    first = begin(fluid, lanes)
    pressures = tuple(first + i + NODE + WRITE for i in range(n))
    conductivities = tuple(e + flow_latency(fluid) + ADAPT + WRITE for e in range(edges))
    order, ready = {
        "pressure": (tuple(range(n)), pressures),
        "conductivity": (tuple(range(edges)), conductivities),
        "both": ((*range(n, n + edges), *range(n)), conductivities + pressures),
    }[fluid.watch]
    return Plan(order=order, ready=ready, busy=pressures[-1],
                products=edges + sum(map(len, rows)), words=tuple(pack(rows, lanes)),
                weight_width=fluid.weight_width, clear=n, orders={"state": order})
