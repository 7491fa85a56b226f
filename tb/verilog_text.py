"""The little of Verilog's syntax that an emitted text uses, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

NAME = r"(?:\\\S+ |\w+)"
"""A name; an escaped one with the space that ends it."""
NAMES = re.compile(r"\\\S+ |(?<![\w'$])[A-Za-z_]\w*")
GUARD = "$auto$verilog_backend"
"""The backend's own variable; no part of the circuit."""
FORMS = {
    "memory": re.compile(rf"\s*reg \[(\d+):0\] ({NAME})\s*\[(\d+):0\];"),
    "declaration": re.compile(rf"\s*(?:wire|reg) (?:\[(\d+):0\] )?({NAME})(?: = .*)?;"),
    "output": re.compile(rf"\s*output (?:\[\d+:0\] )?({NAME});"),
    "word": re.compile(rf"\s*({NAME})\s*\[(\d+)\] = (\d+'h[0-9a-f]+);"),
    "assign": re.compile(rf"\s*assign ({NAME})\s*= (.*);"),
    "blocking": re.compile(rf"\s*({NAME})\s*= (.*);"),
    "store": re.compile(rf"\s*({NAME})\s*\[(.*)\] <= (.*);"),
    "register": re.compile(rf"\s*({NAME})\s*<= (.*);"),
    "condition": re.compile(r"\s*(?:end else )?if \((.*)\)(?: begin)?"),
}
Line = tuple[int, str, str]
"""(line number, name, source text)"""


@dataclass
class Module:
    """What a module holds; names of escaped identifiers end in a space.

    ``last`` : the line of its endmodule. ``width``, ``declared``: bits and line of nets and
    registers. ``depth``: words of memories. ``read``: names that somebody reads.
    """

    name: str
    last: int = 0
    width: dict[str, int] = field(default_factory=dict)
    declared: dict[str, int] = field(default_factory=dict)
    depth: dict[str, int] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    assignments: list[Line] = field(default_factory=list)
    registers: list[Line] = field(default_factory=list)
    accesses: list[Line] = field(default_factory=list)
    """Reads and writes of memories: the index."""
    stored: set[str] = field(default_factory=set)
    conditions: list[Line] = field(default_factory=list)
    words: list[tuple[int, str, int, str]] = field(default_factory=list)
    resets: set[int] = field(default_factory=set)
    """Lines that only a reset reaches, and their conditions."""
    fetched: set[str] = field(default_factory=set)
    """Registers that hold a word read from a memory."""
    _target: str = ""
    _drivers: dict[str, set[str]] = field(default_factory=dict)

    def cone(self, source: str) -> set[str]:
        """All names that ``source`` depends on within a clock."""
        cone: set[str] = set()
        fresh = set(NAMES.findall(source))
        while fresh:
            cone |= fresh
            fresh = set().union(*(self._drivers.get(name, set()) for name in fresh)) - cone
        return cone

    def carries_data(self, net: str) -> bool:
        """Whether a register with this next value holds data: something that comes, through
        whatever registers, from a memory or over more than one wire from another module."""
        stored: dict[str, str] = {name: source for _, name, source in self.registers}
        seen: set[str] = set()
        fresh = self.cone(net)
        while fresh:
            seen |= fresh
            fresh = set().union(*(self.cone(stored[n]) for n in fresh if n in stored)) - seen
        driven = self._drivers.keys() | stored.keys()
        wide = {name for name in seen if self.width.get(name, 1) > 1 and name not in driven}
        return bool(wide or seen & self.fetched)

    def _take(self, number: int, line: str, block: set[str]) -> None:
        form, match = next(
            ((form, match) for form, regex in FORMS.items() if (match := regex.fullmatch(line))),
            (None, None),
        )
        if match is None:
            self.read |= set(NAMES.findall(line))
            block |= set(NAMES.findall(line))
            return
        if form == "memory":
            self.depth[match[2]] = int(match[3]) + 1
        elif form == "declaration":
            self.width[match[2]] = int(match[1] or 0) + 1
            self.declared[match[2]] = number
        elif form == "output":
            self.read.add(match[1])
        elif form == "word":
            self.words.append((number, match[1], int(match[2]), match[3]))
        else:
            self._use(str(form), number, match, block)

    def _use(self, form: str, number: int, match: re.Match[str], block: set[str]) -> None:
        names = set(NAMES.findall(match[match.lastindex or 1]))
        if form == "condition":
            self.conditions.append((number, self._target, match[1]))
            if match[1] == "rst":
                self.resets |= {number, number + 1}
            block |= names
        elif form == "store":
            self.accesses.append((number, match[1], match[2]))
            self.stored.add(match[1])
            names |= set(NAMES.findall(match[2]))
        elif form == "register" and (index := self._index(match[2])):
            self.accesses.append((number, *index))
            self.fetched.add(match[1])
        elif form == "register":
            self.registers.append((number, match[1], match[2]))
        else:
            self.assignments.append((number, match[1], match[2]))
            self._target = match[1]
            drivers = self._drivers.setdefault(match[1], set())
            drivers |= names | (block if form == "blocking" else set())
        self.read |= names

    def _index(self, source: str) -> tuple[str, str] | None:
        """(memory, index) when ``source`` reads a memory."""
        match = re.fullmatch(rf"({NAME})\s*\[(.*)\]", source)
        return (match[1], match[2]) if match and match[1] in self.depth else None


def modules(text: str) -> Iterator[Module]:
    """The modules of a text, in its order."""
    module: Module | None = None
    block: set[str] = set()
    for number, line in enumerate(text.splitlines()):
        if start := re.match(rf"module ({NAME})", line):
            module = Module(start[1].strip().lstrip("\\"))
        elif line.startswith("endmodule") and module is not None:
            module.last = number
            yield module
            module = None
        elif module is not None and GUARD not in line:
            if "always" in line:
                block = set()
            module._take(number, line, block)
