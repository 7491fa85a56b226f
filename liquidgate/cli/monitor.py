"""liquidgate monitor"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from liquidgate.cli.columns import with_targets
from liquidgate.cli.output import DesignFile, Json, show
from liquidgate.cli.serial import BAUD, PATIENCE, Baud, Clock, Patience, PortName, connected

if TYPE_CHECKING:
    from liquidgate.train.arrays import Floats

SHOWN = 200
"""Steps in the terminal's window."""


def command(
    design: DesignFile,
    port: PortName,
    input: Annotated[str, typer.Option(
        "--input", metavar="IN.csv", help="Columns named as the design's input channels.")],
    target: Annotated[list[str] | None, typer.Option(
        metavar="COL", help="Columns of IN.csv with the true outputs, in the channels' order.")
    ] = None,
    horizon: Annotated[int, typer.Option(
        help="Rows by which the true output lies ahead of its input.")] = 0,
    output: Annotated[str, typer.Option(
        "--output", "-o", metavar="FILE.png", help="The picture of the whole run.")
    ] = "monitor.png",
    baud: Baud = BAUD,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Plots a board's input, output and error while data stream through it.

    In the terminal the last 200 steps of the first channels; at the end a picture of all steps.

    \b
    Example:
      liquidgate monitor build/laser/design.lgd --port /dev/ttyUSB1 --input in.csv --target laser
      --horizon 1 -o monitor.png
    """
    import numpy as np

    from liquidgate.files import staged_file
    from liquidgate.pictures import monitor
    from liquidgate.spec import load
    from liquidgate.train.metrics import nrmse

    read = load(design)
    names = [channel.name for channel in read.input.channels]
    outputs = [channel.name for channel in read.output.channels]
    reals, truth = with_targets(input, read, target or (), horizon)
    with (staged_file(output, ".png") as path,
          connected(port, read, baud=baud, patience=patience) as host):
        clock = Clock(host)
        found = np.full(truth.shape, np.nan)
        with _screen() as draw:
            for k, answer in enumerate(host.stream(read.input.encode(reals).tolist())):
                found[k] = read.output.decode([answer])[0]
                draw(names[0], outputs[0], reals[: k + 1, 0], found[: k + 1, 0],
                     truth[: k + 1, 0], clock.line)
        figures, line = clock.plain(), clock.line()
        monitor(reals, found, truth, names, outputs, path)
    known = ~np.isnan(truth).any(axis=1)
    varies = target and np.ptp(truth[known], axis=0).all()
    error = nrmse(truth[known], found[known]) if varies else None
    plain = {"design": read.name, "digest": read.digest, "port": port, **figures, "nrmse": error,
             "picture": output}
    show(as_json, plain, line, *([f"NRMSE {error:.4g}"] if error is not None else []),
         f"the whole run: {output}")


class _screen:  # noqa: N801  a function in all but its form
    """Draws into the terminal, at most four times a second; into a pipe or file nothing."""

    def __enter__(self) -> _screen:
        from rich.console import Console
        from rich.live import Live

        self._console = Console(stderr=True)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        if self._console.is_terminal:
            self._live.start()
        self._last = 0.0
        return self

    def __exit__(self, *_: Any) -> None:
        self._live.stop()

    def __call__(self, input_name: str, output_name: str, inputs: Floats, outputs: Floats,
                 truth: Floats, line: Any) -> None:
        import time

        if not self._console.is_terminal or time.monotonic() < self._last + 0.25:
            return
        from rich.text import Text

        text = terminal_plot(input_name, output_name, inputs, outputs, truth,
                             width=self._console.width, height=self._console.height - 3)
        self._live.update(Text.from_ansi(f"{text}\n{line()}"), refresh=True)
        self._last = time.monotonic()


def terminal_plot(input_name: str, output_name: str, inputs: Floats, outputs: Floats,
                  truth: Floats, *, width: int, height: int) -> str:
    """The last steps as text: input and output, and below them the error where it is known."""
    import numpy as np
    import plotext

    first = max(0, len(outputs) - SHOWN)
    steps = list(range(first, len(outputs)))
    plotext.main()  # the last call left a part of it active
    plotext.clear_figure()
    plotext.limit_size(False, False)
    known = ~np.isnan(truth[first:])
    rooms = 2 if known.any() else 1
    plotext.subplots(rooms, 1)
    plotext.subplot(1, 1)
    plotext.plot_size(width, height // rooms)
    plotext.theme("clear")
    for name, series in ((f"input {input_name}", inputs), (f"output {output_name}", outputs)):
        plotext.plot(steps, series[first:].tolist(), label=name, marker="braille")
    if known.any():
        plotext.subplot(2, 1)
        plotext.plot_size(width, height // rooms)
        plotext.theme("clear")
        error = (outputs - truth)[first:][known]
        plotext.plot(np.array(steps)[known].tolist(), error.tolist(), label="error",
                     marker="braille")
    return str(plotext.build())
