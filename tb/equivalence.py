"""Cuts a module of an emitted text at its registers: what is left is combinational.

Two modules with the same registers whose cuts are equal behave equally for ever. So a mutant is
shown harmless when a SAT solver finds the cuts equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from liquidgate.tb.verilog_text import FORMS, GUARD, NAME, modules

PORT = re.compile(r"\s*\.(\\\S+ |\w+)\s*\((.*)\),?")
INSTANCE = re.compile(rf"  ({NAME})\s*({NAME})\s*\(")
FETCH = re.compile(rf"({NAME})\s*\[(.*)\]")


def next_states(
    text: str, module: str, name: str, flags: dict[str, tuple[str, ...]] | None = None
) -> str:
    """Module ``module`` of ``text`` as a combinational module called ``name``.

    Registers, words fetched from a RAM and outputs of instances become inputs; a word fetched
    from a ROM any word of it, its address being the input. Outputs are next values, addresses,
    inputs of instances, and of a write its enable and, if enabled, address and data. ``flags``:
    registers that nobody heeds but beside one of some other registers; their next values count
    only with these.
    """
    return _Cut(text, module, name, delays=set(), kept={}, flags=flags or {}).verilog()


def pipeline(text: str, module: str, name: str, inner: str, tapped: bool) -> str:
    """As ``next_states``, but with the pipeline from the registers before an instance of ``inner``
    to its outputs as one function: these registers, and those inside, only delay, so they are
    taken for wires; those that hear themselves stay what they are. No reset.

    ``tapped``: what leaves the instance is an output, and any value comes in its stead. That is
    stricter, and easier to prove when a product follows."""
    parsed = {found.name: found for found in modules(text)}
    stored = {register: source for _, register, source in parsed[module].registers}
    before: set[str] = set()
    fresh = _connected(text, module, inner)
    while fresh:
        delays = {n for source in fresh for n in parsed[module].cone(source) if n in stored}
        delays -= {n for n in delays if n in parsed[module].cone(stored[n])}  # these remember
        before |= delays
        fresh = {stored[register] for register in delays} - fresh
    inside = {register for _, register, _ in parsed[inner].registers} | parsed[inner].fetched
    kept = {inner: f"{name}_inner"}
    return (_Cut(text, inner, kept[inner], delays=inside, kept={}).verilog()
            + _Cut(text, module, name, delays=before, kept=kept, tapped=tapped).verilog())


def _connected(text: str, module: str, inner: str) -> set[str]:
    """The nets at the inputs of the instance of ``inner``."""
    body, outputs = _body(text, module), _outputs(text, inner)
    first = next(k for k, line in enumerate(body)
                 if (match := INSTANCE.fullmatch(line)) and match[1].strip("\\ ") == inner)
    ports = [match for line in body[first + 1 : body.index("  );", first)]
             if (match := PORT.fullmatch(line))]
    return {match[2] for match in ports if match[1].strip() not in outputs}


@dataclass
class _Cut:
    text: str
    module: str
    name: str
    delays: set[str]
    """Registers that are taken for wires."""
    kept: dict[str, str]
    """Modules whose instances stay, and their new names."""
    tapped: bool = False
    """Whether what leaves these is cut."""
    flags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    _next: dict[str, str] = field(default_factory=dict)
    inputs: set[str] = field(default_factory=set)
    outputs: list[str] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    taps: dict[str, str] = field(default_factory=dict)

    def verilog(self) -> str:
        body = _body(self.text, self.module)
        self._depth = {match[2]: int(match[3]) for line in body
                       if (match := FORMS["memory"].fullmatch(line))}
        self._written = {match[1] for line in body if (match := FORMS["store"].fullmatch(line))}
        until, enable = "", ""
        instance: set[str] | None = None
        stays = False
        for line in body[1:-1]:
            if instance is not None:
                instance = (self._tap if stays else self._port)(line, instance)
            elif line.startswith("  always @(posedge clk)"):
                until, enable = "  end" if line.endswith("begin") else ";", "1'h1"
            elif until:
                enable = self._clocked(line, enable)
                until = "" if line == until or (until == ";" and line.endswith(";")) else until
            elif match := INSTANCE.fullmatch(line):
                kind = match[1].strip().lstrip("\\")
                stays = kind in self.kept
                if stays:
                    self.lines.append(f"  {self.kept[kind]} {match[2]}(")
                if self.tapped or not stays:
                    instance = _outputs(self.text, kind)
            elif GUARD not in line:
                self.lines.append(line.replace("if (rst)", "if (1'h0)") if self.delays else line)
        return self._assemble(body[0])

    def _port(self, line: str, outputs: set[str]) -> set[str] | None:
        """A connection of an instance that is cut away; None after the last one."""
        if match := PORT.fullmatch(line):
            if match[1].strip() in outputs:
                self.inputs.add(match[2])
            else:
                self.outputs.append(match[2])
        return None if line.strip() == ");" else outputs

    def _tap(self, line: str, outputs: set[str]) -> set[str] | None:
        """A connection of an instance that stays, but what leaves it."""
        if (match := PORT.fullmatch(line)) and match[1].strip() in outputs:
            tap = self.taps[match[2]] = f"tap_{len(self.taps)}"
            self.inputs.add(match[2])
            self.outputs.append(tap)
            line = f"    .{match[1]}({tap}){',' if line.endswith(',') else ''}"
        self.lines.append(line)
        return None if line.strip() == ");" else outputs

    def _clocked(self, line: str, enable: str) -> str:
        """A line of a clocked block; returns the enable of what follows."""
        if match := FORMS["condition"].fullmatch(line):
            return match[1]
        if match := FORMS["store"].fullmatch(line):
            self.outputs += [enable, *(f"({enable}) ? {value} : 0" for value in match.group(2, 3))]
        elif match := FORMS["register"].fullmatch(line):
            name, source = match.group(1, 2)
            fetch = FETCH.fullmatch(source)
            memory = fetch[1] if fetch and fetch[1] in self._depth else None
            if name in self.delays:
                self.lines.append(f"  always @* {name} = {source};")
            elif fetch and memory and memory not in self._written:
                at = self.addresses.setdefault(fetch[2], f"at_{len(self.addresses)}")
                last = self._depth[memory]
                self.lines.append(f"  always @* {name} = {memory}[{at} > {last} ? {last} : {at}];")
            else:
                self.inputs.add(name)
                self._next[name] = fetch[2] if fetch and memory else source
        return enable

    def _assemble(self, head: str) -> str:
        for register, source in self._next.items():
            heeded = [self._next[flag] for flag in self.flags.get(register, ())
                      if flag in self._next]
            self.outputs.append(f"({' | '.join(heeded)}) ? {source} : 0" if heeded else source)
        self.outputs += self.addresses
        self.inputs |= set(self.addresses.values())
        ports = re.split(r",\s*(?![^{]*})", head[head.index("(") + 1 : head.rindex(")")])
        ports += sorted(self.inputs - {_named(port) for port in ports})
        ports += [f"cut_{k}" for k in range(len(self.outputs))]
        out = [f"module {self.name}({', '.join(ports)});"]
        out += [f"  input [31:0] {port};" for port in self.addresses.values()]
        for line in self.lines:
            output = FORMS["output"].fullmatch(line)
            declared = FORMS["declaration"].fullmatch(line)
            if declared and declared[2] in self.inputs:
                bits = f"[{declared[1]}:0] " if declared[1] else ""
                if declared[2] in self.taps:
                    out.append(f"  wire {bits}{self.taps[declared[2]]};")
                line = f"  input {bits}{declared[2]};"
            elif declared and declared[2] in self.delays:
                line = line.split(" = ")[0].rstrip(";") + ";"
            if not (output and output[1] in self.inputs):
                out.append(line)
        for k, source in enumerate(self.outputs):
            out.append(f"  output [63:0] cut_{k};\n  assign cut_{k} = {source};")
        return "\n".join([*out, "endmodule", ""])


def _named(port: str) -> str:
    """A port as the name forms give it: an escaped name ends in a space."""
    port = port.strip()
    return f"{port} " if port.startswith("\\") else port


def _body(text: str, module: str) -> list[str]:
    lines = text.splitlines()
    first = next(k for k, line in enumerate(lines)
                 if re.match(rf"module \\?{re.escape(module)} ?\(", line))
    head = next(k for k in range(first, len(lines)) if lines[k].endswith(");"))
    last = lines.index("endmodule", first)
    return [" ".join(lines[first : head + 1]), *lines[head + 1 : last + 1]]


def _outputs(text: str, module: str) -> set[str]:
    return {match[1].strip() for line in _body(text, module)
            if (match := FORMS["output"].fullmatch(line))}
