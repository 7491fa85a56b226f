"""A word that is used is never read in the clock that writes it: the random designs, and the hunt
for mutants, run on treacherous memories. Here: that these bite."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from kinds import LIVELY

from liquidgate.rtl_gen import emit
from liquidgate.tb import verify
from liquidgate.tb.collisions import treacherous
from liquidgate.tb.mutants import mutants
from liquidgate.tb.planting import plant


def test_a_word_that_is_read_too_late_is_inverted(tmp_path: Path, cache: Path) -> None:
    """Accumulators that leave zeroes a clock early do so while the last of their row is read."""
    make, lanes = LIVELY["lsm_delta"]
    design, rng = make(), np.random.default_rng(1)
    text = emit(design, lanes)
    early = next(mutant for mutant in mutants(text, rng)
                 if mutant.kind == "stage" and mutant.place == "over"
                 and mutant.module.endswith(".synapses"))
    seen = []
    for k, circuit in enumerate((text, treacherous(text), plant(text, early),
                                 treacherous(plant(text, early)))):
        path = tmp_path / f"{k}.v"
        path.write_text(circuit)
        result = verify(path, design, lanes, folder=tmp_path / str(k), cache=cache, rng=rng,
                        steps=100)
        seen.append(result.mismatches > 0)
    assert seen == [False, False, False, True]
