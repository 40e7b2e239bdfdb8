"""Changing a campaign's settings, the only way in which they change."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from oversight.models import Act, Campaign
from oversight.models.groups import GROUP_OF, SettingsGroup
from oversight.people.services.audit import record_act

MOST_SHOWN = 200  # characters of a text, in the audit log
Changes = dict[str, tuple[Any, Any]]  # (what it was, what it is), by the setting


@transaction.atomic
def change_settings(*, campaign: Campaign, **fields: Any) -> None:
    """Change settings, whichever group they are in, and the name; a round that is open keeps those
    that its plan froze.

    A schedule that changes counts from now. Raises ValidationError where a value cannot be.
    """
    changes: Changes = {}
    if "name" in fields:
        changes |= _change_name(campaign, fields.pop("name"))
    for key in dict.fromkeys(GROUP_OF[name] for name in fields):
        own = {name: value for name, value in fields.items() if GROUP_OF[name] == key}
        changes |= _change_group(campaign.settings_of(key), own)
    if changes:
        record_act(Act.SETTINGS_CHANGED, campaign=campaign, changes=changes)


def _change_name(campaign: Campaign, name: str) -> Changes:
    former, campaign.name = campaign.name, name
    campaign.full_clean(exclude={"slug", "created_at"})
    campaign.save(update_fields=["name"])
    return {"name": (former, name)} if former != name else {}


def _change_group(group: SettingsGroup, values: dict[str, Any]) -> Changes:
    # The instance may be a form's, which has written into it.
    before = type(group).objects.select_for_update().filter(pk=group.pk).values(*values).get()
    changes = {
        name: (_shown(before[name]), _shown(value))
        for name, value in values.items()
        if before[name] != value
    }
    if group.key == "updates" and changes:
        values = {**values, "schedule_set_at": timezone.now()}
    for name, value in values.items():
        setattr(group, name, value)
    group.full_clean(exclude={"campaign"})
    group.save(update_fields=list(values))
    return changes


def _shown(value: Any) -> Any:
    """Return what the audit log keeps of a setting: the beginning of a long text."""
    return f"{value[:MOST_SHOWN]}…" if isinstance(value, str) and len(value) > MOST_SHOWN else value
