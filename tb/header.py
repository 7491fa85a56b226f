"""What the header of a generated Verilog says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SIZE = 4000
"""Characters that hold it."""


@dataclass(frozen=True)
class Header:
    """Of a text without one all is None, and the readout in ROM. interface : None is the stream."""

    lanes: int | None
    digest: str | None
    interface: str | None
    readout: str

    @classmethod
    def of(cls, verilog: Path) -> Header:
        """Raises OSError when it can not be read."""
        with open(verilog, encoding="utf-8", errors="replace") as file:
            head = file.read(SIZE)

        def said(pattern: str) -> str | None:
            found = re.search(pattern, head, re.M)
            return found[1] if found else None

        lanes = said(r"\A//.*, (\d+) lanes\.$")
        return cls(
            lanes=int(lanes) if lanes else None, digest=said(r"^// Digest (\w+)"),
            interface=said(r"^// Interface (\w+)"),
            readout=(said(r"^// Readout in (\w+)") or "rom").lower(),
        )
