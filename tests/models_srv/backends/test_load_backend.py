import os
import shutil
from pathlib import Path

import pytest

from models_srv import backends
from models_srv.artifacts import folder_sha256
from models_srv.backends import load_backend
from models_srv.types import ModelMisconfigured, ModelSpec, ModelUnavailable


@pytest.fixture(autouse=True)
def _empty_cache():
    backends.clear_cache()
    yield
    backends.clear_cache()


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_model, tmp_path / "copy")


def test_the_same_spec_is_loaded_once(folder):
    spec = ModelSpec("transformers", str(folder))
    assert load_backend(spec) is load_backend(spec)


def test_changed_weights_are_loaded_again_and_the_old_ones_forgotten(folder):
    spec = ModelSpec("transformers", str(folder))
    first = load_backend(spec)
    os.utime(folder / "model.safetensors", (4_000_000_000, 4_000_000_000))
    assert load_backend(spec) is not first
    assert len(backends._cache) == 1


def test_the_least_recently_used_is_forgotten():
    specs = [ModelSpec("openai", "http://127.0.0.1:9/v1", name=str(n)) for n in range(5)]
    first = load_backend(specs[0])
    for spec in specs[1:4]:
        load_backend(spec)
    assert load_backend(specs[0]) is first
    load_backend(specs[4])
    assert specs[1] not in [key[0] for key in backends._cache]
    assert load_backend(specs[0]) is first


@pytest.fixture
def two(tiny_model, tmp_path):
    """Specs of two models in process, and one of a server between them, asked in this order."""
    folders = [shutil.copytree(tiny_model, tmp_path / name) for name in "ab"]
    first, second = (ModelSpec("transformers", str(folder)) for folder in folders)
    return first, ModelSpec("openai", "http://127.0.0.1:9/v1", name="m"), second


def held():
    return [key[0] for key in backends._cache]


def test_models_that_are_done_with_make_room_for_the_next(two, monkeypatch):
    first, server, second = two
    load_backend(first)
    load_backend(server)
    monkeypatch.setattr(backends, "free_bytes", lambda *, is_gpu: 0 if first in held() else 1 << 40)
    load_backend(second)
    assert held() == [server, second]


def test_where_there_is_room_for_both_both_are_kept(two):
    first, server, second = two
    for spec in two:
        load_backend(spec)
    assert held() == [first, server, second]


def test_a_model_that_does_not_fit_is_loaded_after_the_others_are_let_go(two, monkeypatch):
    first, _, second = two
    load_backend(first)
    build = backends._build

    def needs_room(spec):
        if first in held():
            raise ModelUnavailable("There is not enough memory.")
        return build(spec)

    monkeypatch.setattr(backends, "_build", needs_room)
    assert load_backend(second).spec == second
    assert held() == [second]


def test_a_model_that_does_not_fit_alone_is_said(two, monkeypatch):
    import torch
    from transformers import AutoModelForCausalLM

    def full(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", full)
    with pytest.raises(ModelUnavailable, match="not enough memory for"):
        load_backend(two[0])


def test_an_unknown_backend_is_misconfigured():
    with pytest.raises(ModelMisconfigured, match="Unknown backend"):
        load_backend(ModelSpec("magic", "x"))


def test_files_that_are_not_the_versions_are_refused(folder):
    known = ModelSpec("transformers", str(folder), sha256=folder_sha256(folder))
    assert load_backend(known)
    (folder / "config.json").write_text((folder / "config.json").read_text() + " ")
    with pytest.raises(ModelMisconfigured, match="are not those of this version"):
        load_backend(known)
