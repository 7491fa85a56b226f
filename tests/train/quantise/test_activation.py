"""tanh as a table: legal for every format, within its bound, without a step at zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liquidgate.golden.casts import activate
from liquidgate.spec import QFormat, Table
from liquidgate.train.quantise.activation import activation, decay_table, error_in_ulp, tanh_table


@settings(max_examples=100, deadline=None)
@given(i=st.integers(-2, 4), f=st.integers(4, 16), g=st.integers(3, 18), s=st.integers(0, 9))
def test_every_table_is_legal_odd_and_bounded(i, f, g, s):
    table = tanh_table(QFormat(max(i, 2 - f), f), QFormat(1, g), s)
    assert isinstance(table, Table)
    raws = np.arange(table.input.raw_min + 1, table.input.raw_max + 1)
    values = activate(raws, table)
    assert np.array_equal(values, -values[::-1])
    # a chord errs by width**2 / 8 * max|f''|, max|f''| = 4 / (3 sqrt 3); the moved one by half of
    # it, the first, which is not moved, by all; the rest is the rounding of base, slope, value
    width = 2.0 ** (table.offset_bits - f)
    slope = 2.0**table.offset_bits / 2.0**table.shift
    bound = width**2 / 8 * 0.77 * 2.0**g + slope + 2.0
    bound += 2.0 ** (g - f)  # raw_min has no positive twin and takes its neighbour's value
    assert error_in_ulp(table) <= bound


def test_a_usual_table_errs_by_less_than_two_units():
    assert error_in_ulp(tanh_table(QFormat(3, 13), QFormat(1, 15), 8)) < 2.0


def test_clip_is_exact_but_for_its_rounding():
    assert error_in_ulp(activation("clip", QFormat(2, 14), QFormat(1, 15 - 2), 0)) == pytest.approx(
        1.0)


@settings(max_examples=100, deadline=None)
@given(i=st.integers(-2, 5), f=st.integers(4, 16), g=st.integers(3, 18), s=st.integers(0, 10))
def test_every_decay_table_is_within_its_bound(i, f, g, s):
    table = decay_table(QFormat(max(i, 2 - f), f), QFormat(1, g), s)
    raws = np.arange(table.input.raw_max + 1)
    error = np.abs(activate(raws, table) * 2.0**-g - -np.expm1(-raws * 2.0**-f))
    width = 2.0 ** (table.offset_bits - f)
    slope = 2.0 ** (table.offset_bits - table.shift - g)
    first = raws < 1 << table.offset_bits
    for part, bound in ((error[first], width**2 / 8), (error[~first], width**2 / 16)):
        assert part.max(initial=0.0) <= bound + 2 * 2.0**-g + slope
