"""The golden model: what the numbers are, step by step, and when they are on the pins."""

from liquidgate.golden.clock import Clocked, Trace, timeline_of, trace
from liquidgate.golden.model import Golden, RunTrace

__all__ = ["Clocked", "Golden", "RunTrace", "Trace", "timeline_of", "trace"]
