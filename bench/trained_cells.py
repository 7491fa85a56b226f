"""Cells trained with ncps, imported and quantised: the same outputs, and what fixed point costs.

    pip install torch ncps
    python bench/trained_cells.py [--epochs 150] [--steps 200] [--seed 0] [--json]

Each row trains a cell by gradient descent on the irregular laser (PyTorch, Adam, on windows of the
training rows), imports it, and quantises it with its trained readout as it is: the greatest
difference from ncps in float64 over all rows, the test NMSE of both sides, and the clocks compared
of the Verilog (``--steps`` samples under the worst stalls). Without PyTorch it says so and ends.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from liquidgate.referee import verify
from liquidgate.train.data import DataSet, load
from liquidgate.train.metrics import nmse
from liquidgate.train.ncps_import import from_ncps
from liquidgate.train.quantise import Formats, quantise

FORMATS = Formats(weight_bits=12, state_bits=16, readout_bits=16)
WINDOW, SKIP, LANES = 64, 16, 4


def cells(seed: int) -> dict[str, Any]:
    import torch
    from ncps.torch import LTC, CfC
    from ncps.wirings import AutoNCP

    torch.manual_seed(seed)
    return {
        "CfC, 32 neurons": CfC(1, 32, proj_size=1, backbone_layers=0),
        "CfC, 32, no gate": CfC(1, 32, proj_size=1, backbone_layers=0, mode="no_gate"),
        "CfC, 32, pure": CfC(1, 32, proj_size=1, backbone_layers=0, mode="pure"),
        "CfC, 24, backbone 48": CfC(1, 24, proj_size=1, backbone_units=48),
        "CfC, NCP of 40": CfC(1, AutoNCP(40, 8, seed=seed), proj_size=1),
        "LTC, NCP of 24": LTC(1, AutoNCP(24, 4, seed=seed)),
    }


def trained(module: Any, data: DataSet, scaled: np.ndarray, wanted: np.ndarray, epochs: int,
            seed: int) -> Any:
    """(T, 1) predictions of the module after training, by itself, in float64."""
    import torch

    torch.manual_seed(seed)  # of the head: no cell depends on those before it
    start, stop = data.split.train
    head = torch.nn.Linear(int(module(torch.zeros(1, 1, 1))[0].shape[2]), 1)
    both = torch.nn.ModuleList([module, head])
    count = (stop - start - data.washout) // WINDOW
    rows = slice(start + data.washout, start + data.washout + count * WINDOW)
    u, y = (torch.tensor(x[rows].reshape(count, WINDOW, -1), dtype=torch.float32)
            for x in (scaled, wanted))
    optimiser = torch.optim.Adam(both.parameters(), lr=5e-3)
    cell = module.rnn_cell
    for _ in range(epochs):
        state, total = torch.zeros(count, module.state_size), 0.0
        for t in range(WINDOW):
            out, state = cell(u[:, t, :1], state, u[:, t, 1:])
            out = head(getattr(module, "fc", torch.nn.Identity())(out))
            if t >= SKIP:
                total = total + ((out - y[:, t]) ** 2).mean()
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        if hasattr(cell, "apply_weight_constraints"):
            cell.apply_weight_constraints()
    both.double()
    with torch.no_grad():
        out = module(torch.from_numpy(scaled[None, :, :1]),
                     timespans=torch.from_numpy(scaled[None, :, 1].copy()))[0]
        return head, head(out)[0].numpy()


def measure(name: str, module: Any, epochs: int, steps: int, seed: int) -> dict[str, Any]:
    data = load("laser_irregular")
    (start, stop), test = data.split.train, slice(*data.split.test)
    middle, spread = data.targets[start:stop].mean(), data.targets[start:stop].std()
    scaled = np.column_stack([(data.inputs[:, 0] - middle) / spread, data.inputs[:, 1]])
    wanted = (data.targets - middle) / spread
    head, theirs = trained(module, data, scaled, wanted, epochs, seed)
    model = from_ncps(module, timed=True, readout=head)
    ours = model.predict(scaled)
    row = {"cell": name, "difference": float(np.abs(ours - theirs).max()),
           "float": nmse(wanted[test], ours[test])}
    made = quantise(model, scaled[start:stop], None, formats=FORMATS)
    checked = verify(made.design, LANES, steps=steps, stalls="worst")
    return {**row, "fixed": nmse(wanted[test], made.predict(scaled)[test]),
            "kind": made.design.liquid.kind, "clocks": checked.clocks,
            "mismatches": checked.mismatches}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    missing = [name for name in ("torch", "ncps") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"nothing is measured without {' and '.join(missing)}: pip install torch ncps")
        return
    rows = [measure(name, module, given.epochs, given.steps, given.seed)
            for name, module in cells(given.seed).items()]
    if given.json:
        print(json.dumps(rows))
        return
    table = Table(title="Trained with ncps on the irregular laser; NMSE of one sample ahead, test")
    for column in ("cell", "greatest difference", "float", "fixed", "change", "liquid",
                   "clocks compared", "mismatches"):
        table.add_column(column)
    for row in rows:
        table.add_row(row["cell"], f"{row['difference']:.1e}", f"{row['float']:.5f}",
                      f"{row['fixed']:.5f}", f"{row['fixed'] / row['float'] - 1:+.2%}", row["kind"],
                      f"{row['clocks']:,}", str(row["mismatches"]))
    Console().print(table)


if __name__ == "__main__":
    main()
