"""Models come back from their files as they were; damaged files are named."""

import io
import json
import zipfile

import numpy as np
import pytest
from reservoirpy.nodes import Reservoir, Ridge

from liquidgate.train.esn_model import ESN, ESNClassifier
from liquidgate.train.liquids import kinds
from liquidgate.train.lsm_model import LSM
from liquidgate.train.reservoirpy_import import from_reservoirpy
from liquidgate.train.store import load_model

DAMAGED = "m.npz: not a model file or a damaged one: "


def series(steps=300):
    x = np.sin(np.arange(steps + 1) * 0.2) + 0.3 * np.sin(np.arange(steps + 1) * 0.53)
    return x[:-1, None], x[1:, None]


def saved(path, **changes):
    x, y = series()
    model = ESN(**{"units": 12, "in_degree": 3, "warmup": 30, "ridge": 1e-6, **changes}).fit(x, y)
    model.save(path)
    return model


@pytest.mark.parametrize("changes", [
    {}, {"feedback": True, "lr": np.linspace(0.1, 1, 12)}, {"ridge": np.array([1e-6, 1e-3])},
    {"passthrough": True, "ridge": (1e-6, 1e-3), "activation": "clip", "weight_bits": 6},
    {"units": np.int64(12), "sr": np.float64(0.5), "input_scaling": [0.3]},
])
def test_a_model_comes_back_from_its_file(tmp_path, changes):
    x, _ = series()
    model = saved(tmp_path / "m.npz", **changes)
    back = ESN.load(tmp_path / "m.npz")
    assert np.array_equal(back.predict(x), model.predict(x))
    assert np.array_equal(back.generate(5), model.generate(5))
    assert {k: str(v) for k, v in back.get_params().items()} == {
        k: str(v) for k, v in model.get_params().items()}
    assert type(back.reservoir_.W) is type(model.reservoir_.W)
    assert [p.name for p in tmp_path.iterdir()] == ["m.npz"]
    back.save(tmp_path / "again.npz")
    assert np.array_equal(load_model(tmp_path / "again.npz").predict(x), model.predict(x))


def test_one_axis_stays_one_axis(tmp_path):
    x, y = series()
    ESN(units=12, in_degree=3, ridge=1e-6).fit(x, y[:, 0]).save(tmp_path / "m.npz")
    assert ESN.load(tmp_path / "m.npz").predict(x).shape == (300,)


@pytest.mark.parametrize("connectivity", [0.2, 1.0])
def test_an_imported_model_comes_back(tmp_path, connectivity):
    x, y = series()
    pool = Reservoir(20, seed=1, rc_connectivity=connectivity)
    model = from_reservoirpy((pool >> Ridge(1e-5)).fit(x, y))
    model.save(tmp_path / "m.npz")
    back = load_model(tmp_path / "m.npz")
    assert np.array_equal(back.predict(x), model.predict(x))
    assert type(back.reservoir_.W) is type(model.reservoir_.W)


@pytest.mark.parametrize("labels", [["a", "b"] * 5, [3, 1] * 5])
def test_a_classifier_comes_back_and_is_no_esn(says, tmp_path, labels):
    rng = np.random.default_rng(0)
    x = [rng.standard_normal((8 + i, 2)) for i in range(10)]
    model = ESNClassifier(units=12, in_degree=3, warmup=2, ridge=1e-3).fit(x, labels)
    path = tmp_path / "m.npz"
    model.save(path)
    back = ESNClassifier.load(path)
    assert (back.predict(x) == model.predict(x)).all()
    assert back.classes_.tolist() == sorted(set(labels))
    with says(f"{path}: holds an ESNClassifier, not an ESN"):
        ESN.load(path)


