"""A user's CSV file, and what is said of a wrong one."""

import numpy as np
import pytest

from liquidgate.train.data import Split, from_csv
from liquidgate.train.data.csv_file import read_columns


def write(path, rows=200, header="a,b", row=lambda n: f"{n % 7},{n % 5 + 0.5}"):
    path.write_text("\n".join([header, *(row(n) for n in range(rows))]) + "\n")
    return path


def test_columns_become_inputs_and_targets(tmp_path):
    data = from_csv(write(tmp_path / "x.csv"), input=["a", "b"], target=["b"], horizon=3)
    assert data.inputs.shape == (197, 2) and data.targets.shape == (197, 1)
    assert np.array_equal(data.inputs[:, 0], np.arange(197) % 7)
    assert np.array_equal(data.targets[:, 0], (np.arange(3, 200) % 5) + 0.5)
    assert data.input_names == ("a", "b") and data.target_names == ("b",)
    assert data.horizon == 3 and data.name == "x" and data.taps == 20
    assert data.split == Split((0, 118), (118, 158), (158, 197)) and data.washout == 11


def test_no_horizon_tells_the_same_row(tmp_path):
    data = from_csv(write(tmp_path / "x.csv"), input=["a"], target=["b", "a"], horizon=0, washout=5)
    assert len(data.inputs) == 200 and data.washout == 5
    assert np.array_equal(data.targets[:, 1], data.inputs[:, 0])


def test_spreadsheets_marks_are_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbfa, b\r\n1,2\r\n\"3\", 4e0 \r\n\r\n")
    assert read_columns(path, ["a", "b"]).tolist() == [[1, 2], [3, 4]]
    assert read_columns(path, ["b"]).tolist() == [[2], [4]]


@pytest.mark.parametrize("text, message", [
    ("", "must hold a header and rows, not nothing"),
    ("\n\n", "must hold a header and rows, not nothing"),
    ("a,b\n1,2\n3\n", "row 3 must have 2 fields, not 1"),
    ("a,b\n1,2\n\n3,4\n", "row 3 must have 2 fields, not 0"),
    ("a,b\n1,2,3\n", "row 2 must have 2 fields, not 3"),
    ("a,b\n1,2\n3,x\n", "row 3, column 'b' must be a number, not 'x'"),
    ("a,b\n1,2\n3,\n", "row 3, column 'b' must be a number, not empty"),
    ("a,b\n1,1_000\n", "row 2, column 'b' must be a number, not '1_000'"),
    ("a,b\n1,nan\n", "row 2, column 'b' must be finite, not nan"),
    ("a,b\n-inf,1\n", "row 2, column 'a' must be finite, not -inf"),
    ("a,b\n1,1e999\n", "row 2, column 'b' must be finite, not 1e999"),
    ("a,b\n1,-1e200\n", "row 2, column 'b' must be at most 1e+100 in size, not -1e200"),
    ("a,c\n1,2\n", "has no column 'b'; it has a, c"),
    ("a;b\n1;2\n", "has no column 'a'; it has a;b"),
    ("a,b,b\n1,2,3\n", "has more than one column 'b'; it has a, b, b"),
])
def test_wrong_files_are_told(says, tmp_path, text, message):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with says(f"{path}: {message}"):
        read_columns(path, ["a", "b"])


@pytest.mark.parametrize("content, message", [
    (b"\xff\xfe\x00\x01", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    (b'a,b\n1,"2', "unexpected end of data"),
    (b'a,b\n1,"2"3\n', "',' expected after '\"'"),
])
def test_what_is_no_csv(says, tmp_path, content, message):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with says(f"{path}: not a CSV file of UTF-8 text: {message}"):
        read_columns(path, ["a"])


def test_no_file(says, tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with says(f"{path}: no such file", FileNotFoundError):
            read_columns(path, ["a"])


@pytest.mark.parametrize("options, message", [
    (dict(horizon=-1), "horizon must be an integer of at least 0, not -1"),
    (dict(horizon=1.5), "horizon must be an integer of at least 0, not 1.5"),
    (dict(input=[]), "input must be a list of at least one column, not []"),
    (dict(target="b"), "target must be a list of at least one column, not 'b'"),
    (dict(input=["a", "a"]), "input names column 'a' twice"),
    (dict(horizon=160), "PATH: must have at least 210 rows for a horizon of 160, not 200"),
    (dict(washout=500), "washout must be in 0..117, not 500"),
    (dict(washout=-1), "washout must be in 0..117, not -1"),
    (dict(washout=2.5), "washout must be in 0..117, not 2.5"),
    (dict(target=["c"]), "PATH: has no column 'c'; it has a, b"),
])
def test_wrong_options(says, tmp_path, options, message):
    path = write(tmp_path / "x.csv")
    with says(message.replace("PATH", str(path))):
        from_csv(path, **{"input": ["a"], "target": ["b"], **options})


@pytest.mark.parametrize("part, row", [
    ("train", lambda n: f"{n},{3 if n < 120 else n}"),
    ("test", lambda n: f"{n},{n if n < 160 else 3}"),
])
def test_a_constant_target(says, tmp_path, part, row):
    path = write(tmp_path / "x.csv", row=row)
    with says(f"{path}: column 'b' must vary in the {part} rows"):
        from_csv(path, input=["a"], target=["b"], horizon=0)


def test_a_file_without_rows(says, tmp_path):
    path = write(tmp_path / "x.csv", rows=0)
    with says(f"{path}: must have at least 51 rows for a horizon of 1, not 0"):
        from_csv(path, input=["a"], target=["b"])
