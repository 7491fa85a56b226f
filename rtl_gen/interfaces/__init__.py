"""Interfaces of a core: what stands between its streams and a system; each found here by name."""

from __future__ import annotations

from collections.abc import Callable

from amaranth.lib import wiring

from liquidgate.rtl_gen.core import Core
from liquidgate.rtl_gen.interfaces.axis import Axis
from liquidgate.rtl_gen.interfaces.bare import Bare
from liquidgate.rtl_gen.interfaces.wishbone import Wishbone

INTERFACES: dict[str, Callable[..., wiring.Component]] = {
    "axis": Axis,
    "bare": Bare,
    "stream": Core,
    "wishbone": Wishbone,
}
"""By name: (design=, lanes=, readout=) -> the top component. Each but the stream's has
``meanings``, a line a pin for the header; those with registers have a row in registers.py."""


def check_interface(name: str) -> None:
    """Raises ValueError when there is no such interface."""
    if name not in INTERFACES:
        raise ValueError(f"interface must be one of {', '.join(INTERFACES)}, not {name!r}")
