"""Which version is at work: promotion and rollback change one row and write one line of history."""

from django.db import IntegrityError, transaction

from oversight.errors import WrongState
from oversight.models import (
    Act,
    ActiveVersion,
    Campaign,
    Delivery,
    ModelVersion,
    Promotion,
    Role,
    User,
)
from oversight.people.services.audit import record_act
from oversight.versions.selectors.served import why_not_served


def make_active(
    *,
    version: ModelVersion,
    reason: str,
    user: User | None = None,
    act: Act = Act.MODEL_PROMOTED,
) -> Promotion:
    """Put the version to work in its role, whatever was at work before.

    A round that is open keeps the versions that its plan froze. Raises WrongState where the version
    is at work already, where it is not proven that its servers serve it, or where another one was
    put to work at the same moment.
    """
    if version.is_loaded_by_us and (problem := why_not_served(version)):
        raise WrongState(f"{version} is not proven to be served: {problem}")
    try:
        with transaction.atomic():
            previous = _exchange(version)
            # Proven once more now that it is asked, while the one before it is still loaded.
            Delivery.objects.filter(version=version).update(looked_at=None)
            record_act(
                act,
                campaign=version.campaign,
                by=user,
                model=version,
                role=version.role,
                reason=reason,
            )
            return _write_history(version, previous, reason, user)
    except IntegrityError as error:
        raise WrongState(
            f"another {version.role} of campaign {version.campaign_id} was made active just now"
        ) from error


def remove_active(*, campaign: Campaign, role: str, user: User, reason: str) -> Promotion:
    """Leave a role without a version at work; the versions and their history stay.

    A round that is open goes on with its own. Raises WrongState for the learner, without which there
    is nothing to align, and where nothing is at work.
    """
    if role == Role.LEARNER:
        raise WrongState("a campaign needs its learner: choose another one instead")
    with transaction.atomic():
        rows = ActiveVersion.objects.select_for_update().filter(campaign=campaign, role=role)
        active = rows.first()
        if active is None:
            raise WrongState(f"no {role} of {campaign.slug} is at work")
        active.delete()
        record_act(Act.MODEL_REMOVED, campaign=campaign, by=user, role=role, reason=reason)
        return Promotion.objects.create(
            campaign=campaign,
            role=role,
            previous_id=active.version_id,
            reason=reason,
            promoted_by=user,
        )


def promote(*, version: ModelVersion, baseline: ModelVersion, reason: str) -> Promotion:
    """Put a candidate to work only if the version that it was measured against still is.

    Raises WrongState where someone changed the active version meanwhile: the comparison that speaks
    for the candidate then says nothing about the version that it would replace.
    """
    with transaction.atomic():
        active = _locked_active(version)
        if active is None or active.version_id != baseline.pk:
            raise WrongState(
                f"{baseline} (version {baseline.pk}) is not active any more: "
                f"{version} was not measured against what is"
            )
        return make_active(version=version, reason=reason)


def roll_back(*, version: ModelVersion, user: User, reason: str = "") -> Promotion:
    """Put a former version back to work. Raises WrongState for one that never was: gates decide."""
    if not Promotion.objects.filter(version=version).exists():
        raise WrongState(f"{version} (version {version.pk}) was never at work")
    return make_active(
        version=version,
        reason=reason or "put back to work by hand",
        user=user,
        act=Act.MODEL_ROLLED_BACK,
    )


def _locked_active(version: ModelVersion) -> ActiveVersion | None:
    return (
        ActiveVersion.objects.select_for_update()
        .filter(campaign_id=version.campaign_id, role=version.role)
        .first()
    )


def _exchange(version: ModelVersion) -> int | None:
    """Change the one row; return the id of the version that was at work before."""
    active = _locked_active(version)
    if active is None:
        ActiveVersion.objects.create(
            campaign_id=version.campaign_id, role=version.role, version=version
        )
        return None
    if active.version_id == version.pk:
        raise WrongState(f"{version} (version {version.pk}) is the active {version.role} already")
    previous = active.version_id
    active.version = version
    active.save(update_fields=["version"])
    return previous


def _write_history(
    version: ModelVersion, previous_id: int | None, reason: str, user: User | None
) -> Promotion:
    return Promotion.objects.create(
        campaign_id=version.campaign_id,
        role=version.role,
        version=version,
        previous_id=previous_id,
        reason=reason,
        promoted_by=user,
    )
