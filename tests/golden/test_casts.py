from fractions import Fraction
from math import floor

import numpy as np
import pytest
import step_oracle

from liquidgate.golden.casts import activate, cast
from liquidgate.spec import Clip, QFormat, Table


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("shift", range(6))
def test_cast_of_every_value_to_every_small_format(signed, shift):
    values = np.arange(-300, 301)
    for width in range(1, 7):
        fmt = QFormat(width, 0, signed)
        rounded = [floor(Fraction(int(v), 2**shift) + Fraction(1, 2)) if shift else int(v)
                   for v in values]
        expected = [max(fmt.raw_min, min(fmt.raw_max, r)) for r in rounded]
        assert cast(values, shift, fmt).tolist() == expected


def every(fmt):
    return np.arange(fmt.raw_min, fmt.raw_max + 1)


@pytest.mark.parametrize("width", range(2, 9))
@pytest.mark.parametrize("out", range(2, 8))
def test_clip_of_every_value(width, out):
    for f_out in range(out + 2):
        for shift in range(3):
            act = Clip(QFormat(width - f_out - shift, f_out + shift), QFormat(out - f_out, f_out))
            z = every(act.input)
            assert activate(z, act).tolist() == [step_oracle.activate(int(v), act) for v in z]


@pytest.mark.parametrize("width", range(2, 10))
def test_table_of_every_value(width):
    rng = np.random.default_rng(width)
    for segment_bits in range(min(4, width)):
        for shift in (0, 1, 5, 12):
            count, last = 1 << segment_bits, (1 << (width - 1 - segment_bits)) - 1
            most = min((60 << shift) // max(last, 1), (1 << 16) - 1)
            act = Table(
                QFormat(2, width - 2), QFormat(1, 7), segment_bits,
                tuple(rng.integers(0, 67, count).tolist()),
                tuple(rng.integers(0, most + 1, count).tolist()), shift,
            )
            z = every(act.input)
            g = activate(z, act)
            assert g.tolist() == [step_oracle.activate(int(v), act) for v in z]
            assert g.max() <= act.limit
            inner = z[1:]
            assert g[1:].tolist() == (-activate(-inner, act)).tolist() or act.base[0]
