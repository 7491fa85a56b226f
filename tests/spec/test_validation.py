import dataclasses

import numpy as np
import pytest
from designs import random_design

from liquidgate.spec import Channel, Clip, LinearReadout, Port, QFormat, SparseMatrix, Table


def base(**given):
    return random_design(
        np.random.default_rng(4), neurons=4, inputs=2, outputs=1, activation="clip",
        feedback=False, pass_through=False, **given,
    )


def change(**fields):
    return lambda: dataclasses.replace(base(), **fields)


def liquid(**fields):
    return lambda: dataclasses.replace(base().liquid, **fields)


def readout(**fields):
    return lambda: dataclasses.replace(base().readout, **fields)


def matrix(columns, indices, data):
    return SparseMatrix(columns, tuple(map(tuple, indices)), tuple(map(tuple, data)))


def table(base=(0, 64), slope=(10, 5), shift=2, **fields):
    given = {"input": QFormat(2, 4), "output": QFormat(1, 7), "segment_bits": 1, **fields}
    return lambda: Table(base=base, slope=slope, shift=shift, **given)


S8 = QFormat(1, 7)
EMPTY = [[]] * 3
CASES = [
    (lambda: QFormat(1.0, 7), TypeError, "i_bits must be an integer, not 1.0"),
    (lambda: QFormat(1, True), TypeError, "f_bits must be an integer, not True"),
    (lambda: QFormat(1, 7, 1), TypeError, "signed must be a boolean, not 1"),
    (lambda: QFormat(0, 0), ValueError,
     "the width of a format (i_bits + f_bits) must be in 1..32, not 0 + 0 = 0"),
    (lambda: QFormat(30, 3), ValueError,
     "the width of a format (i_bits + f_bits) must be in 1..32, not 30 + 3 = 33"),
    (lambda: S8.check(128, "recurrent[3][17]"), ValueError,
     "recurrent[3][17] must fit QFormat(1, 7), raw -128..127, not 128"),
    (lambda: Channel("", 0), ValueError, "the name of a channel must be a text, not ''"),
    (lambda: Channel("u", 65), ValueError, "channel u: f_bits must be in -64..64, not 65"),
    (lambda: Port(0, True, (Channel("u", 0),)), ValueError,
     "the width of a port must be in 1..32, not 0"),
    (lambda: Port(8, True, ()), ValueError, "a port must have at least one channel"),
    (lambda: Port(8, True, (Channel("u", 0), Channel("u", 1))), ValueError,
     "channel names must differ, not twice 'u'"),
    (change(name="Top"), ValueError,
     "name must be a lower-case identifier of at most 40 characters, not 'Top'"),
    (change(input=Port(8, True, (Channel("u", 0),))), ValueError,
     "esn.input must have one column an input channel: 1, not 2"),
    (change(output=Port(8, True, (Channel("a", 0), Channel("b", 0)))), ValueError,
     "readout.weights must have one row an output channel: 2, not 1"),
    (change(readout=LinearReadout(8, ((1, 2, 3),), (0,), 0)), ValueError,
     "readout.weights must have 4 columns, or 6 with pass-through, not 3"),
    (change(readout=LinearReadout(8, ((1,) * 4,), (1 << 56,), 0)), ValueError,
     "the exact sum of the readout must fit 56 bits, not 58"),
    (liquid(weight_width=19), ValueError, "esn.weight_width must be in 2..18, not 19"),
    (liquid(acc_shift=41), ValueError, "esn.acc_shift must be in 0..40, not 41"),
    (liquid(recurrent=matrix(3, EMPTY, EMPTY)), ValueError,
     "esn.recurrent must be 4 x 4, not 3 x 3"),
    (liquid(recurrent=matrix(4, [[0, 9], [], [], []], [[1, 1], [], [], []])), ValueError,
     "esn.recurrent[0] must have ascending columns in 0..3, not 9"),
    (liquid(recurrent=matrix(4, [[], [2, 1], [], []], [[], [1, 1], [], []])), ValueError,
     "esn.recurrent[1] must have ascending columns in 0..3, not 1"),
    (liquid(weight_width=4, recurrent=matrix(4, [[3], [], [], []], [[8], [], [], []])),
     ValueError, "esn.recurrent[0][3] must be a non-zero 4-bit integer, -8..7, not 8"),
    (liquid(recurrent=matrix(4, [[3], [], [], []], [[0], [], [], []])), ValueError, None),
    (liquid(recurrent=matrix(4, [[3], [], [], []], [[1, 2], [], [], []])), ValueError,
     "esn.recurrent[0] must have one value a column: 1 columns, 2 values"),
    (liquid(recurrent=matrix(4, [[3], [], [], []], [[1.5], [], [], []])), TypeError,
     "esn.recurrent[0] must hold integers, not 3: 1.5"),
    (liquid(mean=(0, 0)), ValueError, "esn.mean must have one entry a neuron: 4, not 2"),
    (liquid(mean=(0, 0, 1 << 30, 0)), ValueError, None),
    (liquid(state=QFormat(2, 6)), ValueError, "esn.state must have i_bits = 1, not 2"),
    (liquid(state=QFormat(1, 24)), ValueError,
     "esn.state must be a signed format of 2..24 bits, not QFormat(1, 24)"),
    (liquid(deviation=QFormat(1, 7, False)), ValueError,
     "esn.deviation must be a signed format of 2..24 bits, not QFormat(1, 7, unsigned)"),
    (liquid(activation=Clip(QFormat(1, 7), S8), deviation=QFormat(1, 8)), ValueError,
     "esn.deviation must have at most the activation's fraction bits: 7, not 8"),
    (liquid(activation=Clip(QFormat(1, 7), S8), deviation=QFormat(42, -34)), ValueError,
     "activation.output.f_bits - esn.deviation.f_bits must be in 0..40, not 41"),
    (liquid(leak_shift=4, decay=(0, 17, 0, 0)), ValueError,
     "esn.decay[1] must be in 0..16, not 17"),
    (liquid(gain=(0, 0, 0, -1), decay=(0,) * 4), ValueError,
     "esn.gain[3] must be in 0..262143, not -1"),
    (liquid(bias=(0, 0, 0, 1 << 56)), ValueError,
     f"esn.bias[3] must be in {-(1 << 55)}..{1 << 55}, not {1 << 56}"),
    (readout(shift=63), ValueError, "readout.shift must be in 0..62, not 63"),
    (readout(weight_width=25), ValueError, "readout.weight_width must be in 2..24, not 25"),
    (readout(bias=()), ValueError, "readout.bias must have one entry an output: 1, not 0"),
    (readout(weight_width=4, weights=((0, 0, 8, 0),)), ValueError,
     "readout.weights[0][2] must fit QFormat(4, 0), raw -8..7, not 8"),
    (readout(decision="vote"), ValueError,
     "readout.decision must be none or argmax, not 'vote'"),
    (table(base=(0,)), ValueError, "activation.base must have 2 entries, not 1"),
    (table(slope=(1, -1)), ValueError,
     "activation.slope[1] must fit QFormat(16, 0, unsigned), raw 0..65535, not -1"),
    (table(segment_bits=6), ValueError, "activation.segment_bits must be in 0..5, not 6"),
    (table(base=(0, 120), slope=(1, 2), shift=0), ValueError,
     "activation.slope[1] must keep its segment within QFormat(1, 7), raw 0..127, not reach 150"),
    (table(base=(0, 127), slope=(1, 1), shift=4), ValueError,
     "activation.slope[1] must keep its segment within QFormat(1, 7), raw 0..127, not reach 128"),
    (table(input=QFormat(2, 4, False)), ValueError,
     "activation.input must be a signed format of 2 or more bits"),
    (lambda: Clip(QFormat(2, 4), S8), ValueError,
     "activation.input must have at least the fraction bits of activation.output: 7, not 4"),
    (lambda: Clip(QFormat(-40, 48), S8), ValueError,
     "activation.input.f_bits - activation.output.f_bits must be in 0..40, not 41"),
    (lambda: Clip(QFormat(8, 0), QFormat(9, -1)), ValueError,
     "activation.output must have f_bits of at least 0 for a clip, not -1"),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_messages_verbatim(number):
    make, error, message = CASES[number]
    with pytest.raises(error) as caught:
        make()
    assert "\n" not in str(caught.value)
    if message is not None:
        assert str(caught.value) == message


def test_the_table_at_its_very_top_is_legal():
    top = table(base=(0, 127), slope=(1, 1), shift=5)()
    assert top.limit == 127


def test_widths_are_the_smallest_that_hold_the_extremes():
    from liquidgate.spec.formats import signed_width

    for low in range(-20, 1):
        for high in range(0, 21):
            width = signed_width(low, high)
            assert -(1 << (width - 1)) <= low and high < 1 << (width - 1)
            narrow = width - 1
            assert narrow == 0 or not (
                -(1 << (narrow - 1)) <= low and high < 1 << (narrow - 1))
