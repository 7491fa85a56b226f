"""Data sets, by name: ``load("narma10")``. One file each (or a family); importing it registers."""

from liquidgate.train.data import (  # noqa: F401  (imported to register themselves)
    channel,
    co2,
    ecg,
    glucose,
    henon,
    japanese_vowels,
    laser,
    laser_irregular,
    lorenz63,
    mackey_glass,
    market,
    memory,
    narma,
    sunspots,
    weather,
)
from liquidgate.train.data.csv_file import from_csv
from liquidgate.train.data.dataset import DataSet, Split
from liquidgate.train.data.registry import described, load, names

__all__ = ["DataSet", "Split", "described", "from_csv", "load", "names"]
