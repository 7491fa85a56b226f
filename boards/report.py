"""What a build gave: cells, timing, speed; and what to change when it does not fit."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from liquidgate.boards.tools import BuildError
from liquidgate.spec.codec import DesignFileError, from_plain
from liquidgate.spec.lgd import write_text

FILE = "report.json"
SCHEMA = 3


@dataclass(frozen=True)
class Cells:
    """Cells of one kind. ``estimated``: counted before placement, which then did not happen."""

    name: str
    used: int
    budget: int
    estimated: bool

    @property
    def fits(self) -> bool:
        return self.used <= self.budget


@dataclass(frozen=True)
class Hop:
    """One element of the critical path: delay in ns."""

    type: str
    ns: float
    cell: str


@dataclass(frozen=True)
class Pair:
    """A named value, such as seconds of a step or version of a tool."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """The figures of a build, plain enough for JSON.

    Parameters
    ----------
    board, design, digest, lanes, baud : what was built; baud as the divisor makes it.
    clock_hz : of the core. fmax_hz : after routing, 0.0 when it was not routed.
    interval, latency : clocks. core_samples, uart_samples : a second, with the longest WORK.
    cells, path, tools, seconds : see the classes. seed : of the placement that was kept.
    in_logic : multiplications made of LUTs, since there were not enough DSPs.
    swappable : whether the readout can be exchanged in the bitstream (swap.py).
    problems : what does not fit and what to change, one sentence each; empty when all is well.
    bitstream, sha256 : file name in the folder and hash of its bytes, empty without one.
    key : hash of everything that goes into the build.
    """

    board: str
    design: str
    digest: str
    lanes: int
    baud: int
    clock_hz: int
    fmax_hz: float
    interval: int
    latency: int
    core_samples: float
    uart_samples: float
    seed: int
    bitstream: str
    sha256: str
    key: str
    in_logic: int = 0
    swappable: bool = False
    cells: tuple[Cells, ...]
    path: tuple[Hop, ...]
    problems: tuple[str, ...]
    tools: tuple[Pair, ...]
    seconds: tuple[Pair, ...]

    @property
    def fits(self) -> bool:
        """Every kind of cell is within its budget, and the clock is met."""
        return not self.problems

    @property
    def path_ns(self) -> float:
        return sum(hop.ns for hop in self.path)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        plain = asdict(self)
        plain["cells"] = {
            c.name: {"used": c.used, "budget": c.budget, "estimated": c.estimated}
            for c in self.cells
        }
        plain["tools"] = {pair.name: pair.value for pair in self.tools}
        plain["seconds"] = {pair.name: float(pair.value) for pair in self.seconds}
        return {"schema": SCHEMA, "fits": self.fits, **plain}

    def rows(self) -> list[dict[str, str]]:
        """For a table: what, value, limit, and "ok" or "too much" or "too slow"."""
        rows = [
            {
                "what": cell.name, "value": f"{cell.used}{' (estimated)' * cell.estimated}",
                "limit": str(cell.budget), "verdict": "ok" if cell.fits else "too much",
            }
            for cell in self.cells
        ]

        def row(what: str, value: str, limit: str = "", verdict: str = "") -> None:
            rows.append({"what": what, "value": value, "limit": limit, "verdict": verdict})

        if self.in_logic:
            row("products in LUTs", str(self.in_logic))
        if self.fmax_hz:
            met = self.fmax_hz >= self.clock_hz
            row("Fmax", f"{self.fmax_hz / 1e6:.2f} MHz", f"{self.clock_hz / 1e6:g} MHz",
                "ok" if met else "too slow")
        if self.path:
            logic = sum(hop.ns for hop in self.path if hop.type != "routing")
            row("critical path", f"{self.path_ns:.1f} ns, {logic:.1f} of it logic: "
                f"{self.path[0].cell} -> {self.path[-1].cell}")
        row("samples/s, core", f"{self.core_samples:,.0f}")
        row("samples/s, UART", f"{self.uart_samples:,.0f}", f"{self.baud} baud")
        row("latency", f"{self.latency / self.clock_hz * 1e6:.2f} us", f"{self.latency} clocks")
        row("digest", self.digest)
        if self.bitstream:
            row("bitstream", self.bitstream)
        for pair in self.tools:
            row(pair.name, pair.value)
        for pair in self.seconds:
            row(f"seconds, {pair.name}", pair.value)
        return rows

    def save(self, directory: Path) -> None:
        write_text(directory / FILE, json.dumps(self.plain(), indent=1) + "\n")


class NotFitError(BuildError):
    """The design is too big for the board or misses its clock. ``report`` says where and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.design} does not fit {report.board}: {report.problems[0]}")
        self.report = report


def load_report(directory: str | Path) -> Report:
    """Reads the report of a build.

    Raises
    ------
    OSError : when there is none.
    ValueError : when it is no report of this schema.
    """
    path = Path(directory) / FILE
    try:
        plain = json.loads(path.read_text())
        if not isinstance(plain, dict) or plain.pop("schema") != SCHEMA:
            raise ValueError(f"schema must be {SCHEMA}")
        plain.pop("fits")
        plain["cells"] = [{"name": name, **cell} for name, cell in plain["cells"].items()]
        plain["tools"] = [{"name": n, "value": v} for n, v in plain["tools"].items()]
        plain["seconds"] = [{"name": n, "value": str(v)} for n, v in plain["seconds"].items()]
        report: Report = from_plain(Report, plain, "report")
    except (ValueError, KeyError, AttributeError, TypeError, DesignFileError) as error:
        raise ValueError(f"{path}: not the report of a build: {error}") from None
    return report


def critical_path(nextpnr: dict[str, Any]) -> tuple[tuple[Hop, ...], float]:
    """The longest path from clock to clock in nextpnr's JSON, and its Fmax in Hz."""
    fmax = min(entry["achieved"] for entry in nextpnr["fmax"].values()) * 1e6
    best: tuple[Hop, ...] = ()
    for entry in nextpnr["critical_paths"]:
        if entry["from"].startswith("posedge") and entry["to"] == entry["from"]:
            hops = tuple(
                Hop(p["type"], round(float(p["delay"]), 3), p["to"]["cell"])
                for p in entry["path"]
            )
            if sum(h.ns for h in hops) > sum(h.ns for h in best):
                best = hops
    return best, float(fmax)
