"""The row of the version that a training run gave."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from models_srv.training import TrainingStatus
from oversight.models import BackendKind, ModelVersion, TrainingRun
from oversight.versions.services.delivery import begin_delivery
from oversight.versions.services.loading import ARTIFACT, artifact_store, served_name_of

# How it is asked and what it costs goes on as with the version that it was trained from.
KEPT = ("options", "price_in", "price_out")
KEPT_OF_SERVERS = ("location", "replicas", "weights", "api_key_env", "control_key_env")


def share_model(status: TrainingStatus) -> None:
    """Let other machines have the model that a training gave. Raises ModelUnavailable.

    Before its version is: whoever finds the row finds the files.
    """
    if settings.ARTIFACT_STORE and status.result:
        artifact_store().publish(_relative(status.result["model_path"]))


def create_version(run: TrainingRun) -> ModelVersion:
    """Create the candidate: the parent's next revision, with a LoRA adapter or weights of its own.

    One whose parent is served goes to the same servers, under a name that none was ever given.
    """
    parent = run.parent
    last = ModelVersion.objects.filter(
        campaign=run.campaign, role=parent.role, name=parent.name
    ).aggregate(last=Max("revision"))["last"]
    version = ModelVersion(
        campaign=run.campaign,
        role=parent.role,
        name=parent.name,
        revision=(last or 0) + 1,
        sha256=run.result["sha256"],
        parent=parent,
        **{name: getattr(parent, name) for name in KEPT},
        **_where(run, ARTIFACT + _relative(run.result["model_path"])),
    )
    if version.is_loaded_by_us:
        version.served_name = served_name_of(version)
    version.save()
    if version.is_loaded_by_us:
        begin_delivery(version=version, canary=run.result.get("canary", {}))
    return version


def _relative(folder: str) -> str:
    return str(Path(folder).resolve().relative_to(Path(settings.ARTIFACTS).resolve()))


def _where(run: TrainingRun, produced: str) -> dict[str, Any]:
    """Return where the new version is."""
    parent, is_adapter = run.parent, run.settings["method"] == "lora"
    if parent.backend == BackendKind.OPENAI and is_adapter:
        kept = {name: getattr(parent, name) for name in KEPT_OF_SERVERS}
        return {**kept, "backend": BackendKind.OPENAI, "adapter": produced}
    return {
        "backend": BackendKind.TRANSFORMERS,
        "location": parent.location if is_adapter else produced,
        "adapter": produced if is_adapter else "",
    }
