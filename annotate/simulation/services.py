"""Accounts for simulated annotators. What they say never counts as human."""

import secrets

from django.db import transaction

from annotate.errors import NotSimulated
from oversight.models import Campaign, CampaignMember, MemberRole, User


def provide_simulated_annotators(*, campaign: Campaign, count: int) -> list[tuple[str, str]]:
    """Return (username, password) of `count` simulated members of the campaign, made if missing.

    The passwords are new each time and kept nowhere. Raises NotSimulated where a person has one of
    the names.
    """
    with transaction.atomic():
        return [_provide(campaign, f"sim-{campaign.slug}-{n}"[:150]) for n in range(1, count + 1)]


def _provide(campaign: Campaign, username: str) -> tuple[str, str]:
    user = User.objects.named(username).first()
    user = user or User.objects.create(username=username, is_simulated=True)
    if not user.is_simulated:
        raise NotSimulated(f"{username} is a person; a simulated annotator cannot take the name.")
    password = secrets.token_urlsafe(24)
    user.set_password(password)
    user.save(update_fields=["password"])
    CampaignMember.objects.get_or_create(campaign=campaign, user=user, role=MemberRole.ANNOTATOR)
    return username, password
