"""The first divergence explained: which step, neuron and cast point, and both values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from liquidgate.golden import Trace
from liquidgate.golden.casts import Ints
from liquidgate.spec import Design, QFormat
from liquidgate.spec.readout_map import ReadoutMap
from liquidgate.tb.build import ToolError, build
from liquidgate.tb.play import play
from liquidgate.tb.player import PINS, TOP, text, write_changes


def places(design: Design) -> dict[str, str]:
    """Cast points, and the instances of the emitted text that hold their values: a register or
    net named as the point, worth reading in clocks in which ``valid_`` and its name is 1.

    A stage of a chain is an instance in that of the chain. Outputs have such a net only where
    they are fed back; elsewhere the pins are as good.
    """
    found = {point: ".".join(("neuron", *point.split(".")[:-1])) for point in design.liquid.points}
    return {**found, "output": "output_stage"} if design.has_feedback else found


@dataclass(frozen=True)
class Divergence:
    """Circuit and golden differ for the first time.

    ``pin`` differs in ``clock``; ``step`` counts input transfers from 0. ``point`` (a cast point)
    and ``index`` (neuron, or output channel) say where it began, as far as the text has the names
    of a generated one; the wrong value is there in ``inner_clock``. Both values, raw and real,
    are then this point's, else the pin's. ``width`` is theirs, in bits.
    """

    clock: int
    pin: str
    step: int
    point: str | None
    index: int | None
    inner_clock: int | None
    width: int
    circuit: int
    golden: int
    circuit_real: float | None
    golden_real: float | None

    def __str__(self) -> str:
        def both(raw: int, real: float | None) -> str:
            digits = f"0x{raw & ((1 << self.width) - 1):0{(self.width + 3) // 4}x}"
            return digits if real is None else f"{digits} ({real:.6g})"

        where = f"clock {self.clock}, step {self.step}: pin {self.pin} differs"
        if self.point is not None:
            what = "output channel" if self.point == "output" else "neuron"
            where += (f"; it began in clock {self.inner_clock} at cast point {self.point} of "
                      f"{what} {self.index}")
        return (f"{where}: circuit {both(self.circuit, self.circuit_real)}, "
                f"golden {both(self.golden, self.golden_real)}")


@dataclass(frozen=True)
class _Wrong:
    """A value at a cast point that is not golden's."""

    clock: int
    step: int
    point: str
    index: int
    circuit: int
    golden: int


def explain(
    verilog: Path, expected: Trace, pins: dict[str, Any], seen: dict[str, int], *,
    folder: Path, cache: Path,
) -> Divergence:
    """Names the pin from what the player counted (``seen``), then plays again with probes inside.

    ``pins`` : what ``expected`` was made from. ``folder`` : is made.
    """
    design = expected.design
    clock, shown, wanted = seen["first"], seen["shown"], seen["wanted"]
    width = design.output.width
    o_bits = design.outputs * width
    fields = {"i__ready": (o_bits + 1, 1), "o__valid": (o_bits, 1), "o__payload": (0, o_bits)}

    def field(word: int, pin: str) -> int:
        shift, bits = fields[pin]
        return word >> shift & ((1 << bits) - 1)

    pin = next(name for name in reversed(PINS) if field(shown, name) != field(wanted, name))
    wrong = _first_wrong(verilog, expected, pins, folder, cache)
    if wrong is None and pin == "o__payload":
        channels = [(shown >> k * width, wanted >> k * width) for k in range(design.outputs)]
        raws = [tuple(_raw(word, design.output.format) for word in pair) for pair in channels]
        k = next(k for k, (circuit, golden) in enumerate(raws) if circuit != golden)
        step = max(expected.step_at(clock), 0)
        wrong = _Wrong(clock, step, "output", k, *raws[k])
    if wrong is None:
        step = max(int((expected.steps.taken < clock).sum()) - 1, 0)
        return Divergence(clock, pin, step, None, None, None, fields[pin][1],
                          field(shown, pin), field(wanted, pin), None, None)
    fmt = _format(design, wrong.point)
    real = design.output.channels[wrong.index].real if wrong.point == "output" else fmt.real
    return Divergence(clock, pin, wrong.step, wrong.point, wrong.index, wrong.clock, fmt.width,
                      wrong.circuit, wrong.golden, real(wrong.circuit), real(wrong.golden))


