"""Amaranth: components, the datapath, Verilog and ROM images."""

from liquidgate.rtl_gen.core import Core
from liquidgate.rtl_gen.emit import emit, write
from liquidgate.rtl_gen.sidecar import sidecar

__all__ = ["Core", "emit", "sidecar", "write"]
