"""All settings and principles of a campaign at once."""

import hashlib
import json
from typing import Any

from django.db.models import QuerySet

from oversight.models import Campaign, Principle
from oversight.models.groups import GROUPS


def current_principles(campaign: Campaign) -> QuerySet[Principle]:
    return campaign.principles.filter(retired_at__isnull=True).order_by("number")


def all_settings(campaign: Campaign) -> dict[str, dict[str, Any]]:
    """Return every setting by group and name."""
    return {key: campaign.values_of(key) for key in GROUPS}


def state_of(campaign: Campaign) -> str:
    """Return what names the settings and principles as they are now: any change makes another."""
    numbers = [campaign.settings_of(key).number for key in GROUPS]
    principles = list(current_principles(campaign).values_list("number", "version"))
    return hashlib.sha256(json.dumps([numbers, principles]).encode()).hexdigest()
