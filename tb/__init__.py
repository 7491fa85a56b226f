"""The referee: emitted Verilog against golden, every output pin on every clock."""

from liquidgate.tb.build import ToolError
from liquidgate.tb.explain import Divergence
from liquidgate.tb.stimulus import STALLS, Stalls
from liquidgate.tb.verify import Job, VerifyResult, verify, verify_all

__all__ = [
    "STALLS", "Divergence", "Job", "Stalls", "ToolError", "VerifyResult", "verify", "verify_all",
]