def test_what_can_not_be_saved(says, tmp_path):
    with says("the model must be fitted before it is saved"):
        ESN().save(tmp_path / "m.npz")
    x = [np.ones((4, 1)), np.zeros((4, 1))]
    model = ESNClassifier(units=5, ridge=1.0).fit(x, np.array(["a", "b"], dtype=object))
    with says("classes_ must hold numbers or texts to be saved without pickle"):
        model.save(tmp_path / "m.npz")
    assert not list(tmp_path.iterdir())


def test_every_flipped_bit_is_told_or_harmless(tmp_path):
    """No bit turns a file into another model, or into anything but one clear line."""
    x, _ = series()
    model = saved(tmp_path / "m.npz", units=4, in_degree=2)
    whole, path = (tmp_path / "m.npz").read_bytes(), tmp_path / "flipped.npz"
    rng = np.random.default_rng(0)
    told = 0
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            back = load_model(path)
        except ValueError as error:
            told += 1
            assert str(error).startswith(f"{path}: not a model file or a damaged one: ")
        else:
            assert np.array_equal(back.predict(x), model.predict(x))
    assert told > len(whole) / 21


def test_files_cut_anywhere(tmp_path):
    path = tmp_path / "m.npz"
    saved(path)
    whole = path.read_bytes()
    for length in [0, 1, 3, 4, 30, len(whole) // 2, len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=DAMAGED + "no whole .npz archive"):
            load_model(path)


def test_no_file(says, tmp_path):
    path = tmp_path / "m.npz"
    with says(f"{path}: no such file", FileNotFoundError):
        load_model(path)
    with pytest.raises(IsADirectoryError):
        load_model(tmp_path)


def changed(path, edit):
    """The file with another head or other arrays."""
    with np.load(path) as data:
        parts = {name: data[name] for name in data.files}
    head = json.loads(str(parts.pop("head")))
    edit(head, parts)
    buffer = io.BytesIO()
    np.savez(buffer, head=np.array(json.dumps(head)), **parts)
    path.write_bytes(buffer.getvalue())


@pytest.mark.parametrize("edit, message", [
    (lambda head, arrays: head.update(format="other 7"),
     "format must be 'liquidgate model 2', not 'other 7'"),
    (lambda head, arrays: head["parameters"].update(wings=2),
     "EsnNetwork.__init__() got an unexpected keyword argument 'wings'"),
    (lambda head, arrays: head.update(liquid="soup"),
     f"liquid must be one of {', '.join(kinds())}, not 'soup'"),
    (lambda head, arrays: arrays.update(lr=arrays["lr"] + 1), "lr must be in 0..1, not 2..2"),
    (lambda head, arrays: arrays.update(readout_weights=arrays["readout_weights"][:, :-1]),
     "readout_weights must have 12 columns, not 11"),
    (lambda head, arrays: arrays.update(W_indices=arrays["W_indices"] + 10),
     "indices must be < 12"),
    (lambda head, arrays: [arrays.pop("state_"), head.update(arrays=["lr"])],
     "must hold lr, not W_data, W_indices, W_indptr, Win, bias, input_offset_, input_scale_, "
     "last_, lr, output_offset_, output_scale_, readout_bias, readout_weights"),
])
def test_tampered_files(says, tmp_path, edit, message):
    path = tmp_path / "m.npz"
    saved(path)
    changed(path, edit)
    with says(f"{path}: not a model file or a damaged one: {message}"):
        load_model(path)


def test_nothing_in_the_file_is_a_pickle_and_none_is_opened(tmp_path):
    path = tmp_path / "m.npz"
    saved(path)
    with zipfile.ZipFile(path) as file:
        assert all(b"|O" not in file.read(name)[:128] for name in file.namelist())
    np.savez(path, head=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match=DAMAGED + "Object arrays cannot be loaded"):
        load_model(path)


def test_a_table_of_numpys_numbers_is_saved(tmp_path):
    x, y = series()
    model = LSM(12, warmup=5, connection={"EE": np.float32(0.5)}).fit(x, y)
    model.save(tmp_path / "m.npz")
    assert load_model(tmp_path / "m.npz").connection == {"EE": 0.5}
