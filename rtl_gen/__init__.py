"""Amaranth: components, the datapath, Verilog and ROM images."""

from liquidgate.rtl_gen.core import Core
from liquidgate.rtl_gen.emit import emit, sidecar, write

__all__ = ["Core", "emit", "sidecar", "write"]
