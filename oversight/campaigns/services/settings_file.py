"""All settings and principles of a campaign at once, as a file has them."""

from typing import Any

from django.db import transaction

from oversight.campaigns.selectors.settings_file import current_principles, state_of
from oversight.campaigns.services.campaigns import add_principle, retire_principle
from oversight.campaigns.services.settings import change_settings
from oversight.errors import WrongState
from oversight.models import Campaign, User


@transaction.atomic
def apply_file(
    *,
    campaign: Campaign,
    changed_by: User,
    state: str,
    settings: dict[str, Any],
    principles: list[str] | None,
) -> None:
    """Set what the file names, all or nothing; what it leaves out stays as it is.

    `state` is `state_of()` when the change was shown. Raises WrongState where something has changed
    since, ValidationError where a value cannot be.
    """
    locked = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if state_of(locked) != state:
        raise WrongState("settings or principles were changed meanwhile: look at it again")
    change_settings(campaign=campaign, changed_by=changed_by, **settings)
    if principles is not None:
        _set_principles(locked, principles)


def _set_principles(campaign: Campaign, texts: list[str]) -> None:
    current = list(current_principles(campaign))
    for principle in current:
        if principle.text not in texts:
            retire_principle(principle=principle)
    for text in texts:
        if text not in {principle.text for principle in current}:
            add_principle(campaign=campaign, text=text)
