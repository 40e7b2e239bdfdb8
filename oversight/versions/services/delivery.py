"""A version comes to its servers: loaded on each, proven on each, and only then put to work."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from models_srv.serving.adapters import ServerKeys
from models_srv.serving.canary import CanaryText, canary_of
from models_srv.serving.delivering import Place, deliver
from models_srv.serving.measuring import measure_canary
from models_srv.serving.proof import Proof
from models_srv.trying import try_model
from models_srv.types import ModelError, ModelSpec
from oversight.models import Delivery, ModelVersion, ServedState
from oversight.versions.services.loading import ARTIFACT, folder_of, spec_of


@dataclass(frozen=True)
class Outcome:
    """What came of it: `problem` is a sentence, "" where the version is proven to be served.

    `canary` is what was measured on the way, where nothing was known before.
    """

    problem: str
    evidence: dict[str, Any] = field(default_factory=dict)
    canary: dict[str, Any] = field(default_factory=dict)


def begin_delivery(*, version: ModelVersion, canary: Mapping[str, Any] | None = None) -> Delivery:
    """Write down that the version has to come to its servers. What loads it, and when, is the
    caller's: a round's stage, a trial, or `ask_for_delivery`."""
    return Delivery.objects.create(version=version, canary=dict(canary or {}))


def try_delivery(version: ModelVersion) -> Outcome:
    """Load the version where it is not loaded, prove it on every server; in process, only ask it.

    Writes nothing but what it waits for. Raises ModelUnavailable or ModelMisconfigured.
    """
    try:
        return _loaded(version) if version.is_loaded_by_us else _asked(version)
    except ModelError as error:
        Delivery.objects.filter(version=version).update(waits_for=_words(str(error)))
        raise


def conclude_delivery(*, version: ModelVersion, outcome: Outcome) -> Delivery:
    """Write down what came of it."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(version=version)
        row.state = ServedState.FAILED if outcome.problem else ServedState.PROVEN
        row.outcome, row.waits_for = _words(outcome.problem), ""
        row.evidence = outcome.evidence
        row.canary = row.canary or outcome.canary
        row.lease_expires_at, row.looked_at = None, timezone.now()
        if not outcome.problem:
            row.proven_at = timezone.now()
        row.save()
    return row


def place_of(version: ModelVersion) -> Place:
    """Return where the version is served. Raises InvalidCampaign as `folder_of`."""
    return Place(
        addresses=version.addresses,
        name=version.served_name,
        path=path_on_servers(version.adapter),
        keys=ServerKeys(version.api_key_env, version.control_key_env),
    )


def path_on_servers(location: str) -> str:
    """Return the path at which servers find a folder: they may have the artifacts elsewhere."""
    if location.startswith(ARTIFACT) and settings.SERVED_ARTIFACTS:
        return str(Path(settings.SERVED_ARTIFACTS) / location.removeprefix(ARTIFACT))
    return folder_of(location)


def _asked(version: ModelVersion) -> Outcome:
    return Outcome(try_model(spec_of(version), version.role))  # type: ignore[arg-type]


def _loaded(version: ModelVersion) -> Outcome:
    texts, measured = _canary(version)
    proofs = deliver(place_of(version), texts)
    problems = [f"{address}: {proof.reason}" for address, proof in proofs.items() if proof.reason]
    evidence = {"servers": {address: _evidence(proof) for address, proof in proofs.items()}}
    return Outcome(" ".join(problems), evidence | {"has_weights": bool(texts)}, measured)


def _canary(version: ModelVersion) -> tuple[list[CanaryText], dict[str, Any]]:
    """Return what the version's weights say, measured now where they came from elsewhere and their
    base is at hand."""
    row = Delivery.objects.filter(version=version).first()
    if row and row.canary:
        return canary_of(row.canary), {}
    if not version.weights:
        return [], {}
    own = ModelSpec("transformers", folder_of(version.weights), adapter=folder_of(version.adapter))
    measured = measure_canary(own)
    return canary_of(measured), measured


def _evidence(proof: Proof) -> dict[str, Any]:
    return {name: value for name, value in asdict(proof).items() if name != "reason"}


def _words(text: str) -> str:
    return text.replace("\0", "")[:2000]
