"""From a version's row to a folder, wherever it was made."""

import pytest

from models_srv.store import ArtifactStore
from models_srv.types import ModelMisconfigured
from oversight.versions.services.loading import folder_of

NAME = "training/sums/round-1/model"


def test_what_another_machine_made_is_fetched(settings, tmp_path):
    made = tmp_path / "other" / NAME
    made.mkdir(parents=True)
    (made / "config.json").write_text("{}")
    settings.ARTIFACT_STORE = f"file://{tmp_path}/store"
    settings.ARTIFACTS = tmp_path / "here"
    ArtifactStore(settings.ARTIFACT_STORE, tmp_path / "other").publish(NAME)
    assert folder_of(f"artifact:{NAME}") == str(tmp_path / "here" / NAME)
    assert (tmp_path / "here" / NAME / "config.json").is_file()
    with pytest.raises(ModelMisconfigured):
        folder_of("artifact:no/where")


def test_on_one_machine_nothing_is_fetched(settings, tmp_path):
    settings.ARTIFACTS = tmp_path
    assert folder_of("artifact:a") == str(tmp_path / "a")
