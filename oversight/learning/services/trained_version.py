"""The row of the version that a training run gave."""

from pathlib import Path

from django.conf import settings
from django.db.models import Max

from oversight.models import BackendKind, ModelVersion, TrainingRun
from oversight.versions.services.loading import ARTIFACT


def create_version(run: TrainingRun) -> ModelVersion:
    """Create the candidate: the parent's next revision, with a LoRA adapter or weights of its own."""
    parent = run.parent
    last = ModelVersion.objects.filter(
        campaign=run.campaign, role=parent.role, name=parent.name
    ).aggregate(last=Max("revision"))["last"]
    path = Path(run.result["model_path"]).resolve()
    produced = ARTIFACT + str(path.relative_to(Path(settings.ARTIFACTS).resolve()))
    is_adapter = run.settings["method"] == "lora"
    return ModelVersion.objects.create(
        campaign=run.campaign,
        role=parent.role,
        name=parent.name,
        revision=(last or 0) + 1,
        backend=BackendKind.TRANSFORMERS,
        location=parent.location if is_adapter else produced,
        adapter=produced if is_adapter else "",
        sha256=run.result["sha256"],
        parent=parent,
    )