def _format(design: Design, point: str) -> QFormat:
    return {**design.liquid.points, "output": design.output.format}[point]


def _raw(word: int, fmt: QFormat) -> int:
    """The low bits of ``word`` as a raw value."""
    word &= (1 << fmt.width) - 1
    return word - (1 << fmt.width) if fmt.signed and word >> (fmt.width - 1) else word


def _first_wrong(
    verilog: Path, expected: Trace, pins: dict[str, Any], folder: Path, cache: Path
) -> _Wrong | None:
    """Plays again up to the first divergence and writes every value at every cast point; None
    when all those values are right, as far as the text has the names of a generated one."""
    probes = "".join(
        f'      if (dut.{place}.valid_{name}) $fwrite(probed, "%0d {point} %h\\n", clock, '
        f"dut.{place}.\\{name} );\n"
        for point, place, name in _probed(verilog.read_text(errors="replace"), expected.design)
    ) + '      if (dut.rst) $fwrite(probed, "%0d reset 0\\n", clock);\n'
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "players.v"
    maps = [ReadoutMap(expected.schedule) if "exchanges" in pins else None]
    source.write_text(text([expected.design], probes, maps))
    try:
        program = build([source, verilog], TOP, folder / "sim", cache=cache)
        write_changes(0, expected, pins, program.parent)
        play(program, program.parent)
    except ToolError:
        return None
    values = _golden_values(expected, np.asarray(pins["i_data"]))
    lines = (program.parent / "0.probes").read_text().splitlines()
    return next(_wrongs(expected, values, lines), None)


def _probed(text: str, design: Design) -> Iterator[tuple[str, str, str]]:
    """(cast point, instance, name in it) of all that the text has; an edited one may lack some."""
    bodies: dict[str, str] = dict(
        re.findall(r"^module\s+\\?(\S+?)\s*(\(.*?)^endmodule", text, re.M | re.S))
    for point, place in places(design).items():
        name = point.split(".")[-1]
        body = bodies.get(f"{design.name}.{place}", "")
        if all(re.search(rf"\b{word}\b", body) for word in (name, f"valid_{name}")):
            yield point, place, name


def _golden_values(expected: Trace, data: Ints) -> dict[str, Ints]:
    """Per cast point, steps x neurons (or outputs), every sequence from the first state."""
    traces = [golden.run(data[piece], trace=True) for piece, golden in expected.pieces]
    return {point: np.concatenate([trace.points[point] for trace in traces])
            if traces else np.zeros((0, 1), int) for point in places(expected.design)}


def _wrongs(
    expected: Trace, values: dict[str, Ints], lines: list[str]
) -> Iterator[_Wrong]:
    """Walks through the probed values: each step gives every value of a point once, the neurons'
    in the order of the schedule; a reset drops what is in flight."""
    design = expected.design
    given = expected.schedule.plan.orders
    orders = {point: given.get(point, range(found.shape[1])) for point, found in values.items()}
    nth = dict.fromkeys(orders, 0)  # values of this point so far, from the first step on
    for line in lines:
        clock, point, word = line.split()
        if point == "reset":
            begun = int((expected.steps.taken <= int(clock)).sum())
            nth = {name: begun * len(order) for name, order in orders.items()}
            continue
        step, place = divmod(nth[point], len(orders[point]))
        nth[point] += 1
        if step >= len(values[point]):
            return
        index = orders[point][place]
        circuit, golden = _raw(int(word, 16), _format(design, point)), values[point][step, index]
        if circuit != golden:
            yield _Wrong(int(clock), step, point, index, circuit, int(golden))
