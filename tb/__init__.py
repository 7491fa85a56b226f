"""The referee: emitted Verilog against golden, every output pin on every clock."""

from liquidgate.tb.build import ToolError
from liquidgate.tb.explain import Divergence
from liquidgate.tb.stimulus import STALLS
from liquidgate.tb.verify import VerifyResult, verify

__all__ = ["STALLS", "Divergence", "ToolError", "VerifyResult", "verify"]
