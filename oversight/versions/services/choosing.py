"""An admin chooses another model for a role: a version of its own, tried before it is put to work."""

from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from models_srv.artifacts import folder_sha256
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Act, BackendKind, Campaign, ModelVersion, User
from oversight.people.services.audit import record_act
from oversight.versions.services.loading import folder_of, served_name_of
from oversight.versions.services.trials import begin_trial, repeat_trial


def change_model(
    *, campaign: Campaign, role: str, user: User, reason: str = "", **fields: Any
) -> ModelVersion:
    """Write a new version of the role's model and let it be tried; it is put to work if it answers.

    The revision follows the highest of that name. Former versions stay as history. Raises WrongState
    where another admin changed the same model at the same moment.
    """
    if fields["backend"] == BackendKind.RECORDED:
        raise InvalidCampaign("recorded answers come by import: they cannot be chosen here")
    try:
        with transaction.atomic():
            version = next_version(campaign, role, fields)
            begin_trial(version=version, user=user, reason=reason)
            record_act(Act.MODEL_ADDED, campaign=campaign, by=user, model=version, role=role)
            return version
    except IntegrityError as error:
        raise WrongState(
            f"the {role} of {campaign.slug} was changed by someone just now"
        ) from error


def try_again(*, version: ModelVersion, user: User, reason: str = "") -> None:
    """Let a version that did not answer be tried once more; it is put to work if it does.

    Raises WrongState for one that is being tried, or that was never to be.
    """
    with transaction.atomic():
        repeat_trial(version=version, user=user, reason=reason)
        record_act(
            Act.MODEL_ADDED, campaign=version.campaign, by=user, model=version, role=version.role
        )


def next_version(campaign: Campaign, role: str, fields: dict[str, Any]) -> ModelVersion:
    """Write a version's row: the next revision of its name. An adapter that has no name on its server
    yet gets one that none was ever given."""
    same_name = campaign.versions.filter(role=role, name=fields["name"])
    last = same_name.aggregate(last=Max("revision"))["last"]
    version = ModelVersion(
        campaign=campaign, role=role, revision=0 if last is None else last + 1, **fields
    )
    if version.is_loaded_by_us:
        version.sha256 = version.sha256 or folder_sha256(Path(folder_of(version.adapter)))
        if not version.served_name or _is_anothers(version):
            version.served_name = served_name_of(version)
    version.save()
    return version


def _is_anothers(version: ModelVersion) -> bool:
    """Whether other weights had the name on this server: it is never given twice."""
    same_name = ModelVersion.objects.filter(
        location=version.location, served_name=version.served_name
    )
    return same_name.exclude(sha256=version.sha256).exists()
