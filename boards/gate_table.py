"""Gates of one bit: constants folded, equal ones shared."""

from __future__ import annotations

from collections.abc import Sequence

Gate = tuple[str, tuple[int, ...]]


class GateTable:
    """Gates by their outputs; a bit is an integer, 0 and 1 are the constants.

    gates : what makes a bit: ``and``, ``or``, ``xor``, ``mux`` (select, if 0, if 1) or ``not``.

    Parameters
    ----------
    first : bits from here on are free.
    """

    def __init__(self, first: int) -> None:
        self.gates: dict[int, Gate] = {}
        self._shared: dict[Gate, int] = {}
        self._fresh = first

    def _make(self, kind: str, *inputs: int) -> int:
        key = (kind, inputs)
        found = self._shared.get(key)
        if found is None:
            self._fresh += 1
            found = self._shared[key] = self._fresh
            self.gates[found] = key
        return found

    def invert(self, a: int) -> int:
        if a < 2:
            return 1 - a
        gate = self.gates.get(a)
        return gate[1][0] if gate and gate[0] == "not" else self._make("not", a)

    def gate(self, kind: str, a: int, b: int) -> int:
        a, b = min(a, b), max(a, b)
        if a == b:
            return 0 if kind == "xor" else a
        if a == 0:
            return 0 if kind == "and" else b
        if a == 1:
            return {"and": b, "or": 1}.get(kind, -1) if kind != "xor" else self.invert(b)
        return self._make(kind, a, b)

    def mux(self, select: int, low: int, high: int) -> int:
        if select < 2:
            return high if select else low
        if low == high:
            return low
        if (low, high) == (0, 1):
            return select
        if (low, high) == (1, 0):
            return self.invert(select)
        return self._make("mux", select, low, high)

    def tree(self, kind: str, terms: Sequence[int]) -> int:
        found = list(terms)
        if not found:
            return int(kind == "and")
        while len(found) > 1:
            found = [self.gate(kind, *found[k : k + 2]) if k + 1 < len(found) else found[k]
                     for k in range(0, len(found), 2)]
        return found[0]
