"""Stages of a chain that take turns: one multiplier for the same product of each."""

from __future__ import annotations

import pytest
from designs_chain import lively_chain

from liquidgate.referee import verify
from liquidgate.rtl_gen.chain import together
from liquidgate.rtl_gen.emit import emit
from liquidgate.spec import Chain
from liquidgate.spec.liquid import expect

KINDS = {("table", "table"): [[0, 1]], ("clip", "clip"): [[0, 1]], ("clip", "table"): []}


@pytest.mark.parametrize("kinds, groups", KINDS.items())
def test_stages_whose_factors_come_equally_late_share_them(kinds, groups):
    design = lively_chain(kinds=kinds)
    assert together(expect(Chain, design.liquid).stages) == groups
    products = 2 + 2 * (1 if groups else 2) + kinds.count("table")
    assert emit(design, 2).count(" * ") == products


def test_shared_products_are_golden_s_in_a_loop():
    checked = verify(lively_chain(loop=True, kinds=("table", "table")), 2, steps=60, stalls="worst")
    assert checked.clocks > 1000 and checked.mismatches == 0
