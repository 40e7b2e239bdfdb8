"""From a version's row to a model that answers."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from models_srv.backends import load_backend
from models_srv.backends.own import own_backends
from models_srv.chat.notes import template_notes
from models_srv.domains.starters import WEIGHTS, starter_spec
from models_srv.store import ArtifactStore
from models_srv.types import Backend, ModelSpec
from oversight.errors import InvalidCampaign
from oversight.models import BackendKind, ModelVersion, Role
from oversight.versions.policies.options import options_of
from oversight.versions.selectors.lineage import STARTER
from oversight.versions.services.watched import WatchedBackend

if TYPE_CHECKING:
    from models_srv.backends.openai_compatible import OpenAIBackend

ARTIFACT = "artifact:"
FETCHED = "models:"  # by `make NAME`, into the state folder
# Queues: of models in process, one at a time; of models behind servers, many requests at a time.
INFERENCE, SERVERS = "inference", "servers"
NOT_AT_HAND = (
    "Its weights are on its server alone: rounds end without an update. Name their folder or hub id "
    "under More, and it is trained here."
)


def spec_of(version: ModelVersion) -> ModelSpec:
    """Return where the version is. Raises InvalidCampaign for recorded answers, else as `folder_of`."""
    if version.backend == BackendKind.RECORDED:
        raise InvalidCampaign(f"{version} only has recorded answers: it cannot write new ones")
    is_server = version.backend == BackendKind.OPENAI
    return ModelSpec(
        backend=version.backend,
        location=version.location if is_server else folder_of(version.location),
        name=version.served_name,
        # A server loads an adapter by itself; here it only tells that it was loaded at run time.
        adapter=resolve_location(version.adapter) if is_server else folder_of(version.adapter),
        api_key_env=version.api_key_env,
        sha256=version.sha256,
        options=options_of(version),
    )


def backend_choices() -> list[tuple[str, str]]:
    """Return the backends that can be chosen, those that are installed besides ours last."""
    ours = [choice for choice in BackendKind.choices if choice[0] != BackendKind.RECORDED]
    return [*ours, *((name, f"{name}, installed here") for name in own_backends())]


def notes_on(version: ModelVersion) -> tuple[str, ...]:
    """Return what people should know of how the version is asked, in sentences."""
    if version.backend == BackendKind.OPENAI and version.role == Role.LEARNER and not version.base:
        return (NOT_AT_HAND,)
    if version.backend != BackendKind.TRANSFORMERS:
        return ()
    return template_notes(resolve_location(version.location), resolve_location(version.adapter))


def resolve_location(location: str) -> str:
    """Return the path behind `starter:NAME`, `artifact:PATH` and `models:NAME`, else what is given.

    Rows hold these names and not absolute paths, so that the state folder and the code can move.
    """
    if location.startswith(STARTER):
        return starter_spec(location.removeprefix(STARTER)).location
    if location.startswith(ARTIFACT):
        return str(Path(settings.ARTIFACTS) / location.removeprefix(ARTIFACT))
    if location.startswith(FETCHED):
        return str(fetched_models() / location.removeprefix(FETCHED))
    return location


def fetched_models() -> Path:
    """Return where models are that were fetched for this installation."""
    return Path(settings.VAR) / "models"


def why_not_fetched(location: str) -> str:
    """Return what to do where a model is to be fetched first, "" for any other."""
    name = location.removeprefix(FETCHED)
    if name == location or (fetched_models() / name / "config.json").exists():
        return ""
    return f"the model {name} is not here yet: run “make {name}” where the workers run"


def folder_of(location: str) -> str:
    """Return the path behind a location, or its hub id. What another machine made is fetched.

    Raises InvalidCampaign for a folder that this installation loads no models from and for a model
    that is not fetched yet, ModelUnavailable or ModelMisconfigured where it cannot be fetched.
    """
    if why := why_not_fetched(location):
        raise InvalidCampaign(why)
    if not is_allowed_folder(location):
        raise InvalidCampaign(
            f"{location} is not beneath a folder that this installation loads models from "
            "(MODEL_FOLDERS)"
        )
    path = resolve_location(location)
    if location.startswith(ARTIFACT) and settings.ARTIFACT_STORE and not Path(path).is_dir():
        artifact_store().fetch(location.removeprefix(ARTIFACT))
    return path


def artifact_store() -> ArtifactStore:
    """Return where machines find each other's models; only where ARTIFACT_STORE names it."""
    return ArtifactStore(settings.ARTIFACT_STORE, Path(settings.ARTIFACTS))


def is_allowed_folder(location: str) -> bool:
    """Whether models may be loaded from there. What is no folder here (a hub id) may be."""
    folder = Path(resolve_location(location))
    if settings.MODEL_FOLDERS is None or not location:
        return True
    if not (folder.is_absolute() or location.startswith((".", "~")) or folder.exists()):
        return True
    roots = [*settings.MODEL_FOLDERS, fetched_models(), Path(settings.ARTIFACTS), WEIGHTS]
    return any(folder.resolve().is_relative_to(root.resolve()) for root in roots)


def served_name_of(version: ModelVersion) -> str:
    """Return a name that no other weights were ever given on a server: the role's, the revision's and
    that of the adapter's files."""
    return f"{version.role}-v{version.revision}-{version.sha256[:8]}"


def backend_of(version: ModelVersion) -> Backend:
    return WatchedBackend(load_backend(spec_of(version)), version)


def served_backend(version: ModelVersion) -> "OpenAIBackend":
    """Return what asks the version's server. It holds no weights, so none are dropped for it."""
    from models_srv.backends.openai_compatible import OpenAIBackend

    return OpenAIBackend(spec_of(version))


def queue_of(versions: Iterable[ModelVersion]) -> str:
    """Return where these are asked: where servers are waited for, or where models are loaded.

    What needs both is done where models are loaded.
    """
    found = list(versions)
    are_served = bool(found) and all(each.backend == BackendKind.OPENAI for each in found)
    return SERVERS if are_served else INFERENCE
