"""Changing a campaign's settings, the only way in which they change."""

import copy
import json
from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Field, Model
from django.utils import timezone

from models_srv.domains.registry import why_missing
from oversight.errors import WrongState
from oversight.models import Act, Campaign, User
from oversight.models.groups import GROUP_OF, GROUPS, SETTINGS, SettingsGroup, SettingsVersion
from oversight.people.services.audit import record_act

MOST_SHOWN = 200  # characters of a text, in the audit log
Changes = dict[str, tuple[Any, Any]]  # (what it was, what it is), by the setting


@transaction.atomic
def change_settings(
    *,
    campaign: Campaign,
    changed_by: User | None = None,
    read: Mapping[str, int] | None = None,
    **fields: Any,
) -> list[str]:
    """Change settings, whichever group they are in, and the name; return the groups that changed.

    Each of those gets its next version; what is as it was gets none. `read` says by group which
    version the change was made from. A round that is open keeps those that its plan froze, and a
    schedule that changes counts from now. Raises WrongState where somebody else changed such a
    group meanwhile, ValidationError where a value cannot be; then nothing is changed.
    """
    locked = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    keys = dict.fromkeys(GROUP_OF[name] for name in fields)
    for key in keys:
        _refuse_stale(locked.settings_of(key), (read or {}).get(key))
    changes = {key: _change_group(locked, key, fields, changed_by) for key in keys}
    campaign.refresh_from_db()
    if told := {name: each for of_group in changes.values() for name, each in of_group.items()}:
        record_act(Act.SETTINGS_CHANGED, campaign=campaign, by=changed_by, changes=told)
    return [key for key, of_group in changes.items() if of_group]


def restore_settings(
    *, campaign: Campaign, version: SettingsVersion, restored_by: User | None = None
) -> None:
    """Make a group what it was in `version`, as a new version.

    Raises WrongState where it is that already, or could not be so today.
    """
    values = values_in(version)
    try:
        changed = change_settings(campaign=campaign, changed_by=restored_by, **values)
    except ValidationError as error:
        raise WrongState(f"today this is refused: {' '.join(error.messages)}") from error
    if not changed:
        raise WrongState(f"the settings are as in version {version.number} already")


def check_settings(*, campaign: Campaign, key: str, **fields: Any) -> None:
    """Raise the ValidationError that `change_settings` would of this group; nothing is changed."""
    group = copy.copy(campaign.settings_of(key))
    for name, value in fields.items():
        setattr(group, name, value)
    group.full_clean(exclude={"campaign"}, validate_unique=False)


def written(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as a version has them."""
    return dict(json.loads(json.dumps(values, cls=DjangoJSONEncoder)))


def values_in(version: SettingsVersion) -> dict[str, Any]:
    """Return the version's values as the columns hold them; a setting that is no more is left out."""
    found = {}
    for name in SETTINGS[version.group]:
        if name in version.values:
            model: type[Model] = Campaign if name == "name" else GROUPS[version.group]
            found[name] = _column(model, name).to_python(version.values[name])
    return found


def _column(model: type[Model], name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(name))


def _refuse_stale(group: SettingsGroup, read: int | None) -> None:
    if read is not None and read != group.number:
        raise WrongState(
            f"somebody else changed these settings meanwhile (version {group.number}; "
            f"yours was made from version {read})"
        )


def _change_group(
    campaign: Campaign, key: str, fields: dict[str, Any], changed_by: User | None
) -> Changes:
    """Return what is otherwise now, as the audit log keeps it."""
    group, values = campaign.settings_of(key), campaign.values_of(key)
    wanted = {name: value for name, value in fields.items() if GROUP_OF[name] == key}
    changes = {
        name: (_shown(values[name]), _shown(value))
        for name, value in wanted.items()
        if values[name] != value
    }
    if not changes:
        return {}
    if "checker" in changes:
        _refuse_missing_checker(wanted["checker"])
    for name, value in wanted.items():
        setattr(campaign.record_of(name), name, value)
    if key == "updates":
        campaign.updates.schedule_set_at = timezone.now()
    group.number += 1
    _check(campaign, group)
    group.save()
    if "name" in wanted:
        campaign.save(update_fields=["name"])
    campaign.version_of(key, changed_by).save(force_insert=True)
    return changes


def _refuse_missing_checker(name: str) -> None:
    """One that a campaign has already may go missing; none such is chosen."""
    if name and (why := why_missing(name)):
        raise ValidationError({"checker": f"“{name}” {why}."})


def _shown(value: Any) -> Any:
    """Return what the audit log keeps of a setting: the beginning of a long text."""
    return f"{value[:MOST_SHOWN]}…" if isinstance(value, str) and len(value) > MOST_SHOWN else value


def _check(campaign: Campaign, group: SettingsGroup) -> None:
    """Raises ValidationError for what the columns or the constraints refuse."""
    group.full_clean(exclude={"campaign"})
    campaign.full_clean(exclude={"slug", "created_at"}, validate_unique=False)
