"""A version trained elsewhere is put before the same gate as our own."""

from typing import Any

from django.db import IntegrityError, transaction

from oversight.errors import InvalidCampaign, WrongState
from oversight.loop.services.rounds import start_comparison
from oversight.models import (
    Act,
    BackendKind,
    Campaign,
    Evaluation,
    ModelVersion,
    Promotion,
    Role,
    Round,
    User,
)
from oversight.people.services.audit import record_act
from oversight.versions.services.choosing import next_version
from oversight.versions.services.delivery import begin_delivery


def register_candidate(
    *,
    campaign: Campaign,
    user: User,
    parent: ModelVersion | None = None,
    reason: str = "",
    **fields: Any,
) -> Round:
    """Write a learner's version and begin the round that compares it with the one at work.

    Nothing is trained; the held-out queries are answered by both, people compare some where the
    campaign asks them to, and the gate decides. Its servers have to serve it first, or it has to
    answer in process: a unit of that round. Raises InvalidCampaign, and WrongState where a round is
    open or another version was registered at the same moment.
    """
    if fields["backend"] == BackendKind.RECORDED:
        raise InvalidCampaign(
            "recorded answers come by import: they cannot answer held-out queries"
        )
    try:
        with transaction.atomic():
            version = next_version(campaign, Role.LEARNER, fields | {"parent": parent})
            record_act(
                Act.MODEL_ADDED, campaign=campaign, by=user, model=version, role=version.role
            )
            return compare_candidate(version=version, user=user, reason=reason)
    except IntegrityError as error:
        raise WrongState(f"a learner of {campaign.slug} was added by someone just now") from error


def compare_candidate(*, version: ModelVersion, user: User, reason: str = "") -> Round:
    """Begin a round that does nothing but put a version before the gate.

    Raises WrongState for one that is no learner, was at work or before the gate already, and while
    a round is open.
    """
    if version.role != Role.LEARNER:
        raise WrongState(f"{version} is no learner: gates compare learners")
    if Promotion.objects.filter(version=version).exists():
        raise WrongState(f"{version} (version {version.pk}) was at work: put it back instead")
    if Evaluation.objects.filter(candidate=version).exists():
        raise WrongState(f"{version} (version {version.pk}) was before the gate already")
    with transaction.atomic():
        if not hasattr(version, "delivery"):
            begin_delivery(version=version)
        return start_comparison(candidate=version, reason=reason, started_by=user)
