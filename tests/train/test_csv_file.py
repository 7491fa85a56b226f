"""A user's CSV file, and what is said of a wrong one."""

import re

import numpy as np
import pytest

from liquidgate.train.data import from_csv
from liquidgate.train.data.csv_file import read_columns


def write(path, rows=200, header="a,b", row=lambda n: f"{n % 7},{n % 5 + 0.5}"):
    path.write_text("\n".join([header, *(row(n) for n in range(rows))]) + "\n")
    return path


def test_columns_become_inputs_and_targets(tmp_path):
    data = from_csv(write(tmp_path / "x.csv"), input=["a", "b"], target=["b"], horizon=3)
    assert data.inputs.shape == (197, 2) and data.targets.shape == (197, 1)
    assert np.array_equal(data.targets[:, 0], (np.arange(3, 200) % 5) + 0.5)
    assert data.input_names == ("a", "b") and data.horizon == 3 and data.name == "x"
    same = from_csv(tmp_path / "x.csv", input=["a"], target=["b"], horizon=0)
    assert len(same.inputs) == 200


def test_spreadsheets_marks_are_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbfa, b\r\n1,2\r\n3,4\r\n\r\n")
    assert read_columns(path, ["a", "b"]).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("text, message", [
    ("", "x.csv: must hold a header and rows, not nothing"),
    ("a,b\n1,2\n3\n", "x.csv: row 3 must have 2 fields, not 1"),
    ("a,b\n1,2\n3,x\n", "x.csv: row 3, column 'b' must be a number, not 'x'"),
    ("a,b\n1,2\n3,\n", "x.csv: row 3, column 'b' must be a number, not empty"),
    ("a,b\n1,nan\n", "x.csv: row 2, column 'b' must be finite, not nan"),
    ("a,b\n1,1e999\n", "x.csv: row 2, column 'b' must be finite, not 1e999"),
    ("a,b\n1,-1e200\n", "x.csv: row 2, column 'b' must be at most 1e+100 in size, not -1e200"),
    ("a,c\n1,2\n", "x.csv: has no column 'b'; it has a, c"),
    ("a,b,b\n1,2,3\n", "x.csv: has more than one column 'b'; it has a, b, b"),
])
def test_wrong_files_are_told(tmp_path, text, message):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        read_columns(tmp_path / "x.csv", ["a", "b"])


def test_what_is_no_text(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ValueError, match="x.csv: not a CSV file of UTF-8 text"):
        read_columns(tmp_path / "x.csv", ["a"])
    with pytest.raises(FileNotFoundError, match="none.csv: no such file"):
        read_columns(tmp_path / "none.csv", ["a"])


@pytest.mark.parametrize("options, message", [
    (dict(input=["a"], target=["b"], horizon=-1), "horizon must be an integer of at least 0"),
    (dict(input=[], target=["b"]), "input must be a list of at least one column"),
    (dict(input=["a", "a"], target=["b"]), "input names column 'a' twice"),
    (dict(input=["a"], target=["b"], horizon=160), "must have at least 210 rows for a horizon"),
    (dict(input=["a"], target=["b"], washout=500), "washout must be in 0..117, not 500"),
])
def test_wrong_options(tmp_path, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        from_csv(write(tmp_path / "x.csv"), **options)


def test_a_constant_target(tmp_path):
    path = write(tmp_path / "x.csv", row=lambda n: f"{n},3")
    with pytest.raises(ValueError, match="column 'b' must vary in the train rows"):
        from_csv(path, input=["a"], target=["b"])
