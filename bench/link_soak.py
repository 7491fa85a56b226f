"""Samples through a virtual board and back, over a bad line: nothing lost, nothing wrong.

    python bench/link_soak.py [--samples 1000000] [--seed 0] [--json]

The circuit of a board runs in Verilator behind a pseudo-terminal, and the host streams through it
while bytes are damaged and lost, and the device is unplugged. Every answer is compared with golden.
Exits with 1 when one is wrong or missing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import zip_longest
from random import Random
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from liquidgate.boards.bad_line import BadLine
from liquidgate.boards.host import Host
from liquidgate.boards.port import open_port
from liquidgate.golden import Golden
from liquidgate.train.data import load
from liquidgate.train.esn_model import ESN
from liquidgate.train.quantise import quantise
from liquidgate.virtual import VirtualBoard

NEURONS, LANES = 20, 8
"""A small design, so that the line and not the simulator is what is tried."""
DAMAGE, LOSS, DROP = 2e-5, 1e-5, 1e-5
"""Chances: of a byte to be damaged, to be lost; of a call to find the device gone."""


def measure(samples: int, seed: int, progress: Progress) -> dict[str, Any]:
    data = load("laser")
    model = ESN(NEURONS, weight_bits=8).fit(data.inputs[:3000], data.targets[:3000])
    design = quantise(model, data.inputs[:3000], data.targets[:3000]).design
    rng = np.random.default_rng(seed)
    raws = design.input.encode(data.inputs)
    # real samples, in an order that never repeats
    inputs = raws[rng.integers(0, len(raws), samples)]
    truth = Golden(design).run(inputs)
    with VirtualBoard(design, lanes=LANES, baud=45_000_000 // 4) as board:
        line = BadLine(lambda: open_port(board.device, baud=board.baud), Random(seed),
                       damage=DAMAGE, loss=LOSS, drop=DROP)
        host = Host(port=line, design=design, reopen=line.reopen)
        begun, wrong, answered = time.monotonic(), 0, 0
        answers = host.stream(progress.track(inputs.tolist(), description="samples"))
        for answer, right in zip_longest(answers, truth.tolist()):
            answered += answer is not None
            wrong += answer != right
        seconds = time.monotonic() - begun
    return {
        "samples": samples, "answered": answered, "wrong": wrong, "damaged_bytes": line.damaged,
        "lost_bytes": line.lost, "unplugged": line.dropped, "recoveries": host.counts.recoveries,
        "reconnections": host.counts.reconnections, "seconds": seconds,
        "samples_a_second": samples / seconds,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        found = measure(given.samples, given.seed, progress)
    if given.json:
        print(json.dumps(found))
    else:
        table = Table("", "value", title="A virtual board over a bad line")
        for name, value in found.items():
            table.add_row(name.replace("_", " "), f"{value:,.0f}")
        Console().print(table)
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
