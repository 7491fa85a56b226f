import hashlib
import json

import numpy as np
import pytest
from designs import random_design
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import KINDS

from liquidgate.spec import DesignFileError, load, save
from liquidgate.spec.codec import canonical


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_round_trip_changes_nothing(tmp_path_factory, seed):
    design = random_design(np.random.default_rng(seed))
    path = tmp_path_factory.mktemp("lgd") / "design.lgd"
    save(design, path)
    again = load(path)
    assert again == design
    assert again.digest == design.digest


def test_the_digest_is_the_pages(tmp_path):
    design = random_design(np.random.default_rng(1))
    save(design, tmp_path / "d.lgd")
    head = json.loads((tmp_path / "d.lgd").read_text())
    assert sorted(head) == ["design", "digest", "format", "schema"]
    text = json.dumps(head["design"], sort_keys=True, separators=(",", ":"))
    assert text == canonical(design)
    assert head["digest"] == hashlib.sha256(text.encode()).hexdigest()


def plain():
    """A saved file as JSON values, of one known small design."""
    design = random_design(np.random.default_rng(1), neurons=3, inputs=1, activation="clip")
    text = json.dumps({"format": "liquidgate design", "schema": 1, "digest": design.digest,
                       "design": json.loads(canonical(design))})
    return json.loads(text)


def edited(tmp_path, edit):
    head = plain()
    edit(head)
    path = tmp_path / "d.lgd"
    path.write_text(json.dumps(head))
    return path


def put(*keys_and_value):
    *keys, last, value = keys_and_value

    def edit(head):
        for key in keys:
            head = head[key]
        head[last] = value
    return edit


@pytest.mark.parametrize(("edit", "message"), [
    (put("format", "x"), "not a design file: format must be 'liquidgate design'"),
    (put("schema", 2), "schema must be 1, not 2"),
    (put("schema", None), "schema must be 1, not None"),
    (put("design", []), "design must be an object, not []"),
    (put("design", "name", 3), "design.name must be of type str, not 3"),
    (put("design", "extra", 3), "design.extra is no field of this schema"),
    (put("design", "liquid", "kind", "x"),
     f"design.liquid.kind must be one of {sorted(KINDS)}, not 'x'"),
    (put("design", "liquid", "activation", "kind", "relu"),
     "design.liquid.activation.kind must be one of ['clip', 'table'], not 'relu'"),
    (put("design", "liquid", "bias", 1, 0.5), "design.liquid.bias[1] must be an integer, not 0.5"),
    (put("design", "liquid", "bias", 1, True),
     "design.liquid.bias[1] must be an integer, not True"),
    (put("design", "liquid", "bias", 7), "design.liquid.bias must be a list, not 7"),
    (put("design", "input", "width", 99),
     "design.input: the width of a port must be in 1..32, not 99"),
    (lambda head: head["design"].pop("readout"), "design.readout is missing"),
    (put("digest", "0" * 64), None),
    (lambda head: head.pop("digest"), None),
])
def test_damage_is_named(tmp_path, edit, message):
    path = edited(tmp_path, edit)
    with pytest.raises(DesignFileError) as caught:
        load(path)
    text = str(caught.value)
    assert "\n" not in text
    if message is None:
        assert text.endswith("the file was changed after it was written")
    else:
        assert text == f"{path}: {message}"


def test_a_changed_weight_is_noticed(tmp_path):
    path = edited(tmp_path, lambda head: put("design", "liquid", "bias", 0, 1)(head))
    head = plain()
    assert head["design"]["liquid"]["bias"][0] != 1
    with pytest.raises(DesignFileError, match="the digest must be [0-9a-f]{64}, not"):
        load(path)


def test_every_truncation_is_refused(tmp_path):
    design = random_design(np.random.default_rng(1), neurons=2)
    path = tmp_path / "d.lgd"
    save(design, path)
    whole = path.read_bytes()
    for size in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:size])
        with pytest.raises(DesignFileError, match="not a design file"):
            load(path)


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe", b"\x00" * 100, b"[]", b"3", b"null", b'"text"', b"{}", b"[" * 100_000,
    b"9" * 5000, b"\x1f\x8b\x08\x00", b"u,y\n1,2\n",
])
def test_other_files_are_no_design_files(tmp_path, content):
    path = tmp_path / "d.lgd"
    path.write_bytes(content)
    with pytest.raises(DesignFileError, match="not a design file"):
        load(path)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    design = random_design(np.random.default_rng(1))
    path = tmp_path / "d.lgd"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        save(design, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["d.lgd"]
