"""Changing a campaign's settings, the only way in which they change."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from oversight.models import Campaign
from oversight.models.groups import GROUP_OF, SettingsGroup


@transaction.atomic
def change_settings(*, campaign: Campaign, **fields: Any) -> None:
    """Change settings, whichever group they are in, and the name; a round that is open keeps those
    that its plan froze.

    A schedule that changes counts from now. Raises ValidationError where a value cannot be.
    """
    if "name" in fields:
        campaign.name = fields.pop("name")
        campaign.full_clean(exclude={"slug", "created_at"})
        campaign.save(update_fields=["name"])
    for key in dict.fromkeys(GROUP_OF[name] for name in fields):
        own = {name: value for name, value in fields.items() if GROUP_OF[name] == key}
        _change_group(campaign.settings_of(key), own)


def _change_group(group: SettingsGroup, values: dict[str, Any]) -> None:
    is_changed = any(getattr(group, name) != value for name, value in values.items())
    if group.key == "updates" and is_changed:
        values = {**values, "schedule_set_at": timezone.now()}
    for name, value in values.items():
        setattr(group, name, value)
    group.full_clean(exclude={"campaign"})
    group.save(update_fields=list(values))
