"""Machines that share nothing but a store have each other's models, whole or not at all."""

import json
import socket

import pytest

from models_srv.artifacts import folder_sha256
from models_srv.store import ArtifactStore
from models_srv.types import ModelMisconfigured, ModelUnavailable

NAME = "training/sums/round-1/model"


def a_model(cache):
    folder = cache / NAME
    (folder / "deep").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "deep" / "weights.bin").write_bytes(bytes(range(256)) * 100)
    return folder


@pytest.fixture(scope="module")
def s3():
    """S3 as moto serves it, with a bucket; AWS is never asked."""
    from moto.server import ThreadedMotoServer

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ACCESS_KEY_ID", "testing")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("models")
    yield "s3://models/oversight"
    server.stop()
    patch.undo()
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(params=["file", "s3"])
def url(request, tmp_path):
    if request.param == "s3":
        return f"{request.getfixturevalue('s3')}/{tmp_path.name}"
    return f"file://{tmp_path}/store"


def test_what_one_machine_makes_another_has(url, tmp_path):
    made = a_model(tmp_path / "one")
    sha256 = ArtifactStore(url, tmp_path / "one").publish(NAME)
    fetched = ArtifactStore(url, tmp_path / "other").fetch(NAME)
    assert fetched == tmp_path / "other" / NAME
    assert folder_sha256(fetched) == folder_sha256(made) == sha256


def test_what_is_here_is_not_fetched(tmp_path):
    made = a_model(tmp_path)
    assert ArtifactStore("file:///no/where", tmp_path).fetch(NAME) == made


def test_what_arrives_damaged_is_refused_and_nothing_is_left(tmp_path):
    url = f"file://{tmp_path}/store"
    a_model(tmp_path / "one")
    ArtifactStore(url, tmp_path / "one").publish(NAME)
    (tmp_path / "store" / NAME / "config.json").write_text('{"a": 1}')
    with pytest.raises(ModelMisconfigured, match="did not arrive whole"):
        ArtifactStore(url, tmp_path / "other").fetch(NAME)
    assert not list((tmp_path / "other").rglob("*.json"))


def test_a_folder_without_its_manifest_is_not_there_yet(url, tmp_path):
    with pytest.raises(ModelMisconfigured, match="neither here nor in"):
        ArtifactStore(url, tmp_path / "other").fetch(NAME)


def test_it_is_published_once(tmp_path):
    url = f"file://{tmp_path}/store"
    a_model(tmp_path / "one")
    store = ArtifactStore(url, tmp_path / "one")
    store.publish(NAME)
    manifest = tmp_path / "store" / f"{NAME}.manifest.json"
    before = manifest.stat().st_mtime_ns
    store.publish(NAME)
    assert manifest.stat().st_mtime_ns == before
    assert json.loads(manifest.read_text()).keys() == {"sha256"}


def test_a_place_that_is_away_is_waited_for(tmp_path):
    (tmp_path / "store").write_text("a file where a folder should be")
    a_model(tmp_path / "one")
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        ArtifactStore(f"file://{tmp_path}/store", tmp_path / "one").publish(NAME)
