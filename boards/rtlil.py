"""Amaranth's RTLIL as a flat circuit; it reads the subset that Amaranth 0.5 writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from liquidgate.boards.circuit import OUTPUTS, Bits, Body, Cell, Circuit, Switch

_TOKEN = re.compile(r"\{|\}|\[\d+(?::\d+)?\]|[^\s{}\[\]]+(?:\[\d+\])*(?=[\s{}]|$)|\S+")
_SLICE = re.compile(r"\[(\d+)(?::(\d+))?\]")


class _Reader:
    def __init__(self, text: str) -> None:
        self.modules: dict[str, list[str]] = {}
        name = ""
        for line in text.splitlines():
            if line.startswith("module "):
                name = line[7:]
                self.modules[name] = []
            elif name:
                self.modules[name].append(line.strip())
        self.top = next(name for name in self.modules if "." not in name)
        self.circuit = Circuit()

    def module(self, name: str, outer: dict[str, Bits]) -> None:
        """Adds one instance; ``outer`` are the bits at its pins."""
        wires: dict[str, Bits] = {}
        lines = iter(self.modules[name])
        late: list[tuple[str, str]] = []
        circuit = self.circuit
        block = False  # an attribute stands before its memory
        for line in lines:
            if line.startswith("attribute "):
                block |= line == 'attribute \\rom_style "block"'
                continue
            if line.startswith("wire "):
                words = line.split()
                width, wire = int(words[2]), words[-1]
                wires[wire] = tuple(range(circuit.bits, circuit.bits + width))
                circuit.bits += width
                way = "input" if "input" in words else "output" if "output" in words else ""
                if way and wire in outer:
                    to, by = ((wires[wire], outer[wire]) if way == "input"
                              else (outer[wire], wires[wire]))
                    circuit.drivers.update(zip(to, by))
                elif way == "output":
                    circuit.outputs += wires[wire]
            elif line.startswith("memory "):
                _, _, width_, _, words_, memory = line.split()
                circuit.memories[f"{name}{memory}"] = (int(width_), int(words_))
                if block:
                    circuit.blocks.add(f"{name}{memory}")
            elif line.startswith("cell "):
                self._cell(name, line, lines, wires)
            elif line.startswith("process "):
                body = self._body(lines, wires)
                circuit.drivers.update(dict.fromkeys(body.written, body))
            elif line.startswith("connect "):
                left, right = _split(line[8:])
                late.append((left, right))
            block &= not line
        for left, right in late:
            circuit.drivers.update(zip(_bits(left, wires), _bits(right, wires)))

    def _cell(self, module: str, line: str, lines: Iterator[str], wires: dict[str, Bits]) -> None:
        kind = line.split()[1]
        parameters: dict[str, str] = {}
        pins: dict[str, Bits] = {}
        for text in lines:
            if text == "end":
                break
            word, rest = text.split(" ", 1)
            if word == "parameter":
                parts = rest.split(" ")
                parameters[parts[-2].lstrip("\\")] = parts[-1]
            elif word == "connect":
                pin, spec = rest.split(" ", 1)
                if kind == "$meminit_v2":
                    if pin == "\\DATA":
                        self.circuit.contents[f"{module}{_memory(parameters)}"] = (
                            spec.split("'", 1)[1])
                    continue
                pins[pin] = _bits(spec, wires)
        if kind == "$meminit_v2":
            return
        if not kind.startswith("$"):
            self.module(kind, pins)
            return
        named = {pin.lstrip("\\"): bits for pin, bits in pins.items()}
        cell = Cell(kind[1:], parameters, named)
        if "MEMID" in parameters:
            parameters["MEMID"] = f"{module}{_memory(parameters)}"
        self.circuit.cells.append(cell)
        for pin in OUTPUTS & named.keys():
            if not (pin == "DATA" and kind == "$memwr_v2"):
                for k, bit in enumerate(named[pin]):
                    self.circuit.drivers[bit] = (cell, pin, k)

    def _body(self, lines: Iterator[str], wires: dict[str, Bits]) -> Body:
        body = Body()
        stack: list[Body | Switch] = [body]
        for line in lines:
            word, _, rest = line.partition(" ")
            while word in ("case", "end") and isinstance(stack[-1], Body) and len(stack) > 1:
                inner = stack.pop()
                around = stack[-2]
                assert isinstance(inner, Body) and isinstance(around, Body)
                around.written |= inner.written
            top = stack[-1]
            if word == "end":
                if len(stack) == 1:
                    return body
                stack.pop()
            elif word == "case":
                assert isinstance(top, Switch)
                patterns = tuple(p.split("'")[1] for p in rest.split(", ")) if rest else ()
                top.cases.append((patterns, Body()))
                stack.append(top.cases[-1][1])
            elif word == "switch":
                assert isinstance(top, Body)
                top.statements.append(Switch(_bits(rest, wires)))
                stack.append(top.statements[-1])  # type: ignore[arg-type]
            elif word == "assign":
                assert isinstance(top, Body)
                left, right = (_bits(part, wires) for part in _split(rest))
                if not top.statements or isinstance(top.statements[-1], Switch):
                    top.statements.append({})
                top.statements[-1].update(zip(left, right))  # type: ignore[union-attr]
                top.written.update(left)
        return body


def read(text: str) -> Circuit:
    """The circuit of a text of ``amaranth.back.rtlil``."""
    reader = _Reader(text)
    reader.module(reader.top, {})
    return reader.circuit


def _memory(parameters: dict[str, str]) -> str:
    return parameters["MEMID"].strip('"').replace("\\\\", "\\")


def _split(text: str) -> tuple[str, str]:
    """Two sigspecs."""
    depth = 0
    for k, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if letter == " " and not depth and text[k + 1] != "[":
            return text[:k], text[k + 1:]
    raise ValueError(f"two signals expected, not {text!r}")


def _bits(spec: str, wires: dict[str, Bits]) -> Bits:
    """The bits of a sigspec, the least significant first."""
    words = spec.split()
    parts: list[Bits] = []
    for word in words:
        if word in "{}":
            continue
        if word.startswith("[") and parts:
            found = _SLICE.fullmatch(word)
            assert found is not None
            high = int(found[1])
            low = int(found[2]) if found[2] else high
            parts[-1] = parts[-1][low : high + 1]
        elif word in wires:
            parts.append(wires[word])
        else:
            digits = word.split("'", 1)[1]
            parts.append(tuple(int(digit == "1") for digit in reversed(digits)))
    return tuple(bit for part in reversed(parts) for bit in part)
