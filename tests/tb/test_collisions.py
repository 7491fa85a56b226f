"""A value that is used is never read in the clock that writes it.

Block RAM reads anything it likes then; boards are built on this (``-no-rw-check``), which saves the
logic that would forward or hold the old value. Here such a read returns every bit inverted.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from designs import random_design

from liquidgate.rtl_gen import emit
from liquidgate.tb import verify

READ = re.compile(r"^(\s*\w+ <= )sources\[(.*)\];$", re.M)
WRITE = re.compile(r"sources\[(.*)\] <= (write__data);")


def poisoned(text: str) -> tuple[str, int]:
    """The text with treacherous reads of the states' memory, and how many there are."""
    parts = text.split("endmodule")
    for k, part in enumerate(parts):
        address = WRITE.search(part)
        if address is not None:
            parts[k], reads = READ.subn(
                lambda m, a=address[1]: f"{m[1]}(write__en && ({m[2]}) == ({a})) ? "
                                        f"~sources[{m[2]}] : sources[{m[2]}];", part)
            return "endmodule".join(parts), reads
    raise AssertionError("no memory of states")


@pytest.mark.parametrize("seed, lanes, stalls", [
    (1, 1, "worst"), (2, 2, "random"), (3, 4, "worst"), (5, 8, "random"),
])
def test_inverted_collisions_change_nothing(
    tmp_path: Path, cache: Path, seed: int, lanes: int, stalls: str
) -> None:
    rng = np.random.default_rng(seed)
    design = random_design(rng)
    text, reads = poisoned(emit(design, lanes))
    assert reads == lanes + 1
    path = tmp_path / "poisoned.v"
    path.write_text(text)
    result = verify(path, design, lanes, folder=tmp_path / "bench", cache=cache, rng=rng,
                    steps=150, stalls=stalls)
    assert result.mismatches == 0 and result.outputs > 100
