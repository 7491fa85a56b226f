"""liquidgate train"""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from liquidgate.cli.output import Json, progress, show, table


def command(
    what: Annotated[str, typer.Argument(
        metavar="TASK|DATA.csv", help="A data set by name (liquidgate train list) or a CSV file.")],
    liquid: Annotated[str | None, typer.Option(
        metavar="KIND", help="Of the network, as in [network] liquid; default esn.")] = None,
    config: Annotated[str | None, typer.Option(
        help="A TOML file with tables [network], [formats], [search].")] = None,
    seed: Annotated[int, typer.Option(help="Of the network and of generated data.")] = 0,
    output: Annotated[str | None, typer.Option(
        "--output", "-o", metavar="DIR", help="The folder to write; default build/NAME.")] = None,
    input: Annotated[list[str] | None, typer.Option(
        "--input", metavar="COL", help="An input column of the CSV file; again for more.")] = None,
    target: Annotated[list[str] | None, typer.Option(
        "--target", metavar="COL", help="A column to forecast; again for more.")] = None,
    horizon: Annotated[int | None, typer.Option(
        help="Rows ahead to forecast, with a CSV file; default 1.")] = None,
    name: Annotated[str | None, typer.Option(
        help="Of the design; default: the data's.")] = None,
    within: Annotated[float | None, typer.Option(
        help="Fewest state bits with an error within this share of the float error.")] = None,
    budget: Annotated[int | None, typer.Option(
        metavar="BITS", help="Least error that fits so many bits of memory.")] = None,
    as_json: Json = False,
) -> None:
    """Trains a network, quantises it and writes DIR/design.lgd, a report and pictures.

    \b
    Examples:
      liquidgate train laser -o build/laser
      liquidgate train power.csv --input load --input wind --target load --horizon 24
    """
    from liquidgate import training
    from liquidgate.config import Config, NetworkConfig, read_config
    from liquidgate.files import staged
    from liquidgate.source import source
    from liquidgate.train.data import described, names
    from liquidgate.train.liquids import DEFAULT_LIQUID, find

    if what == "list":
        known = [described(name) for name in names()]
        show(as_json, known, listed(known))
        return
    kind = find(liquid or DEFAULT_LIQUID).kind
    chosen = (read_config(config, liquid=liquid) if config
              else Config(network=NetworkConfig(liquid=kind)))
    budgeted = training.Budget(within=within, bits=budget)
    origin = source(what, input=tuple(input or ()), target=tuple(target or ()), horizon=horizon,
                    seed=seed)
    with progress() as say:
        try:
            trained = training.train(origin, chosen, seed=seed, progress=say)
        except (TypeError, ValueError) as error:
            named = re.match(r"\w*", str(error))
            if config and named and named[0] in chosen.network.parameters:
                raise type(error)(f"{config}: network.{error}") from None
            raise
        folder = output or f"build/{trained.data.name}"
        with staged(folder) as work:
            report = training.write(trained, chosen.formats, budgeted, work, name=name,
                                    progress=say)
    show(as_json, report, *tables(report), f"{folder}/design.lgd")


def tables(report: dict[str, Any]) -> list[Any]:
    """The report of a training for people."""
    figures = [("float", report["float"]), ("fixed point", report["fixed"]),
               *report["baselines"].items()]
    if "nrmse" in report and report["metric"] != "nrmse":
        figures += [("float, NRMSE", report["nrmse"]["float"]),
                    ("fixed point, NRMSE", report["nrmse"]["fixed"])]
    points = report["quantise"]["points"]
    became = [(key.replace("_", " "), *(value if isinstance(value, list | tuple) else ("", value)))
              for key, value in report["quantise"].items() if key != "points"]
    return [
        table(f"{report['title']}: {report['metric']} on the test rows", ("", report["metric"]),
              figures),
        table(f"Cast points of {report['design']}",
              ("point", "format", "low", "high", "saturated", "of", "SNR dB"),
              [(p["point"], p["format"], p["low"], p["high"], p["saturated"], p["values"],
                p["snr_db"]) for p in points]),
        table("The liquid, in floats and in the circuit", ("", "requested", "realised"), became),
    ]


def listed(known: list[dict[str, Any]]) -> Any:
    """All data sets for people."""
    return table("Tasks", ("task", "", "rows", "in", "out", "train, validation, test", "licence"), [
        (plain["name"], plain["title"], plain["rows"], len(plain["inputs"]),
         len(plain["targets"]), ", ".join(str(b - a) for a, b in plain["split"].values()),
         plain["licence"])
        if "missing" not in plain else (plain["name"], plain["missing"], *("",) * 5)
        for plain in known
    ])
