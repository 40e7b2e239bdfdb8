"""An admin chooses another model for a role: a version of its own, tried before it is put to work."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Act, BackendKind, Campaign, ModelVersion, User
from oversight.people.services.audit import record_act
from oversight.versions.services.trials import begin_trial, repeat_trial


def change_model(
    *, campaign: Campaign, role: str, user: User, reason: str = "", **fields: str
) -> ModelVersion:
    """Write a new version of the role's model and let it be tried; it is put to work if it answers.

    The revision follows the highest of that name. Former versions stay as history. Raises WrongState
    where another admin changed the same model at the same moment.
    """
    if fields["backend"] == BackendKind.RECORDED:
        raise InvalidCampaign("recorded answers come by import: they cannot be chosen here")
    try:
        with transaction.atomic():
            version = _next_version(campaign, role, fields)
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


def _next_version(campaign: Campaign, role: str, fields: dict[str, str]) -> ModelVersion:
    same_name = campaign.versions.filter(role=role, name=fields["name"])
    last = same_name.aggregate(last=Max("revision"))["last"]
    return ModelVersion.objects.create(
        campaign=campaign, role=role, revision=0 if last is None else last + 1, **fields
    )
