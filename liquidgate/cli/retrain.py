"""liquidgate retrain"""

from __future__ import annotations

from typing import Annotated

import typer

from liquidgate.cli.columns import with_targets
from liquidgate.cli.output import DesignFile, Json, progress, show


def command(
    design: DesignFile,
    input: Annotated[str, typer.Option(
        "--input", metavar="IN.csv", help="Columns named as the design's input channels.")],
    target: Annotated[list[str], typer.Option(
        metavar="COL", help="Columns of IN.csv with the true outputs, in the channels' order.")],
    output: Annotated[str, typer.Option(
        "--output", "-o", metavar="NEW.lgd", help="The design with the new readout.")],
    horizon: Annotated[int, typer.Option(
        help="Rows by which the true output lies ahead of its input.")] = 0,
    warmup: Annotated[int, typer.Option(help="First rows that only move the states.")] = 100,
    ridge: Annotated[float | None, typer.Option(
        help="Of the regression; default: by cross-validation. Raised tenfold until weights fit.",
    )] = None,
    as_json: Json = False,
) -> None:
    """Trains a design's readout anew, on other data; everything else stays as it is.

    The new design fits every circuit that was built from the old one: liquidgate load writes it
    into a running board.

    \b
    Example:
      liquidgate retrain build/laser/design.lgd --input new.csv --target laser --horizon 1
      -o build/laser/retrained.lgd
    """
    import numpy as np

    from liquidgate.files import check_file, staged_file
    from liquidgate.golden import Golden
    from liquidgate.spec import load, save
    from liquidgate.train.metrics import nrmse
    from liquidgate.train.quantise.retrain import retrain

    read = load(design)
    check_file(output, ".lgd")
    reals, truth = with_targets(input, read, target, horizon)
    known = ~np.isnan(truth).any(axis=1)
    reals, truth = reals[known], truth[known]
    with progress() as say:
        say("running the circuit's own states")
        new, strength = retrain(read, reals, truth, warmup=warmup,
                                ridge="cv" if ridge is None else ridge)
        raws = read.input.encode(reals)
        found = [one.output.decode(Golden(one).run(raws))[warmup:] for one in (read, new)]
    varies = bool(np.ptp(truth[warmup:], axis=0).all())
    before, after = (nrmse(truth[warmup:], y) if varies else None for y in found)
    plain = {"design": new.name, "digest": new.digest, "rows": len(reals) - warmup,
             "ridge": strength, "nrmse_before": before, "nrmse_after": after, "file": output}
    line = f"{len(reals) - warmup} rows, ridge {strength:.4g}"
    if varies:
        line += f": NRMSE {before:.4g} with the old readout, {after:.4g} with the new one"
    with staged_file(output, ".lgd") as path:
        save(new, path)
    show(as_json, plain, line, output)
