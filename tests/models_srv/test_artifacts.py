import json
import os

import pytest

from models_srv.artifacts import (
    folder_name,
    folder_sha256,
    publish_folder,
    read_json,
    write_json,
)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "model"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("one")
    (root / "sub" / "b.txt").write_text("two")
    return root


def test_the_hash_does_not_depend_on_times_or_order(folder, tmp_path):
    twin = tmp_path / "twin"
    (twin / "sub").mkdir(parents=True)
    (twin / "sub" / "b.txt").write_text("two")
    (twin / "a.txt").write_text("one")
    os.utime(twin / "a.txt", (1, 1))
    assert folder_sha256(folder) == folder_sha256(twin)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: (f / "a.txt").write_text("onE"), id="content"),
        pytest.param(lambda f: (f / "a.txt").rename(f / "c.txt"), id="name"),
        pytest.param(lambda f: (f / "sub" / "b.txt").rename(f / "b.txt"), id="place"),
        pytest.param(lambda f: (f / "new").touch(), id="new-empty-file"),
        pytest.param(lambda f: (f / "a.txt").unlink(), id="gone"),
    ],
)
def test_any_change_changes_the_hash(folder, change):
    before = folder_sha256(folder)
    change(folder)
    assert folder_sha256(folder) != before


def test_json_comes_back(tmp_path):
    path = tmp_path / "x.json"
    assert read_json(path) is None
    write_json(path, {"a": "é"})
    write_json(path, {"a": "ü"})
    assert read_json(path) == {"a": "ü"}
    assert os.listdir(tmp_path) == ["x.json"]


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    write_json(path, {"a": 1})

    def full_disk(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_json(path, {"a": 2})
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["x.json"]


def test_publish_moves_the_whole_folder(folder, tmp_path):
    publish_folder(folder, tmp_path / "final")
    assert (tmp_path / "final" / "sub" / "b.txt").read_text() == "two"
    assert not folder.exists()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("learner", "starter", "3"), "learner--starter--3"),
        (("learner", "../../etc", "a b"), "learner--etc--a-b"),
        (("critic", "..", ""), "critic--none--none"),
    ],
)
def test_folder_names_hold_no_path(parts, expected):
    assert folder_name(*parts) == expected
