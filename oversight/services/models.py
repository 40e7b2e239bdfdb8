"""From a version's row to a model that answers."""

from pathlib import Path

from django.conf import settings

from models_srv.backends import load_backend
from models_srv.chat.notes import template_notes
from models_srv.starter.registry import starter_spec
from models_srv.types import Backend, ModelSpec
from oversight.errors import InvalidCampaign
from oversight.models import BackendKind, ModelVersion

STARTER = "starter:"
ARTIFACT = "artifact:"


def spec_of(version: ModelVersion) -> ModelSpec:
    """Return where the version is. Raises InvalidCampaign for recorded answers."""
    if version.backend == BackendKind.RECORDED:
        raise InvalidCampaign(f"{version} only has recorded answers: it cannot write new ones")
    return ModelSpec(
        backend="openai" if version.backend == BackendKind.OPENAI else "transformers",
        location=resolve_location(version.location),
        name=version.served_name,
        adapter=resolve_location(version.adapter),
        api_key_env=version.api_key_env,
        sha256=version.sha256,
    )


def notes_on(version: ModelVersion) -> tuple[str, ...]:
    """Return what people should know of how the version is asked, in sentences."""
    if version.backend != BackendKind.TRANSFORMERS:
        return ()
    return template_notes(resolve_location(version.location), resolve_location(version.adapter))


def resolve_location(location: str) -> str:
    """Return the path behind `starter:ROLE` and `artifact:PATH`, anything else as it is.

    Rows hold these names and not absolute paths, so that the state folder and the code can move.
    """
    if location.startswith(STARTER):
        return starter_spec(location.removeprefix(STARTER)).location  # type: ignore[arg-type]
    if location.startswith(ARTIFACT):
        return str(Path(settings.ARTIFACTS) / location.removeprefix(ARTIFACT))
    return location


def backend_of(version: ModelVersion) -> Backend:
    return load_backend(spec_of(version))
