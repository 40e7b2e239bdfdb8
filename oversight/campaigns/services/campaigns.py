"""Making a campaign, and changing its constitution."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from oversight.campaigns.policies.templates import TEMPLATES
from oversight.campaigns.services.pictures import copy_pictures
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import (
    Act,
    Campaign,
    CampaignMember,
    MemberRole,
    Principle,
    User,
)
from oversight.models.groups import GROUP_OF
from oversight.people.services.audit import record_act

MOST_PRINCIPLE_CHARS = 2_000
RESERVED_SLUGS = {"new"}  # campaigns/new/ is a page


class RuleThere(WrongState):
    """Another rule of the campaign says the very same."""


def check_slug(slug: str) -> None:
    """Raise ValidationError where the slug cannot be a campaign's address."""
    validate_slug(slug)
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is an address of this site: choose another.")
    limit = Campaign._meta.get_field("slug").max_length
    if limit and len(slug) > limit:
        raise ValidationError(f"At most {limit} characters.")


def may_create_campaigns(user: User) -> bool:
    return user.is_active and (user.is_superuser or user.is_staff)


def create_campaign(
    *, created_by: User, template: str = "", like: Campaign | None = None, **fields: Any
) -> Campaign:
    """Create a campaign that its maker owns.

    Its settings are those in `fields`, then those of `like`, whose current principles and pictures
    are taken too, or of the template (oversight/campaigns/policies/templates.py), then the usual
    ones. Raises WrongState where the slug is taken.
    """
    if not may_create_campaigns(created_by):
        raise InvalidCampaign(f"user {created_by.pk} may not create campaigns")
    chosen = settings_like(like) if like else settings_for(template)
    fields = {**chosen, **fields, "made_by": created_by}
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(**fields)
            if like:
                _copy_principles(like, campaign)
                copy_pictures(source=like, campaign=campaign)
            CampaignMember.objects.create(campaign=campaign, user=created_by, role=MemberRole.OWNER)
            record_act(Act.CAMPAIGN_MADE, campaign=campaign, by=created_by)
            return campaign
    except IntegrityError as error:
        raise WrongState(f"campaign {fields['slug']} exists already") from error


def settings_for(template: str) -> dict[str, object]:
    """Return what a template sets. Raises InvalidCampaign where there is no such template."""
    if template and template not in TEMPLATES:
        raise InvalidCampaign(f"there is no template {template!r}: {', '.join(TEMPLATES)}")
    return dict(TEMPLATES[template].settings) if template else {}


def settings_like(campaign: Campaign) -> dict[str, Any]:
    """Return all settings of a campaign but its name."""
    return {name: campaign.setting(name) for name in GROUP_OF if name != "name"}


def _copy_principles(source: Campaign, campaign: Campaign) -> None:
    current = source.principles.filter(retired_at__isnull=True).order_by("number")
    Principle.objects.bulk_create(
        Principle(campaign=campaign, number=number, text=each.text)
        for number, each in enumerate(current, start=1)
    )


def add_principle(*, campaign: Campaign, text: str) -> Principle:
    """Add a rule under the next number. Raises WrongState where another got it just now, RuleThere
    where one says the same.
    """
    _refuse_repeat(campaign, text)
    last = Principle.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            principle = Principle.objects.create(campaign=campaign, number=last + 1, text=text)
            record_act(Act.PRINCIPLE_ADDED, campaign=campaign, number=principle.number)
            return principle
    except IntegrityError as error:
        raise WrongState(f"principle {last + 1} was added by someone else just now") from error


def change_principle(*, principle: Principle, text: str) -> Principle:
    """Retire this version of a rule and write the next: comments keep citing what they cited.

    Raises WrongState where it has another version by now, RuleThere where another rule says the same.
    """
    _refuse_repeat(principle.campaign, text, but=principle.number)
    try:
        with transaction.atomic():
            _retire(principle)
            record_act(Act.PRINCIPLE_CHANGED, campaign=principle.campaign, number=principle.number)
            return Principle.objects.create(
                campaign_id=principle.campaign_id,
                number=principle.number,
                version=principle.version + 1,
                text=text,
            )
    except IntegrityError as error:
        raise WrongState(f"principle {principle.number} was changed just now") from error


def retire_principle(*, principle: Principle) -> None:
    """Take a rule out of use. Raises WrongState where this version is out of use already."""
    with transaction.atomic():
        _retire(principle)
        record_act(Act.PRINCIPLE_RETIRED, campaign=principle.campaign, number=principle.number)


def _refuse_repeat(campaign: Campaign, text: str, *, but: int | None = None) -> None:
    """A form that is sent twice adds one rule; a file of the settings names each once."""
    same = campaign.principles.filter(retired_at__isnull=True, text=text)
    rule = (same if but is None else same.exclude(number=but)).first()
    if rule is not None:
        raise RuleThere(f"rule {rule.number} says this already")


def _retire(principle: Principle) -> None:
    changed = Principle.objects.filter(pk=principle.pk, retired_at__isnull=True).update(
        retired_at=timezone.now()
    )
    if not changed:
        raise WrongState(f"principle {principle.number} was changed by someone meanwhile")
