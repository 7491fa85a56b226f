"""Japanese Vowels (Kudo, Toyama, Shimbo 1999): nine speakers say "ae"; who was it?"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from liquidgate.train.arrays import Floats
from liquidgate.train.data.dataset import DataSet, Split
from liquidgate.train.data.registry import package_file, register


def read_ts(path: Path) -> tuple[list[Floats], list[str]]:
    """Sequences (T_i, K) and labels of a .ts file: channels by ':', values by ',', label last."""
    sequences, labels = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line[0] in "#@":
            continue
        *channels, label = line.split(":")
        sequences.append(np.array([[float(v) for v in c.split(",")] for c in channels]).T.copy())
        labels.append(label)
    return sequences, labels


@register("japanese_vowels")
def _load(name: str, seed: int) -> DataSet:
    folder = ("datasets", "data", "JapaneseVowels")
    parts = [
        read_ts(package_file(name, "aeon", *folder, f"JapaneseVowels_{part}.ts",
                             install="--no-deps aeon"))
        for part in ("TRAIN", "TEST")
    ]
    sequences = [s for part in parts for s in part[0]]
    labels = np.array([int(label) for part in parts for label in part[1]])
    train = len(parts[0][0])
    return DataSet(
        name=name, title="Japanese Vowels: speaker of an utterance (recorded)",
        kind="classification", inputs=tuple(sequences), targets=labels,
        split=Split((0, train), (train, train), (train, len(labels))),
        input_names=tuple(f"lpc{k}" for k in range(1, 13)),
        target_names=tuple(f"speaker{k}" for k in sorted(set(labels.tolist()))),
        units=("LPC cepstrum", "score"), step="6.4 ms", horizon=0, licence="CC BY 4.0 (UCI)",
        source="UCI; file of aeon", metric="accuracy",
    )
