"""Quantise: from a trained network in floats to a design of integers."""

from liquidgate.train.quantise.budget import fit_bits, fit_formats, fit_memory
from liquidgate.train.quantise.formats import Formats
from liquidgate.train.quantise.quantise import Quantised, quantise
from liquidgate.train.quantise.report import Report
from liquidgate.train.quantise.score import fixed_score

__all__ = ["Formats", "Quantised", "Report", "fit_bits", "fit_formats", "fit_memory",
           "fixed_score", "quantise"]
