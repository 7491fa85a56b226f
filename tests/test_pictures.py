"""Pictures are files that show what golden did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from liquidgate import pictures
from liquidgate.train.esn_model import ESN
from liquidgate.train.lsm_model import LSM
from liquidgate.train.quantise import quantise

WAVE = np.sin(np.arange(301) / 5)[:, None]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_raster_of_spikes(tmp_path: Path, ending: str) -> None:
    model = LSM(20, encoder="delta", input_connectivity=0.8).fit(WAVE[:-1], WAVE[1:])
    design = quantise(model, WAVE[:-1], WAVE[1:]).design
    path = tmp_path / f"raster.{ending}"
    pictures.raster(design, WAVE[:100], path)
    first = path.read_bytes()
    pictures.raster(design, WAVE[:100], path)
    assert len(first) > 5000 and path.read_bytes() == first


def test_only_spikes_have_a_raster(tmp_path: Path) -> None:
    model = ESN(10, in_degree=3).fit(WAVE[:-1], WAVE[1:])
    design = quantise(model, WAVE[:-1], WAVE[1:]).design
    with pytest.raises(TypeError, match="^the liquid must be an Lsm, not Esn$"):
        pictures.raster(design, WAVE, tmp_path / "raster.png")
