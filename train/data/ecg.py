"""An electrocardiogram of 1024 samples."""

from __future__ import annotations

import numpy as np

from liquidgate.train.data.dataset import DataSet, forecast, shares
from liquidgate.train.data.registry import package_file, register


@register("ecg")
def _load(name: str, seed: int) -> DataSet:
    path = package_file(name, "pywt", "data", "ecg.npz", install="pywavelets")
    with np.load(path, allow_pickle=False) as data:
        series = data[data.files[0]].astype(float).ravel()
    inputs, targets = forecast(series)
    return DataSet(
        name=name, title="Electrocardiogram (measured)", inputs=inputs, targets=targets,
        split=shares(len(inputs)), washout=50, input_names=("ecg",), target_names=("ecg",),
        units=("ADC counts", "ADC counts"), step="1 sample", licence="MIT (the package)",
        source="file of PyWavelets",
    )
